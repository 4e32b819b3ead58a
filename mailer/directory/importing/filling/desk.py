"""The desk at which rows are settled: the register, the moment, and what earlier files said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from mailer.directory.importing.cells.addresses import FoundAddress
from mailer.directory.importing.choices.decisions import NEW, SAME
from mailer.directory.importing.filling.changes import Filling
from mailer.directory.importing.filling.refusing import Refusals
from mailer.directory.importing.filling.tracing import Spoken
from mailer.directory.importing.filling.weighing import Scales
from mailer.directory.importing.known.entries import Known
from mailer.directory.importing.known.register import Register
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import Organisation, Person
from mailer.wire.spelling import tidy

Target = TypeVar("Target", Organisation, Person)


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
