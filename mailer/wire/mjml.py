"""MJML to HTML: our templates in, a letter's HTML out that loads nothing from strangers.

The compiler (mjml-python 1.4.2, around mrml 6.0.1) is fast and forgiving. It is fenced in here: what it would spoil
is written so that it cannot (``attribute``, ``rich_text``), and what it would silently swallow is refused before it
sees it. ``tests/wire/test_mjml.py`` asserts the compiler's own bugs, so that an upgrade tells which fence may go. Not
for people's text: nobody ever types MJML (decision 0015).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import css_inline
import mjml

TYPOGRAPHY = frozenset({"align", "color", "css-class", "font-size", "font-weight", "line-height", "padding"})
BOX = frozenset({"background-color", "border-radius", "css-class", "padding"})
# Every tag our templates may use, with its attributes. The compiler drops others without a word (its bug 3).
MJML_TAGS: dict[str, frozenset[str]] = {
    "mjml": frozenset({"lang", "dir"}),
    "mj-head": frozenset(),
    "mj-body": frozenset({"background-color", "css-class", "width"}),
    "mj-title": frozenset(),
    "mj-preview": frozenset(),
    "mj-breakpoint": frozenset({"width"}),
    "mj-attributes": frozenset(),
    "mj-all": frozenset({"font-family", "padding"}),
    "mj-style": frozenset({"inline"}),
    "mj-raw": frozenset(),
    "mj-section": BOX | {"full-width", "text-align"},
    "mj-column": BOX | {"width", "vertical-align"},
    "mj-text": TYPOGRAPHY,
    "mj-button": TYPOGRAPHY | BOX | {"href", "inner-padding", "width", "border"},
    "mj-image": BOX | {"align", "alt", "font-size", "href", "src", "width"},
    "mj-spacer": BOX | {"height"},
}
HTML_TAGS = frozenset(
    {"a", "br", "div", "em", "img", "li", "meta", "ol", "p", "s", "span", "strong", "ul"}
    | {"h1", "h2", "h3", "h4", "table", "tbody", "td", "th", "tr"}
)
VOID = frozenset({"br", "img", "meta", "mj-all", "mj-breakpoint"})

INLINE_STYLE = re.compile(r'<mj-style\s+inline="inline"\s*>(.*?)</mj-style>', re.DOTALL)
BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
# Around MJML's own tags the compiler wants no white space at all.
AROUND_MJML = re.compile(r"(?<=>)\s+(?=</?mj)|(</?mj[^<>]*>)\s+(?=<)")
TAG = re.compile(r"<[a-zA-Z/][^<>]*>")
# What a letter could fetch by being opened. Links (href of <a>) are followed by people, not by mail programs.
LOADING_TAGS = frozenset(
    {"audio", "base", "embed", "form", "iframe", "input", "link", "object", "script", "source", "video"}
)
LOADING_ATTRIBUTES = frozenset({"src", "srcset", "background", "poster"})
CSS_LOADING = re.compile(r"url\s*\(|@import|@font-face|expression\s*\(", re.IGNORECASE)

# XML has no place for these at all, and HTML reads a number among the last as something else (128 is a euro).
NOT_IN_XML = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
FORM_FEEDS = re.compile("[\x0b\x0c\x85]")

HIDDEN_WHITE = "display:none;font-size:1px;color:#ffffff"


class BrokenTemplate(ValueError):
    """A template of ours is not right. Never a person's fault, so it is no ``BadInput``: let it crash, loudly."""


def attribute(value: object) -> str:
    """Return the value as it may stand in MJML, in an attribute and in text alike.

    The compiler prints attribute values with Rust's debug escaping: a no-break space becomes the visible ``\\u{a0}``, a
    backslash doubles, a line end becomes ``\\n`` (its bug 1). So white space becomes a space, and all else that is not
    plain printable ASCII, or means something in XML, a numeric reference.
    """
    return "".join(map(_safe_character, str(value)))


def rich_text(clean: str) -> str:
    """Return cleaned HTML (``nh3``'s output) as it may stand inside ``mj-text``.

    White space with a line end between two tags is dropped by the compiler, gluing words together (its bug 2), and
    attribute values inside text suffer from bug 1 as well. Characters that no letter can hold are left out: one of
    them, pasted unseen, would stop the whole letter.
    """
    spaced = BETWEEN_TAGS.sub("> <", NOT_IN_XML.sub("", FORM_FEEDS.sub(" ", clean)))
    one_line = TAG.sub(lambda tag: re.sub(r"[\s\x00-\x1f]+", " ", tag.group()).replace("\\", "&#92;"), spaced)
    return _ascii(one_line.replace("&nbsp;", "&#160;"))


def compile_mjml(source: str, *, pictures_from: str = "") -> str:
    """Return the HTML of an MJML document, with ``<mj-style inline="inline">`` inlined.

    ``pictures_from`` is the address of our own web; pictures may come from there and nothing from anywhere else.
    Raises ``BrokenTemplate`` when the source is not well formed (with the line), uses a tag or attribute that is not on
    our list, leaves MJML behind, or would load something from strangers.
    """
    refuse_strangers(source)
    css = "\n".join(INLINE_STYLE.findall(source))
    spaced = BETWEEN_TAGS.sub("> <", INLINE_STYLE.sub("", source))
    armoured = _ascii(AROUND_MJML.sub(r"\1", spaced).strip())
    try:
        # Without fonts={} the compiler adds a link to Google Fonts.
        compiled = mjml.mjml2html(armoured, fonts={}, disable_comments=False)
    except ValueError as problem:
        raise BrokenTemplate(f"the MJML compiler refuses this letter: {problem}") from problem
    if "<mj-" in compiled:
        raise BrokenTemplate("MJML was left behind in the compiled letter")
    finished = _inline(_mend(compiled), css)
    refuse_loading(finished, pictures_from=pictures_from)
    return finished


def refuse_strangers(source: str) -> None:
    """Raise ``BrokenTemplate`` unless every tag is known, may have its attributes, and is closed."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    if reader.open_tags:
        raise BrokenTemplate(f"<{reader.open_tags[-1]}> is not closed")


def refuse_loading(compiled: str, *, pictures_from: str) -> None:
    """Raise ``BrokenTemplate`` when opening this HTML would fetch anything but a picture of our own."""
    reader = _LoadingReader(pictures_from)
    reader.feed(compiled)
    reader.close()


def is_ours(address: str, base_url: str) -> bool:
    """Tell whether the address lies on our own web."""
    theirs, ours = urlsplit(address), urlsplit(base_url)
    return bool(ours.netloc) and (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc)


class _Reader(HTMLParser):
    """Walks the source as strictly as the compiler should."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open_tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            self._refuse(f"</{tag}> closes nothing")

    def _check(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in HTML_TAGS:
            return
        if tag not in MJML_TAGS:
            self._refuse(f"<{tag}> is not on our list")
        for name, value in attrs:
            if name not in MJML_TAGS[tag]:
                self._refuse(f"<{tag}> has no attribute {name} on our list")
            if value is None:
                self._refuse(f"<{tag}> has an attribute {name} without a value")

    def _refuse(self, problem: str) -> None:
        line, _column = self.getpos()
        raise BrokenTemplate(f"line {line}: {problem}")


class _LoadingReader(HTMLParser):
    """Walks compiled HTML as a mail program does, and stops at whatever it would fetch."""

    def __init__(self, pictures_from: str) -> None:
        super().__init__(convert_charrefs=True)
        self._pictures_from = pictures_from
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LOADING_TAGS:
            raise BrokenTemplate(f"<{tag}> has no place in a letter: it loads something")
        self._in_style = tag == "style"
        for name, value in attrs:
            if name in LOADING_ATTRIBUTES and not is_ours(value or "", self._pictures_from):
                raise BrokenTemplate(f"this letter would load {value}")
            if name == "style":
                self._check_css(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._check_css(data)

    def _check_css(self, css: str) -> None:
        if CSS_LOADING.search(css):
            raise BrokenTemplate("a style in this letter loads something")


def _safe_character(character: str) -> str:
    if character in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " "
    if " " <= character <= "~" and character not in "\"'&<>\\":
        return character
    # A lone surrogate or another control character has no place in XML at all.
    return f"&#{ord(character)};" if character.isprintable() or character == "\xa0" or ord(character) > 0x9F else ""


def _ascii(source: str) -> str:
    return source.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _mend(compiled: str) -> str:
    """Three habits of the compiler that checkers stumble over.

    A height that is no number; white words on white (the line that mail programs show after the subject is hidden, and
    SpamAssassin counts its colour all the same); a document without a landmark, where a reader by ear can begin.
    """
    mended = compiled.replace(' height="auto"', "").replace(HIDDEN_WHITE, HIDDEN_WHITE.replace("#ffffff", "#4a4a55"))
    return mended.replace(' role="article"', ' role="main"', 1)


def _inline(compiled: str, css: str) -> str:
    inliner = css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        # By default it fetches style sheets over the network.
        load_remote_stylesheets=False,
        extra_css=css or None,
    )
    return str(inliner.inline(compiled))
