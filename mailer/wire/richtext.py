"""The few tags that staff may write, cleaned; and the same words as plain text. Not for whole pages or foreign mail.

What is allowed is a list (``TAGS``), everything else is taken out, its words kept. Links lead to the web, to a mail
address or are one slot.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

from mailer.wire.slots import KNOWN_SLOTS, SLOT, SlotKind

TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li"}
SYNONYMS = {"b": "strong", "i": "em", "div": "p", "h1": "p", "h2": "p", "h3": "p", "h4": "p"}
SYNONYM = re.compile(r"<(/?)(" + "|".join(SYNONYMS) + r")(?=[\s>/])[^>]*>", re.IGNORECASE)
BLOCK = re.compile(r"<(?:p|ul|ol)\b", re.IGNORECASE)
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
ADDRESS = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@)\S*", re.IGNORECASE)


def clean(written: str) -> str:
    """Return the HTML with only the allowed tags left; plain text becomes paragraphs, one for each blank line.

    A link that leads nowhere allowed keeps its words and loses its address; ``dead_links`` finds it.
    """
    if "<" not in written:
        return paragraphs(written)
    renamed = SYNONYM.sub(lambda tag: f"<{tag.group(1)}{SYNONYMS[tag.group(2).lower()]}>", written)
    cleaned = nh3.clean(
        renamed,
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}},
        attribute_filter=_allowed_address,
        link_rel=None,
    )
    tidy = EMPTY_PARAGRAPH.sub("", cleaned).strip()
    return tidy if not tidy or BLOCK.search(tidy) else f"<p>{tidy}</p>"


def is_allowed_address(address: str) -> bool:
    """Tell whether a link may lead there: the web, a mail address, or one link slot."""
    whole = SLOT.fullmatch(address)
    if whole:
        return KNOWN_SLOTS.get(whole.group(1)) is SlotKind.LINK
    return "[[" not in address and ADDRESS.fullmatch(address) is not None


def dead_links(cleaned: str) -> list[str]:
    """Return the words of the links that lost their address."""
    return [plain_text(words) for words in re.findall(r"<a>(.*?)</a>", cleaned, re.DOTALL)]


def links(cleaned: str) -> list[tuple[str, str]]:
    """Return each link as (words, address)."""
    found = re.findall(r'<a href="([^"]*)">(.*?)</a>', cleaned, re.DOTALL)
    return [(plain_text(words), html.unescape(address)) for address, words in found]


def plain_text(cleaned: str) -> str:
    """Return cleaned HTML as text that reads well: items on lines, each link's address on a line of its own."""
    writer = _PlainWriter()
    writer.feed(cleaned)
    writer.close()
    return writer.written()


class _PlainWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._links: list[tuple[str, str]] = []
        self._lists: list[int | None] = []
        self._address = ""
        self._words_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._pieces.append("\n")
        elif tag == "p":
            self._pieces.append("\n\n")
        elif tag in ("ul", "ol"):
            self._pieces.append("\n\n" if not self._lists else "")
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "a":
            self._address = dict(attrs).get("href") or ""
            self._words_from = len(self._pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address:
            words = " ".join("".join(self._pieces[self._words_from :]).split())
            self._links.append((words, self._address))
            self._address = ""
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._end_paragraph()
        elif tag == "p" or (tag == "li" and len(self._lists) < 2):
            self._end_paragraph(blank_line=tag == "p")

    def handle_data(self, data: str) -> None:
        self._pieces.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def written(self) -> str:
        self._end_paragraph()
        lines = [line.strip(" ") for line in "".join(self._pieces).splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n").replace("\xa0", " ")

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._pieces.append("\n- " if number is None else f"\n{number}. ")
        if number is not None:
            self._lists[-1] = number + 1

    def _end_paragraph(self, *, blank_line: bool = True) -> None:
        """Addresses come after the sentence they stand in, so that it can be read in one breath."""
        for words, address in self._links:
            shown = address.removeprefix("mailto:")
            if "".join(self._pieces).rstrip().endswith(words) and self._alone(words):
                self._pieces.append("" if words == shown else f": {shown}")
            elif words != shown:
                self._pieces.append(f"\n{words}: {shown}")
        self._links = []
        if blank_line:
            self._pieces.append("\n\n")

    def _alone(self, words: str) -> bool:
        """Whether the link is all that stands in its line."""
        line = "".join(self._pieces).rstrip().rsplit("\n", 1)[-1].strip()
        return line.removeprefix("- ") == words


def _allowed_address(tag: str, name: str, value: str) -> str | None:
    address = value.strip()
    return address if is_allowed_address(address) else None


def paragraphs(written: str) -> str:
    """Return plain text as paragraphs, one for each blank line; whatever looks like a tag is a word of it."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", written.replace("\r\n", "\n"))]
    return "".join(
        f"<p>{'<br>'.join(html.escape(line.strip(), quote=False) for line in part.splitlines())}</p>"
        for part in parts
        if part
    )
