"""Filling the basics, and what opens and closes a newsletter."""

from __future__ import annotations

from typing import Any

from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.compiling.fillers.desk import Desk, rich
from mailer.mailings.compiling.stationery import StaffWords

MOST_LINES = 5


def fill_intro(desk: Desk, block: blocks.Intro) -> dict[str, Any] | None:
    """Return greeting, words and signature."""
    if not block.html and not block.greets and not block.name:
        return None
    return {
        "greets": bool(block.greets),
        **rich(block.html),
        "name": StaffWords(block.name),
        "role": StaffWords(block.role),
        # Beside the same name it says nothing new, and without pictures it would stand there twice.
        **desk.picture(block.src, "" if block.alt.casefold() == block.name.casefold() else block.alt),
    }


def fill_in_short(desk: Desk, block: blocks.InShort) -> dict[str, Any] | None:
    """Return staff's own lines, or the headlines of the other blocks."""
    lines = desk.headlines[:MOST_LINES]
    if not block.html and not lines:
        return None
    return {
        "text": StaffWords(block.text or _("In het kort")),
        **rich(block.html),
        "lines": [] if block.html else lines,
    }


def fill_heading(_desk: Desk, block: blocks.Heading) -> dict[str, Any]:
    """Return the words and their size."""
    return {"text": StaffWords(block.text), "level": block.level}


def fill_text(_desk: Desk, block: blocks.Text) -> dict[str, Any]:
    """Return the words."""
    return rich(block.html)


def fill_image(desk: Desk, block: blocks.Image) -> dict[str, Any]:
    """Return the picture with what stands below it."""
    credit = _("Foto: %(name)s", name=block.credit) if block.credit else ""
    below = " ".join(part for part in (block.caption, credit) if part)
    return {**desk.picture(block.src, block.alt), "caption": StaffWords(below)}


def fill_button(_desk: Desk, block: blocks.Button) -> dict[str, Any] | None:
    """Return the label and where it leads."""
    if not block.label or not block.url:
        return None
    return {"label": StaffWords(block.label), "url": StaffWords(block.url)}


def fill_divider(_desk: Desk, _block: blocks.Divider) -> dict[str, Any]:
    """Return nothing: a line is a line."""
    return {}


def fill_quote(_desk: Desk, block: blocks.Quote) -> dict[str, Any] | None:
    """Return the words without the marks that the letter writes itself."""
    if not block.text:
        return None
    return {"text": unquoted(block.text), "by": _by(block.name, block.role)}


def fill_partners(desk: Desk, block: blocks.Partners) -> dict[str, Any] | None:
    """Return the names; the logos only repeat them, so they have no words of their own."""
    if not block.text:
        return None
    return {"text": StaffWords(block.text), **desk.picture(block.src, "")}


def unquoted(text: str) -> StaffWords:
    """Return words without quotation marks around them."""
    return StaffWords(text.strip("\"“”'‘’ "))


def _by(*parts: str) -> StaffWords:
    return StaffWords(", ".join(part for part in parts if part))
