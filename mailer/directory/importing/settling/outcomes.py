"""How a row ended, and what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.directory.importing.cells.problems import Problem
from mailer.directory.importing.known.entries import KnownOrganisation, KnownPerson
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import RowOutcome


@dataclass(frozen=True, slots=True)
class Settled:
    """How a row ended."""

    row: Row
    outcome: RowOutcome
    changes: tuple[dict[str, str], ...] = ()
    organisation: KnownOrganisation | None = None
    person: KnownPerson | None = None
    problems: tuple[Problem, ...] = ()


def settle(row: Row, outcome: RowOutcome, **more: object) -> Settled:
    """Return the row with its outcome and its problems as they now are, what needs a choice first."""
    problems = sorted(row.problems, key=lambda problem: not problem.is_doubt)
    return Settled(row, outcome, problems=tuple(problems), **more)  # type: ignore[arg-type]


def rejected(row: Row, code: str, message: str) -> Settled:
    """Reject the row: it holds no record."""
    row.problems.append(Problem("", code, message))
    return settle(row, RowOutcome.REJECTED)
