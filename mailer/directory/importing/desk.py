"""What is at hand while a file is read: the register, the moment, and what earlier files said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from mailer.directory.importing.addresses import FoundAddress
from mailer.directory.importing.cells import tidy
from mailer.directory.importing.deciding import NEW, SAME
from mailer.directory.importing.filling import Filling
from mailer.directory.importing.refusing import Refusals
from mailer.directory.importing.register import Register
from mailer.directory.importing.rows import Problem, Row
from mailer.directory.importing.tracing import Spoken
from mailer.directory.importing.weighing import Scales
from mailer.directory.models import ImportBatch, ImportRow, Organisation, Person, RowOutcome

_ASKED_AT_ONCE = 500
Target = TypeVar("Target", Organisation, Person)


@dataclass(frozen=True, slots=True)
class Settled:
    """How a row ended."""

    row: Row
    outcome: RowOutcome
    changes: tuple[dict[str, str], ...] = ()
    organisation: Organisation | None = None
    person: Person | None = None
    problems: tuple[Problem, ...] = ()


@dataclass
class Desk:
    """Everything the rows of a file share."""

    register: Register
    now: datetime
    today: date
    # Rows of applied files with the same content: what they were about, and whether nothing newer was said about it.
    earlier: dict[str, tuple[Organisation | Person, bool]]
    # Columns in which the list wins from what was changed by hand.
    winning: frozenset[str] = frozenset()
    refusals: Refusals | None = None
    claims: int = 0
    new_networks: dict[str, int] = field(default_factory=dict)
    new_organisations: list[str] = field(default_factory=list)
    # What each row said, for the books.
    spoken: list[Spoken] = field(default_factory=list)
    # Who was said to be somebody else than whom: (new, candidate).
    apart: list[tuple[Organisation | Person, Organisation | Person]] = field(default_factory=list)
    _seen: dict[str, Organisation | Person] = field(default_factory=dict)

    def seen(self, row: Row) -> Organisation | Person | None:
        """Return what an identical row, here or in a file before, was about."""
        found = self._seen.get(row.fingerprint) or self.earlier.get(row.fingerprint, (None, False))[0]
        apart = found is not None and self.register.is_marked_apart(found, tidy(row.text("mark")))
        return None if apart else found

    def chosen(self, row: Row, kind: type[Target]) -> Target | None:
        """Return whom somebody chose for the row; None when nobody did, or when that one is not there (any more)."""
        found = self._candidate(row) if row.decision.who == SAME else None
        return found if isinstance(found, kind) else None

    def keep_apart(self, row: Row, made: Organisation | Person) -> None:
        """Remember that somebody said: this is another one."""
        candidate = self._candidate(row) if row.decision.who == NEW else None
        if candidate is not None and candidate is not made and type(candidate) is type(made):
            self.apart.append((made, candidate))

    def _candidate(self, row: Row) -> Organisation | Person | None:
        named = row.decision.candidate
        if number := named.get("row"):
            return next((one for one, brought in self.register.brought_by.items() if brought == number), None)
        known = self.register.organisations_by_id.get(named.get("organisation", 0))
        return known or self.register.people_by_id.get(named.get("person", 0))

    def filling(self, row: Row, target: Organisation | Person) -> Filling:
        """Return the changes to be made by this row.

        A row that we read before and that is the latest word on its subject changes no value: what differs now was
        changed by hand since, and the hand wins.
        """
        known, is_latest = self.earlier.get(row.fingerprint, (None, False))
        return Filling(
            row,
            target,
            earlier_row=self.register.brought_by.get(target),
            keeps_ours=known is target and is_latest,
            scales=Scales(self.register.weights_of(target), self.winning),
        )

    def write(self, row: Row, target: Organisation | Person, filling: Filling, *, is_new: bool) -> None:
        """Write what the row changes, and keep who said it."""
        filling.write()
        self.spoken.append(Spoken(target, row, tuple(filling.said), is_new=is_new))
        self.remember(row, target)

    def tell_refused(self, row: Row, addresses: Iterable[FoundAddress]) -> None:
        """Say on the row which of its addresses are not written to any more, and stay so."""
        if self.refusals is not None:
            self.refusals.tell(row, addresses)

    def remember(self, row: Row, target: Organisation | Person) -> None:
        """Keep what the row was about, for the rows below it."""
        self._seen.setdefault(row.fingerprint, target)
        self.register.brought_by.setdefault(target, row.number)
        self.register.marks.setdefault(target, tidy(row.text("mark")))


def settle(row: Row, outcome: RowOutcome, **more: object) -> Settled:
    """Return the row with its outcome and its problems as they now are, what needs a choice first."""
    problems = sorted(row.problems, key=lambda problem: not problem.is_doubt)
    return Settled(row, outcome, problems=tuple(problems), **more)  # type: ignore[arg-type]


def rejected(row: Row, code: str, message: str) -> Settled:
    """Reject the row: it holds no record."""
    row.problems.append(Problem("", code, message))
    return settle(row, RowOutcome.REJECTED)


def earlier_rows(
    session: Session, register: Register, fingerprints: Iterable[str]
) -> dict[str, tuple[Organisation | Person, bool]]:
    """Return fingerprint → (what it was about, is the latest word on it) of rows in applied files."""
    applied = is_applied()
    latest = _latest_batches(session, register)
    found: dict[str, tuple[Organisation | Person, bool]] = {}
    columns = (ImportRow.fingerprint, ImportRow.batch_id, ImportRow.organisation_id, ImportRow.person_id)
    for some in _portions(fingerprints):
        asked = select(*columns).join(ImportRow.batch).where(applied, ImportRow.fingerprint.in_(some))
        for fingerprint, batch_id, organisation_id, person_id in session.execute(asked.order_by(ImportRow.id)):
            target = register.people_by_id.get(person_id or 0) or register.organisations_by_id.get(organisation_id or 0)
            if target is not None:
                found[fingerprint] = target, latest.get(target) == batch_id
    return found


def is_applied() -> ColumnElement[bool]:
    """Return the condition for batches that changed the directory, and still do."""
    return and_(ImportBatch.applied_at.is_not(None), ImportBatch.taken_back_at.is_(None))


def _latest_batches(session: Session, register: Register) -> dict[Organisation | Person, int]:
    latest: dict[Organisation | Person, int] = {}
    for column, known in (
        (ImportRow.organisation_id, register.organisations_by_id),
        (ImportRow.person_id, register.people_by_id),
    ):
        newest = select(column, func.max(ImportRow.batch_id)).join(ImportRow.batch)
        newest = newest.where(is_applied(), column.is_not(None)).group_by(column)
        for target_id, batch_id in session.execute(newest):
            latest[known[target_id or 0]] = batch_id
    return latest


def _portions(all_of: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(all_of)
    while some := list(islice(rest, _ASKED_AT_ONCE)):
        yield some
