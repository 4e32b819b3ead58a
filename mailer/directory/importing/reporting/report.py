"""What an import found, row by row: for people as sentences, for programs as JSON. ``writing_down`` keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailer.directory.importing.cells.problems import Problem
from mailer.directory.importing.choices.decisions import UNDECIDED, Decision
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.settling.outcomes import Settled
from mailer.directory.models import RowOutcome
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext

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
