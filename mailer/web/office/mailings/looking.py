"""Ways to look at a letter before it leaves: as a phone shows it, in the dark, without pictures, as text, on paper.

Each is the letter that leaves; only what the reader's side would do to it is done here already.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from flask import Response

from mailer.foundation.language import gettext as _
from mailer.web.letters import framed_beside_form
from mailer.wire.slots import Letter

COMPUTER, PHONE, DARK, NO_PICTURES, TEXT, PAPER = "computer", "telefoon", "donker", "zonder-beeld", "tekst", "papier"
LOOKS = (COMPUTER, PHONE, DARK, NO_PICTURES, TEXT, PAPER)
PREFERS_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
ON_PAPER = re.compile(r"@media\s+(?:only\s+)?print\b", re.IGNORECASE)
COLOUR_SCHEME = re.compile(r'(name="(?:supported-)?color-schemes?"\s+content=")light dark', re.IGNORECASE)
# True, and never true, also beside other conditions.
ALWAYS, NEVER = "(min-width: 0)", "(min-width: 99999px)"
TEXT_PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ margin: 0; padding: 16px; background: #fff; color: #1b1b1f; }}
pre {{ margin: 0; font: 16px/1.5 ui-monospace, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head><body><pre>{text}</pre></body></html>"""


@dataclass(frozen=True)
class Look:
    """A way to look, in words."""

    value: str
    word: str


def looks() -> list[Look]:
    """Return the ways to look at a letter, in the order in which the office offers them."""
    words = {
        COMPUTER: _("Computer"),
        PHONE: _("Telefoon"),
        DARK: _("Donker"),
        NO_PICTURES: _("Zonder beeld"),
        TEXT: _("Alleen tekst"),
        PAPER: _("Op papier"),
    }
    return [Look(value, words[value]) for value in LOOKS]


def look_of(value: str | None) -> str:
    """Return the way to look that was asked for, or that of a computer."""
    return value if value in LOOKS else COMPUTER


def shown_as(letter: Letter, look: str) -> Response:
    """Return the letter for a frame, looked at in this way."""
    response = framed_beside_form(page_as(letter, look))
    if look == NO_PICTURES:
        # What a mail program that shows no pictures does: it does not fetch them, and shows their words.
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = re.sub(r"img-src [^;]*", "img-src 'none'", policy)
    return response


def page_as(letter: Letter, look: str) -> str:
    """Return the letter's HTML with what the reader's side would choose already chosen."""
    if look == TEXT:
        return TEXT_PAGE.format(title=html.escape(letter.subject), text=html.escape(letter.text))
    page = PREFERS_DARK.sub(ALWAYS if look == DARK else NEVER, letter.html)
    page = COLOUR_SCHEME.sub(r"\1dark" if look == DARK else r"\1light", page)
    return ON_PAPER.sub("@media all", page) if look == PAPER else page
