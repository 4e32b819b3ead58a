"""Which lines of a sheet are records at all, and what a column says once on every one of them."""

from __future__ import annotations

import re

from mailer.directory.importing.cells.problems import Problem
from mailer.directory.importing.columns.fields import Subject
from mailer.directory.importing.columns.headers import Layout
from mailer.foundation.language import gettext as _
from mailer.wire.sheets import Line, Sheet
from mailer.wire.spelling import fold

_TOTAL = re.compile(r"^(?:(?:sub)?tota(?:al|len)|total|aantal)\b")
_NOTE = re.compile(
    r"^(?:let op|nb\b|n\.b\.|ps\b|opmerking|toelichting|legenda|bron\b|\*|geel\b|groen =|uitleg)", re.IGNORECASE
)


def lines_of(sheet: Sheet, layout: Layout) -> list[Line]:
    """Return the lines of a sheet but for its column names, with what a column says once said on every row."""
    lines = [line for line in sheet.lines if line.number != layout.header_number]
    places = [column.place for column in layout.columns if column.fills_down]
    if not places:
        return lines
    return _filled_down(lines, layout, places)


def _filled_down(lines: list[Line], layout: Layout, places: list[int]) -> list[Line]:
    above = dict.fromkeys(places, "")
    filled: list[Line] = []
    for line in lines:
        if line.number > layout.header_number and why_no_record(line, layout) is None:
            cells = [*line.cells, *[""] * (max(places) + 1 - len(line.cells))]
            for place in places:
                above[place] = cells[place] = cells[place] if cells[place].strip() else above[place]
            line = Line(line.number, tuple(cells))
        filled.append(line)
    return filled


def why_no_record(line: Line, layout: Layout) -> Problem | None:
    """Return why a line is no organisation or person at all: a title, a total, a note; None when it may be one."""
    if line.number < layout.header_number:
        return Problem("", "title", _("Deze regel staat boven de kolomnamen."))
    filled = [cell.strip() for cell in line.cells if cell.strip()]
    if len(filled) < 5 and any(_TOTAL.match(fold(cell)) for cell in filled[:2]) and _counts(filled):
        return Problem("", "total", _("Dit lijkt op een totaalregel."))
    # Nearly always the first cell tells; folding them all would be the most work there is to a row.
    if len(filled) > 1 and all(fold(cell) in layout.spellings for cell in filled):
        return Problem("", "header-again", _("Dit zijn de kolomnamen nog een keer."))
    if len(filled) == 1 and len(layout.columns) > 3 and _reads_as_note(filled[0], layout):
        return Problem("", "note", _("Dit lijkt een aantekening, geen %(what)s.", what=_word_for(layout.subject)))
    return None


def _counts(cells: list[str]) -> bool:
    """ "Totaal: 216", or "Totaal" alone; but "Totaal Sport" is a name."""
    folded = [fold(cell) for cell in cells]
    return any(any(sign.isdigit() for sign in cell) for cell in folded) or folded[0] in ("totaal", "subtotaal", "total")


def _reads_as_note(text: str, layout: Layout) -> bool:
    words = text.split()
    return bool(_NOTE.match(text)) or (len(words) > 5 and (text.endswith((".", "!", ":")) or len(text) > 90))


def _word_for(subject: Subject) -> str:
    return {
        Subject.ORGANISATIONS: _("organisatie"),
        Subject.PEOPLE: _("persoon"),
        Subject.MAILBOXES: _("postvak"),
        Subject.STOPS: _("adres"),
    }[subject]
