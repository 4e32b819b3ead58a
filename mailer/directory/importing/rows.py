"""One row of a file: its cells by field, what was remarked about them, and whether it is a record at all."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from mailer.directory.importing.cells import Cleaned, Remark, mojibake
from mailer.directory.importing.deciding import UNDECIDED, Decision
from mailer.directory.importing.fields import Subject
from mailer.directory.importing.headers import Column, Layout
from mailer.foundation.language import gettext as _
from mailer.wire.sheets import Line, Sheet
from mailer.wire.spelling import fold, tidy

T = TypeVar("T")

# A row's own number, date and mark say nothing about what it holds.
_NOT_CONTENT = frozenset({"number", "changed_on", "mark", "why_not"})
_TOTAL = re.compile(r"^(?:(?:sub)?tota(?:al|len)|total|aantal)\b")
_NOTE = re.compile(
    r"^(?:let op|nb\b|n\.b\.|ps\b|opmerking|toelichting|legenda|bron\b|\*|geel\b|groen =|uitleg)", re.IGNORECASE
)


# What Excel or a typing error made of a value.
_BROKEN = frozenset({"number-became-date", "postcode-letters"})


@dataclass(frozen=True)
class Problem:
    """What is to be said about one cell of a row (or the row: then ``column`` is empty)."""

    column: str
    code: str
    message: str
    # The row that is already there and may be the same: {"organisation": id}, {"person": id} or {"row": number}.
    candidate: dict[str, int] = field(default_factory=dict)
    is_doubt: bool = False
    # Texts that may take the place of the cell: offered, never done.
    proposals: tuple[str, ...] = ()
    # What stood there, where that is worth counting.
    typed: str = ""
    # Others that it may be as well as the candidate, the likeliest first.
    others: tuple[dict[str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"column": self.column, "code": self.code, "message": self.message}
        if self.candidate:
            found["candidate"] = self.candidate
        if self.others:
            found["candidates"] = [self.candidate, *self.others]
        if self.is_doubt:
            found["proposals"] = list(self.proposals)
        return found


class Row:
    """A row while it is read: ``text`` gives a field's cell, ``take`` a cleaned value while keeping its remarks."""

    __slots__ = ("_fingerprint", "_line", "decision", "layout", "number", "problems", "sheet")

    def __init__(self, sheet: str, line: Line, layout: Layout, decision: Decision = UNDECIDED) -> None:
        self.sheet = sheet
        self.number = line.number
        self.layout = layout
        # What somebody chose for it.
        self.decision = decision
        self.problems: list[Problem] = []
        self._line = line
        self._fingerprint = ""

    @property
    def cells(self) -> dict[str, str]:
        """Header → text, in the order of the file; empty columns without a name are left out."""
        return {column.header: text for column in self.layout.columns if (text := self._typed(column)) or column.field}

    def is_suspect(self, name: str) -> bool:
        """Return whether something broke the field's cell: good enough where we have nothing, never instead of ours."""
        header = self.header(name)
        return any(problem.column == header and problem.code in _BROKEN for problem in self.problems)

    @property
    def is_doubtful(self) -> bool:
        return any(problem.is_doubt for problem in self.problems)

    @property
    def fingerprint(self) -> str:
        """A hash of what the row says: equal for the same row in another file, wherever it stands."""
        self._fingerprint = self._fingerprint or self._hash_of_content()
        return self._fingerprint

    def _hash_of_content(self) -> str:
        content = sorted(
            (column.spelling, text)
            for column in self.layout.columns
            if column.field not in _NOT_CONTENT and (text := tidy(self._typed(column)))
        )
        return hashlib.blake2b(repr((self.layout.subject.value, content)).encode(), digest_size=16).hexdigest()

    def text(self, name: str) -> str:
        """Return the field's cell; of several columns for one field, the first that is filled."""
        return next((text for column in self.layout.of(name) if (text := self._at(column).strip())), "")

    def texts(self, name: str) -> list[tuple[str, str]]:
        """Return (header, cell) of every filled column for the field."""
        return [(column.header, text) for column in self.layout.of(name) if (text := self._at(column).strip())]

    def header(self, name: str) -> str:
        """Return what the file calls the field, or nothing when it has no such column."""
        columns = self.layout.of(name)
        return columns[0].header if columns else ""

    def erases(self, name: str) -> bool:
        """Return whether the row's empty cell was said to take away what we have."""
        columns = self.layout.of(name)
        return any(column.erases for column in columns) and not any(self._at(column).strip() for column in columns)

    def take(self, name: str, cleaned: Cleaned[T]) -> T:
        """Return the value, and keep what was remarked about it."""
        self.remark(self.header(name), *cleaned.remarks)
        return cleaned.value

    def remark(self, header: str, *remarks: Remark) -> None:
        for remark in remarks:
            proposals = tuple(self._instead(header, remark.typed, meant) for meant in remark.meant)
            self._say(
                Problem(
                    header,
                    remark.code,
                    remark.message,
                    is_doubt=remark.is_doubt,
                    proposals=proposals,
                    typed=remark.typed,
                )
            )

    def fit(self, name: str, text: str, longest: int) -> str:
        """Return as much of the text as there is room for; what is cut off is told."""
        if len(text) > longest:
            message = _("Dit is te lang: er passen %(n)s tekens in. De rest lezen we niet in.", n=longest)
            self.tell(name, "too-long", message)
        return text[:longest].strip()

    def doubt(
        self,
        name: str,
        code: str,
        message: str,
        candidate: dict[str, int] | None = None,
        *,
        others: tuple[dict[str, int], ...] = (),
        proposals: tuple[str, ...] = (),
        insists: bool = False,
    ) -> None:
        """Say that a person must choose; the row waits. ``insists``: also when the cell was called right as it is."""
        problem = Problem(
            self.header(name), code, message, candidate or {}, is_doubt=True, proposals=proposals, others=others
        )
        if insists:
            self.problems.append(problem)
        else:
            self._say(problem)

    def is_as_typed(self, header: str) -> bool:
        """Return whether somebody said that this column is right as it is."""
        return header in self.decision.as_typed

    def tell(self, name: str, code: str, message: str) -> None:
        """Say something that does not hold the row up."""
        self.problems.append(Problem(self.header(name), code, message))

    def doubt_broken_accents(self) -> None:
        """Doubt every cell whose accents broke before the file reached us; the repair is offered, never made."""
        for column in self.layout.columns:
            if column.field and (meant := mojibake(self._at(column))):
                message = _(
                    "Hier zijn letters kapotgegaan: “%(typed)s”. Bedoel je “%(meant)s”?",
                    typed=self._at(column),
                    meant=meant,
                )
                problem = Problem(column.header, "broken-accents", message, is_doubt=True, proposals=(meant,))
                self._say(problem)

    def _say(self, problem: Problem) -> None:
        """What somebody settled already holds nothing up any more."""
        if problem.is_doubt and not problem.candidate and self.is_as_typed(problem.column):
            problem = replace(problem, is_doubt=False)
        self.problems.append(problem)

    def _instead(self, header: str, typed: str, meant: str) -> str:
        text = next((self._at(column) for column in self.layout.columns if column.header == header), "")
        return text.replace(typed, meant) if typed and typed in text else meant

    def _at(self, column: Column) -> str:
        chosen = self.decision.cells.get(column.header)
        return self._typed(column) if chosen is None else chosen

    def _typed(self, column: Column) -> str:
        text = self._line.cells[column.place] if column.place < len(self._line.cells) else ""
        return (mojibake(text) or text) if column.mends else text


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
