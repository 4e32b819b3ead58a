"""Which row holds the column names, what each column is about, and whether the rows are organisations or people.

A proposal, made from the names of the columns; what somebody chose (``reading``) goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from mailer.directory.importing.columns.fields import OFF_BY_DEFAULT, Subject, field_called, is_home
from mailer.directory.importing.columns.reading import ColumnChoice, Reading, SheetChoice
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.sheets import Line, Sheet
from mailer.wire.spelling import fold

# Only a list of people has these.
_PERSONAL = frozenset({"given", "nickname", "particle", "family", "function", "email_private"})
_WHO = {
    Subject.ORGANISATIONS: {"name"},
    Subject.PEOPLE: {"given", "family", "full_name", "nickname"},
    Subject.MAILBOXES: {"email"},
    Subject.STOPS: {"email"},
}
SEARCHED_LINES = 30
NOTHING_CHOSEN = SheetChoice()


@dataclass(frozen=True)
class Column:
    """A column of the file: where, what it is called there, and the field it fills (empty: not read in)."""

    place: int
    header: str
    field: str
    # The name as typed, folded; empty when the column has none.
    spelling: str
    erases: bool = False
    fills_down: bool = False
    mends: bool = False
    # The field that the name itself tells, whatever was chosen.
    proposed: str = ""


@dataclass(frozen=True)
class Layout:
    """How to read a sheet."""

    subject: Subject
    header_number: int
    columns: tuple[Column, ...]
    # Folded: "cleaned" in it says what the addresses of a bare list are.
    file_name: str = ""

    def of(self, field: str) -> tuple[Column, ...]:
        """Return the columns that are about a field."""
        return self._by_field.get(field, ())

    @cached_property
    def spellings(self) -> frozenset[str]:
        """How the columns are called that we know, folded."""
        return frozenset(column.spelling for column in self.columns if column.field or column.proposed)

    @cached_property
    def _by_field(self) -> dict[str, tuple[Column, ...]]:
        # Asked for every field of every row.
        fields = dict.fromkeys(column.field for column in self.columns)
        return {field: tuple(column for column in self.columns if column.field == field) for field in fields}


def find_layout(sheet: Sheet, *, file_name: str = "", choice: SheetChoice = NOTHING_CHOSEN) -> Layout | None:
    """Return how to read the sheet, or None when it is left out or no row of it looks like column names."""
    if choice.is_left_out or not sheet.lines:
        return None
    hint = fold(f"{sheet.name} {file_name}")
    found = _chosen_header(sheet, choice, hint) or _likely_header(sheet, choice, hint)
    if found is None:
        return None
    line, subject = found
    columns = _columns(line, subject, width_of(sheet), choice)
    return Layout(subject, line.number, columns, fold(file_name))


def width_of(sheet: Sheet) -> int:
    """Return how many columns the widest row has."""
    return max((len(line.cells) for line in sheet.lines), default=0)


def fields_of(headers: Iterable[str], subject: Subject, choice: SheetChoice = NOTHING_CHOSEN) -> dict[str, str]:
    """Return header → field for the headers of kept rows ("E-mail (2)" is an e-mail address too)."""
    fields: dict[str, str] = {}
    for header in headers:
        chosen = choice.columns.get(header)
        field = chosen.field if chosen else field_called(re.sub(r" \(\d+\)$", "", header), subject)
        if field:
            fields[header] = field
    return fields


def subject_of(headers: Iterable[str], *, sheet: str) -> Subject:
    """Return what the rows with these headers are."""
    return _subject_of(Line(0, tuple(headers)), hint=fold(sheet))


def layouts_of(sheets: list[Sheet], *, file_name: str, reading: Reading) -> list[tuple[Sheet, Layout]]:
    """Return the sheets that can be read, each with its layout."""
    layouts = ((sheet, find_layout(sheet, file_name=file_name, choice=reading.sheet(sheet.name))) for sheet in sheets)
    return [(sheet, layout) for sheet, layout in layouts if layout]


def layout_or_refusal(sheets: list[Sheet], *, file_name: str, reading: Reading) -> list[tuple[Sheet, Layout]]:
    """Return the sheets that can be read, each with its layout.

    Raises ``BadInput`` when no sheet has column names that we know.
    """
    found = layouts_of(sheets, file_name=file_name, reading=reading)
    if not found:
        raise BadInput(
            _(
                "We vinden geen rij met kolomnamen. Zet boven de lijst een rij met namen als "
                "Naam organisatie, Wijk en E-mail, of Voornaam, Achternaam en E-mail."
            )
        )
    return found


def _chosen_header(sheet: Sheet, choice: SheetChoice, hint: str) -> tuple[Line, Subject] | None:
    line = next((line for line in sheet.lines if line.number == choice.header_number), None)
    return (line, choice.subject or _subject_of(line, hint=hint)) if line else None


def _likely_header(sheet: Sheet, choice: SheetChoice, hint: str) -> tuple[Line, Subject] | None:
    best: tuple[int, Line, Subject] | None = None
    for line in sheet.lines[:SEARCHED_LINES]:
        subject = choice.subject or _subject_of(line, hint=hint)
        known = len(set(_fields(line, subject)) - {""})
        if _says_who(line, subject) and (best is None or known > best[0]):
            best = known, line, subject
    return best[1:] if best else None


def _subject_of(line: Line, *, hint: str) -> Subject:
    spellings = {fold(cell) for cell in line.cells if cell.strip()}
    as_stops = {field_called(spelling, Subject.STOPS) for spelling in spellings}
    is_named_so = any(word in hint.split() for word in ("unsubscribed", "cleaned"))
    if "email" in as_stops and (as_stops & {"left_at", "bounced_at"} or is_named_so):
        return Subject.STOPS
    if "postvak" in spellings or "soort postvak" in spellings:
        return Subject.MAILBOXES
    as_people = {field_called(spelling, Subject.PEOPLE) for spelling in spellings}
    if as_people & _PERSONAL or {"email", "consented_on"} <= as_people:
        return Subject.PEOPLE
    if "full_name" in as_people and any(word in hint for word in ("sleutelfigu", "mensen", "personen", "contacten")):
        return Subject.PEOPLE
    # "Naam" beside "Organisatie" is a person's.
    if "full_name" in as_people and "organisations" in as_people:
        return Subject.PEOPLE
    return Subject.ORGANISATIONS


def _fields(line: Line, subject: Subject) -> list[str]:
    return [field_called(cell, subject) for cell in line.cells]


def _says_who(line: Line, subject: Subject) -> bool:
    """A row of column names has a column for who it is about, and a second one that we know."""
    fields = set(_fields(line, subject)) - {""}
    is_who = bool(fields & _WHO[subject]) or (subject is Subject.PEOPLE and {"email", "consented_on"} <= fields)
    return is_who and (len(fields) > 1 or line.filled <= 2)


def _columns(line: Line, subject: Subject, width: int, choice: SheetChoice) -> tuple[Column, ...]:
    """Name every column once: an empty name gets its number, a second of the same name gets "(2)"."""
    columns: list[Column] = []
    taken: dict[str, int] = {}
    for place in range(width):
        typed = " ".join((line.cells[place] if place < len(line.cells) else "").split())
        header = _free_header(typed or _("kolom %(n)s", n=place + 1), taken)
        proposed = field_called(typed, subject)
        asked = choice.columns.get(header) or ColumnChoice("" if proposed in OFF_BY_DEFAULT else proposed)
        field = "" if is_home(asked.field, subject) else asked.field
        columns.append(Column(place, header, field, fold(typed), asked.erases, asked.fills_down, asked.mends, proposed))
    return tuple(columns)


def _free_header(header: str, taken: dict[str, int]) -> str:
    free = header
    while free in taken:
        taken[header] += 1
        free = f"{header} ({taken[header]})"
    taken[free] = 1
    return free
