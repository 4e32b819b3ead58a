"""What an import found, row by row: for people as sentences, for programs as JSON, and kept as a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from mailer.directory.importing.deciding import UNDECIDED, Decision, Place
from mailer.directory.importing.desk import Settled
from mailer.directory.importing.rows import Problem, Row
from mailer.directory.models import ImportBatch, ImportRow, RowOutcome
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.logbook import note
from mailer.staff.models import Operator

_WRITTEN_AT_ONCE = 500


Gist = tuple[str, int, RowOutcome, list[str], int]
"""Sheet, number, outcome, codes of what was said, number of changes."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row and how it ended. ``organisation_id`` and ``person_id`` are empty for what a dry run did not keep."""

    sheet: str
    number: int
    outcome: RowOutcome
    # What it was read from: its cells are looked up when they are asked for, not held twice.
    source: Row
    problems: tuple[Problem, ...]
    changes: tuple[dict[str, str], ...]
    fingerprint: str
    organisation_id: int | None = None
    person_id: int | None = None
    decision: Decision = UNDECIDED

    @classmethod
    def of(cls, settled: Settled, *, organisation_id: int | None, person_id: int | None) -> ReportRow:
        return cls(
            sheet=settled.row.sheet,
            number=settled.row.number,
            outcome=settled.outcome,
            source=settled.row,
            problems=settled.problems,
            changes=settled.changes,
            fingerprint=settled.row.fingerprint,
            organisation_id=organisation_id,
            person_id=person_id,
            decision=settled.row.decision,
        )

    @property
    def cells(self) -> Mapping[str, str]:
        """Header → text, as the file has it."""
        return self.source.cells

    @property
    def gist(self) -> Gist:
        """What counts when two reports are compared: not the words, which follow the reader's language."""
        codes = [problem.code for problem in self.problems]
        return self.sheet[:80], self.number, self.outcome, codes, len(self.changes)


@dataclass
class Report:
    """The outcome of every row of a file, and what is to be said about the file."""

    file_name: str
    file_hash: str
    subject: str
    applied: bool
    rows: tuple[ReportRow, ...]
    notes: tuple[str, ...] = ()
    # The batch it was kept as, when it was.
    batch_id: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → number of rows; every outcome is there."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome.value: found[outcome] for outcome in RowOutcome}

    def tells_the_same_as(self, gists: list[Gist]) -> bool:
        """Return whether an earlier report of this file came to the same end for every row."""
        return [row.gist for row in self.rows] == gists

    def as_json(self) -> dict[str, Any]:
        """Return the stable form of interfaces.md: counts, and the outcome of each row."""
        return {
            "batch": self.batch_id,
            "applied": self.applied,
            "rows": self.counts,
            "outcomes": [
                {
                    "row": row.number,
                    "outcome": row.outcome.value,
                    "problems": [problem.as_json() for problem in row.problems],
                    "sheet": row.sheet,
                    "changes": list(row.changes),
                }
                for row in self.rows
            ],
            "notes": list(self.notes),
        }


def counts_sentence(counts: Mapping[str, int]) -> str:
    """Return "540 rijen gelezen. 498 nieuw, 12 gewijzigd, 21 gelijk, 7 twijfel, 2 afgekeurd."."""
    read = ngettext("%(n)s rij gelezen.", "%(n)s rijen gelezen.", sum(counts.values()))
    return " ".join(
        (
            read,
            _(
                "%(new)s nieuw, %(changed)s gewijzigd, %(same)s gelijk, %(doubtful)s twijfel, %(rejected)s afgekeurd.",
                **{outcome.value: counts.get(outcome.value, 0) for outcome in RowOutcome},
            ),
        )
    )


def open_batch(session: Session, *, file_name: str, now: datetime, by: Operator | None) -> ImportBatch:
    """Return a batch without rows: what a list writes is written under its number."""
    batch = ImportBatch(
        file_name=file_name[:200], file_hash="", subject="", read_at=now, operator_id=by.id if by else None
    )
    session.add(batch)
    session.flush()
    return batch


def fill_batch(session: Session, batch: ImportBatch, report: Report, *, now: datetime, by: Operator | None) -> None:
    """Write the report to its batch, in the place of what stood there; an applied one gets a line in the logbook."""
    decided = _moments(session, batch)
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    session.expire(batch, ["rows"])
    _keep_rows(session, batch, report, decided, now)
    batch.file_hash, batch.subject, batch.notes = report.file_hash, report.subject, list(report.notes)
    report.batch_id, batch.tried_at = batch.id, batch.tried_at or now
    if report.applied:
        batch.applied_at, batch.operator_id = now, by.id if by else None
        note(session, by, "import-applied", batch, now=now)
    else:
        batch.read_at = now
    session.flush()


def _moments(session: Session, batch: ImportBatch) -> dict[Place, datetime]:
    """Return where somebody chose, and when."""
    columns = (ImportRow.sheet, ImportRow.number, ImportRow.decided_at)
    asked = select(*columns).where(ImportRow.batch_id == batch.id, ImportRow.decided_at.is_not(None))
    return {(sheet, number): moment for sheet, number, moment in session.execute(asked) if moment}


def _keep_rows(
    session: Session, batch: ImportBatch, report: Report, decided: Mapping[Place, datetime], now: datetime
) -> None:
    for start in range(0, len(report.rows), _WRITTEN_AT_ONCE):
        some = report.rows[start : start + _WRITTEN_AT_ONCE]
        session.execute(insert(ImportRow), [_as_columns(batch, row, decided, now) for row in some])


def _as_columns(batch: ImportBatch, row: ReportRow, decided: Mapping[Place, datetime], now: datetime) -> dict[str, Any]:
    return {
        "decision": row.decision.as_json(),
        "decided_at": decided.get((row.sheet[:80], row.number), now) if row.decision else None,
        "batch_id": batch.id,
        "sheet": row.sheet[:80],
        "number": row.number,
        "outcome": row.outcome,
        "cells": row.cells,
        "problems": [problem.as_json() for problem in row.problems],
        "changes": list(row.changes),
        "fingerprint": row.fingerprint,
        "organisation_id": row.organisation_id,
        "person_id": row.person_id,
    }


def kept_gists(session: Session, batch: ImportBatch) -> list[Gist]:
    """Return what each kept row of a batch came to, without holding the rows themselves."""
    columns = (ImportRow.sheet, ImportRow.number, ImportRow.outcome, ImportRow.problems, ImportRow.changes)
    asked = select(*columns).where(ImportRow.batch_id == batch.id).order_by(ImportRow.id)
    return [
        (sheet, number, outcome, [one["code"] for one in problems], len(changes))
        for sheet, number, outcome, problems, changes in session.execute(asked)
    ]
