"""What is at hand while a file is read: the register, the moment, and what earlier files said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from mailer.directory.importing.addresses import FoundAddress
from mailer.directory.importing.deciding import NEW, SAME
from mailer.directory.importing.filling import Filling
from mailer.directory.importing.known import Known, KnownOrganisation, KnownPerson
from mailer.directory.importing.refusing import Refusals
from mailer.directory.importing.register import Register
from mailer.directory.importing.rows import Problem, Row
from mailer.directory.importing.tracing import Spoken
from mailer.directory.importing.weighing import Scales
from mailer.directory.models import ImportBatch, ImportRow, Organisation, Person, RowOutcome
from mailer.wire.spelling import tidy

_ASKED_AT_ONCE = 500
Target = TypeVar("Target", Organisation, Person)


@dataclass(frozen=True, slots=True)
class Settled:
    """How a row ended."""

    row: Row
    outcome: RowOutcome
    changes: tuple[dict[str, str], ...] = ()
    organisation: KnownOrganisation | None = None
    person: KnownPerson | None = None
    problems: tuple[Problem, ...] = ()


@dataclass
class Desk:
    """Everything the rows of a file share."""

    register: Register
    now: datetime
    today: date
    # Rows of applied files with the same content: what they were about, and whether nothing newer was said about it.
    earlier: dict[str, tuple[Known, bool]]
    # Columns in which the list wins from what was changed by hand.
    winning: frozenset[str] = frozenset()
    refusals: Refusals | None = None
    claims: int = 0
    new_networks: dict[str, int] = field(default_factory=dict)
    new_organisations: list[str] = field(default_factory=list)
    # What each row said, for the books.
    spoken: list[Spoken] = field(default_factory=list)
    # Who was said to be somebody else than whom: (new, candidate).
    apart: list[tuple[Known, Known]] = field(default_factory=list)
    # Whose role where the rows above already spoke of.
    _roles_told: set[tuple[Known, Known]] = field(default_factory=set)
    _seen: dict[str, Known] = field(default_factory=dict)

    def seen(self, row: Row) -> Organisation | Person | None:
        """Return what an identical row, here or in a file before, was about."""
        known = self.read_before(row)
        if known is None:
            return None
        found = self.register.row_of(known)
        return None if self.register.is_marked_apart(found, tidy(row.text("mark"))) else found

    def read_before(self, row: Row) -> Known | None:
        """Return whom an identical row, here or in a file before, was about, whatever marks say."""
        return self._seen.get(row.fingerprint) or self.earlier.get(row.fingerprint, (None, False))[0]

    def chosen(self, row: Row, kind: type[Target]) -> Target | None:
        """Return whom somebody chose for the row; None when nobody did, or when that one is not there (any more)."""
        found = self._candidate(row, kind) if row.decision.who == SAME else None
        return found if isinstance(found, kind) else None

    def keep_apart(self, row: Row, made: Organisation | Person) -> None:
        """Remember that somebody said: this is another one."""
        candidate = self._candidate(row, type(made)) if row.decision.who == NEW else None
        if candidate is not None and candidate is not made:
            self.apart.append((self.register.known(made), self.register.known(candidate)))

    def _candidate(self, row: Row, kind: type[Organisation] | type[Person]) -> Organisation | Person | None:
        named = row.decision.candidate
        if number := named.get("row"):
            return self.register.brought_with(number, kind)
        if kind is Organisation:
            return self.register.organisation_of_id(named.get("organisation", 0))
        return self.register.person_of_id(named.get("person", 0))

    def filling(self, row: Row, target: Organisation | Person) -> Filling:
        """Return the changes to be made by this row.

        A row that we read before and that is the latest word on its subject changes no value: what differs now was
        changed by hand since, and the hand wins.
        """
        about = self.register.known(target)
        known, is_latest = self.earlier.get(row.fingerprint, (None, False))
        return Filling(
            row,
            target,
            earlier_row=about.brought_by or None,
            keeps_ours=known is about and is_latest,
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

    def has_told_role(self, person: Person, organisation: Organisation) -> bool:
        """Return whether a row above spoke of this role; of another role of the same person says nothing of this."""
        return (self.register.known(person), self.register.known(organisation)) in self._roles_told

    def tell_role(self, person: Person, organisation: Organisation) -> None:
        """Keep that a row spoke of the role."""
        self._roles_told.add((self.register.known(person), self.register.known(organisation)))

    def remember(self, row: Row, target: Organisation | Person) -> None:
        """Keep what the row was about, for the rows below it."""
        known = self.register.known(target)
        self._seen.setdefault(row.fingerprint, known)
        known.mark = known.mark or tidy(row.text("mark"))
        self.bring(row, target)

    def bring(self, row: Row, target: Organisation | Person) -> None:
        """Keep the first row that named it."""
        known = self.register.known(target)
        known.brought_by = known.brought_by or row.number


def settle(row: Row, outcome: RowOutcome, **more: object) -> Settled:
    """Return the row with its outcome and its problems as they now are, what needs a choice first."""
    problems = sorted(row.problems, key=lambda problem: not problem.is_doubt)
    return Settled(row, outcome, problems=tuple(problems), **more)  # type: ignore[arg-type]


def rejected(row: Row, code: str, message: str) -> Settled:
    """Reject the row: it holds no record."""
    row.problems.append(Problem("", code, message))
    return settle(row, RowOutcome.REJECTED)


def earlier_rows(session: Session, register: Register, fingerprints: Iterable[str]) -> dict[str, tuple[Known, bool]]:
    """Return fingerprint → (what it was about, is the latest word on it) of rows in applied files."""
    applied, everybody = is_applied(), register.everybody
    latest = _latest_batches(session, register)
    found: dict[str, tuple[Known, bool]] = {}
    columns = (ImportRow.fingerprint, ImportRow.batch_id, ImportRow.organisation_id, ImportRow.person_id)
    for some in _portions(fingerprints):
        asked = select(*columns).join(ImportRow.batch).where(applied, ImportRow.fingerprint.in_(some))
        for fingerprint, batch_id, organisation_id, person_id in session.execute(asked.order_by(ImportRow.id)):
            target: Known | None = everybody.people.get(person_id or 0)
            target = target or everybody.organisations.get(organisation_id or 0)
            if target is not None:
                found[fingerprint] = target, latest.get(target) == batch_id
    return found


def is_applied() -> ColumnElement[bool]:
    """Return the condition for batches that changed the directory, and still do."""
    return and_(ImportBatch.applied_at.is_not(None), ImportBatch.taken_back_at.is_(None))


def _latest_batches(session: Session, register: Register) -> dict[Known, int]:
    latest: dict[Known, int] = {}
    by_column: tuple[tuple[Any, Mapping[int, Known]], ...] = (
        (ImportRow.organisation_id, register.everybody.organisations),
        (ImportRow.person_id, register.everybody.people),
    )
    for column, known in by_column:
        newest = select(column, func.max(ImportRow.batch_id)).join(ImportRow.batch)
        newest = newest.where(is_applied(), column.is_not(None)).group_by(column)
        for target_id, batch_id in session.execute(newest.execution_options(yield_per=_ASKED_AT_ONCE)):
            latest[known[target_id]] = batch_id
    return latest


def _portions(all_of: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(all_of)
    while some := list(islice(rest, _ASKED_AT_ONCE)):
        yield some
