"""One row of a file: its cells by field, and what was remarked about them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TypeVar

from mailer.directory.importing.cells.cleaning import Cleaned, Remark, mojibake
from mailer.directory.importing.cells.problems import Problem
from mailer.directory.importing.choices.decisions import UNDECIDED, Decision
from mailer.directory.importing.columns.headers import Column, Layout
from mailer.foundation.language import gettext as _
from mailer.wire.sheets import Line
from mailer.wire.spelling import tidy

T = TypeVar("T")

# A row's own number, date and mark say nothing about what it holds.
_NOT_CONTENT = frozenset({"number", "changed_on", "mark", "why_not"})
# What Excel or a typing error made of a value.
_BROKEN = frozenset({"number-became-date", "postcode-letters"})


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
