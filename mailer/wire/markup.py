"""Rich text as one can type it without a script: a small markup, the same words as cleaned HTML, and back.

    **vet** · _schuin_ · [woorden](https://voorbeeld.nl) · a line that begins with "- " or "1. " is an item of a list ·
    an empty line begins a paragraph · a backslash keeps a sign as it is

What the markup cannot say (a list in a list) stays HTML. What comes out is not trusted: ``richtext`` cleans it.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

TAG = re.compile(r"</?(?:p|br|strong|em|a|ul|ol|li)\b", re.IGNORECASE)
ESCAPED = re.compile(r"\\([\\*_\[\]()\-.])")
LINK = re.compile(r"\[([^\[\]]+)\]\((\S+?)\)")
BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
SLANTED = re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)", re.DOTALL)
ITEM = re.compile(r"(?:(-)|\d{1,3}\.)\s+(.*)")
SIGN = re.compile(r"\\|\*(?=\*)|(?<=\*)\*|(?<!\w)_|_(?!\w)|\](?=\()")
AT_BEGIN = re.compile(r"^(-|\d{1,3}\.)(?=\s)")
# Signs that were escaped wait here, out of the way of every pattern.
WAITING = 0xE000


def is_markup(written: str) -> bool:
    """Tell whether this is no HTML yet: typed without the help of a script."""
    return TAG.search(written) is None


def from_markup(written: str) -> str:
    """Return the HTML of what was typed; what is HTML already stays as it is."""
    if not is_markup(written):
        return written
    waiting = ESCAPED.sub(lambda sign: chr(WAITING + ord(sign.group(1))), written.replace("\r\n", "\n"))
    parts = [part for part in re.split(r"\n\s*\n", waiting) if part.strip()]
    made = "".join(_block(part.strip().splitlines()) for part in parts)
    return re.sub(r"[\ue000-\ue0ff]", lambda sign: html.escape(chr(ord(sign.group()) - WAITING), quote=False), made)


def to_markup(cleaned: str) -> str:
    """Return cleaned HTML as somebody would type it; HTML that the markup cannot say stays as it is."""
    writer = _Writer()
    writer.feed(cleaned)
    writer.close()
    return cleaned if writer.beyond else writer.written()


def _block(lines: list[str]) -> str:
    """A paragraph, or a list; a list may follow a paragraph without an empty line between them."""
    pieces: list[tuple[str, list[str]]] = []
    for line in lines:
        item = ITEM.fullmatch(line.strip())
        kind = "p" if item is None else "ul" if item.group(1) else "ol"
        if not pieces or pieces[-1][0] != kind:
            pieces.append((kind, []))
        pieces[-1][1].append(_inline(line.strip() if item is None else item.group(2)))
    return "".join(
        f"<p>{'<br>'.join(made)}</p>"
        if kind == "p"
        else f"<{kind}>{''.join(f'<li>{one}</li>' for one in made)}</{kind}>"
        for kind, made in pieces
    )


def _inline(text: str) -> str:
    made = html.escape(text, quote=False)
    made = LINK.sub(lambda link: f'<a href="{link.group(2).replace(chr(34), "%22")}">{link.group(1)}</a>', made)
    # Not inside an address.
    pieces = re.split(r'(<a href="[^"]*">)', made)
    return "".join(
        piece if piece.startswith("<a href") else SLANTED.sub(r"<em>\1</em>", BOLD.sub(r"<strong>\1</strong>", piece))
        for piece in pieces
    )


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.beyond = False
        self._pieces: list[str] = []
        self._lists: list[str] = []
        self._address = ""
        self._number = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self.beyond = self.beyond or bool(self._lists)
            self._lists.append(tag)
            self._number = 0
        elif tag == "li":
            self._number += 1
            self._pieces.append("- " if self._lists[-1:] == ["ul"] else f"{self._number}. ")
        elif tag == "p":
            self.beyond = self.beyond or bool(self._lists)
        elif tag == "a":
            self._address = dict(attrs).get("href") or ""
            self.beyond = self.beyond or not self._address or re.search(r"[\s()]", self._address) is not None
            self._pieces.append("[")
        else:
            self._pieces.append({"strong": "**", "em": "_", "br": "\n"}.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._lists = self._lists[:-1]
            self._pieces.append("\n")
        elif tag == "li":
            self._pieces.append("\n")
        elif tag == "p":
            self._pieces.append("\n\n")
        elif tag == "a":
            self._pieces.append(f"]({self._address})")
        else:
            self._pieces.append({"strong": "**", "em": "_"}.get(tag, ""))

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        safe = SIGN.sub(r"\\\g<0>", text)
        begins = not "".join(self._pieces[-1:]).strip("\n")
        self._pieces.append(AT_BEGIN.sub(r"\\\1", safe) if begins else safe)

    def written(self) -> str:
        lines = [line.strip(" ") for line in "".join(self._pieces).splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
