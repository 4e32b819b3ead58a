"""What taking back a deed would do, by reading only: which rows stay because somebody changed or used them since."""

from __future__ import annotations

import enum
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, func, null, select
from sqlalchemy.orm import Session

from mailer.foundation.database import Base
from mailer.foundation.journal.models import ChangeKind, RecordedDeed, RowChange
from mailer.foundation.journal.relations import references_from, references_to
from mailer.foundation.journal.values import Key, Values, as_json, rows_now
from mailer.foundation.portions import portions

_READ_AT_ONCE = 2000
_ASKED_AT_ONCE = 400

Row = tuple[str, Key]
"""A table and a primary key."""
Passed = Callable[[int], None]
"""Hears of how many changes were gone through just now."""


class Why(enum.StrEnum):
    """Why something stays as it is."""

    # A value is another one than the deed wrote.
    CHANGED = "changed"
    # Something points at it that the deed did not make.
    USED = "used"
    # It belongs to a row that stays.
    BELONGS = "belongs"
    # The row is gone, so nothing can be put back in it.
    GONE = "gone"
    # Its place was taken, or what it points at is gone.
    TAKEN = "taken"


@dataclass(frozen=True)
class Kept:
    """A row, or columns of it, that taking back leaves alone."""

    table: str
    key: Key
    why: Why
    # Column → its value now, for what was changed since.
    columns: Mapping[str, Any] = field(default_factory=dict)
    # Table → keys of rows that use it and that the deed did not make.
    used_by: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One change of the journal, read back."""

    kind: ChangeKind
    table: Table
    key: Key
    before: Values
    after: Values

    @property
    def row(self) -> Row:
        return self.table.name, self.key


@dataclass
class Plan:
    """What stays. Everything else that the deed wrote is put back."""

    # Rows the deed made that stay whole, and why.
    held: dict[Row, Kept] = field(default_factory=dict)
    # Rows that were there before: the columns that keep what they have now.
    columns: dict[Row, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    gone: set[Row] = field(default_factory=set)
    taken: set[Row] = field(default_factory=set)
    # What happens to how many rows of which table.
    counts: Counter[tuple[ChangeKind, str]] = field(default_factory=Counter)

    @property
    def kept(self) -> list[Kept]:
        changed = [Kept(*row, Why.CHANGED, columns=columns) for row, columns in self.columns.items()]
        gone = [Kept(*row, Why.GONE) for row in sorted(self.gone)]
        return [*self.held.values(), *changed, *gone, *(Kept(*row, Why.TAKEN) for row in sorted(self.taken))]


def pass_unheard(_changes: int) -> None:
    """Nobody looks at how far it is."""


def changes_newest_first(session: Session, deed: RecordedDeed, *, with_after: bool) -> Iterator[list[Change]]:
    """Yield the changes of a deed, the newest first, in lists of one table and one kind in which no row comes twice.

    Without ``with_after`` what was written is not read: it is most of the journal, and only planning asks for it.
    """
    changes = _changes(session, deed, with_after=with_after)
    for (_table, _kind), run in groupby(changes, key=lambda change: (change.table, change.kind)):
        some: dict[Key, Change] = {}
        for change in run:
            if change.key in some or len(some) >= _ASKED_AT_ONCE:
                yield list(some.values())
                some = {}
            some[change.key] = change
        yield list(some.values())


def plan(session: Session, deed: RecordedDeed, *, locked: bool, passed: Passed = pass_unheard) -> Plan:
    """Return what would stay; ``locked`` keeps others from changing or using the rows until the end."""
    return _Planner(session, deed, locked=locked).plan(passed)


class _Planner:
    def __init__(self, session: Session, deed: RecordedDeed, *, locked: bool) -> None:
        self._session, self._deed, self._locked = session, deed, locked
        self._plan = Plan()
        self._inserted: dict[str, set[Key]] = {}
        # Columns of older rows that will no longer point at what the deed made.
        self._repointed: set[tuple[str, Key, str]] = set()
        self._more_than_once = _written_more_than_once(session, deed)
        # Those rows as they will be, halfway.
        self._halfway: dict[Row, Values | None] = {}
        self._counted: dict[Row, ChangeKind] = {}

    def plan(self, passed: Passed) -> Plan:
        for changes in changes_newest_first(self._session, self._deed, with_after=True):
            now = self._rows(changes[0].table, [change.key for change in changes])
            for change in changes:
                self._foresee(change, self._halfway.get(change.row, now.get(change.key)))
            passed(len(changes))
        self._hold_what_is_used()
        self._hold_what_belongs()
        self._plan.counts.subtract((ChangeKind.INSERTED, table) for table, _key in self._plan.held)
        return self._plan

    def _foresee(self, change: Change, now: Values | None) -> None:
        left: Values | None = None
        if change.kind is ChangeKind.INSERTED:
            self._foresee_removal(change, now)
        elif change.kind is ChangeKind.UPDATED:
            left = self._foresee_restoring(change, now)
        elif now is None:
            self._count(change)
            left = change.before
        else:
            self._plan.taken.add(change.row)
            left = now
        if change.row in self._more_than_once:
            self._halfway[change.row] = left

    def _foresee_removal(self, change: Change, now: Values | None) -> None:
        if now is None:
            return  # Somebody removed it already.
        self._count(change)
        self._inserted.setdefault(change.table.name, set()).add(change.key)
        # What was kept while going back through later changes of this deed differs too.
        kept = self._plan.columns.pop(change.row, {})
        if changed := kept | _differing(change.after, now):
            self._plan.held[change.row] = Kept(*change.row, Why.CHANGED, columns=changed)

    def _foresee_restoring(self, change: Change, now: Values | None) -> Values | None:
        if now is None:
            self._plan.gone.add(change.row)
            return None
        changed = _differing(change.after, now)
        if changed:
            self._plan.columns[change.row] |= changed
        put_back = {name: value for name, value in change.before.items() if name not in changed and name in now}
        if put_back:
            self._count(change)
        self._repointed |= {(*change.row, name) for name in put_back}
        return now | put_back

    def _count(self, change: Change) -> None:
        """A row that the deed wrote more than once counts as what happened to it first."""
        if change.row in self._more_than_once:
            if later := self._counted.get(change.row):
                self._plan.counts[later, change.table.name] -= 1
            self._counted[change.row] = change.kind
        self._plan.counts[change.kind, change.table.name] += 1

    def _hold_what_is_used(self) -> None:
        for name, keys in list(self._inserted.items()):
            table = Base.metadata.tables[name]
            for reference in references_to(table):
                place = [column.name for column in table.primary_key.columns].index(reference.to)
                users = self._users(reference.table, reference.column.name, [key[place] for key in keys])
                for value, user in users:
                    row = (name, (value,))
                    if self._is_made((reference.table.name, user)):
                        continue
                    if (reference.table.name, user, reference.column.name) not in self._repointed:
                        self._hold_used(row, (reference.table.name, user))

    def _hold_used(self, row: Row, by: Row) -> None:
        known = self._plan.held.get(row, Kept(*row, Why.USED))
        users = {**known.used_by, by[0]: (*known.used_by.get(by[0], ()), by[1])}
        self._plan.held[row] = replace(known, used_by=users)

    def _hold_what_belongs(self) -> None:
        """A row that stays keeps its own parts, and all that these point at."""
        waiting = list(self._plan.held)
        for name, key in list(waiting):
            for reference in references_to(Base.metadata.tables[name]):
                if reference.on_delete == "CASCADE" and len(key) == 1:
                    parts = self._users(reference.table, reference.column.name, [key[0]])
                    waiting += self._belonging((reference.table.name, part) for _value, part in parts)
        while waiting:
            name, key = waiting.pop()
            table = Base.metadata.tables[name]
            ours = self._rows(table, [key]).get(key, {})
            parents = ((one.table.name, (ours.get(one.column.name),)) for one in references_from(table))
            waiting += self._belonging(parents)

    def _belonging(self, rows: Iterator[Row]) -> list[Row]:
        found = [row for row in rows if self._is_made(row) and row not in self._plan.held]
        self._plan.held |= {row: Kept(*row, Why.BELONGS) for row in found}
        return found

    def _is_made(self, row: Row) -> bool:
        return row[1] in self._inserted.get(row[0], ())

    def _rows(self, table: Table, keys: list[Key]) -> dict[Key, Values]:
        return rows_now(self._connection, table, keys, locked=self._locked)

    def _users(self, table: Table, column: str, values: list[Any]) -> Iterator[tuple[Any, Key]]:
        asked = select(table.c[column], *table.primary_key.columns)
        for some in portions(values, _ASKED_AT_ONCE):
            for value, *key in self._connection.execute(asked.where(table.c[column].in_(some))):
                yield as_json(value), tuple(map(as_json, key))

    @property
    def _connection(self) -> Connection:
        return self._session.connection()


def _differing(wrote: Values, now: Values) -> dict[str, Any]:
    """Columns that no longer hold what the deed wrote; a column that is no longer there differs from nothing."""
    return {name: now[name] for name, value in wrote.items() if name in now and now[name] != value}


def _written_more_than_once(session: Session, deed: RecordedDeed) -> set[Row]:
    own = (RowChange.table_name, RowChange.row_key)
    several = select(*own).where(RowChange.deed_id == deed.id).group_by(*own).having(func.count() > 1)
    return {(name, tuple(json.loads(key))) for name, key in session.execute(several)}


def _changes(session: Session, deed: RecordedDeed, *, with_after: bool) -> Iterator[Change]:
    columns = (RowChange.position, RowChange.kind, RowChange.table_name, RowChange.row_key)
    after_that = RowChange.after if with_after else null()
    asked = select(*columns, RowChange.before, after_that).where(RowChange.deed_id == deed.id)
    asked = asked.order_by(RowChange.position.desc()).limit(_READ_AT_ONCE)
    above: int | None = None
    while rows := session.execute(asked if above is None else asked.where(RowChange.position < above)).all():
        for _position, kind, name, key, before, after in rows:
            if (table := Base.metadata.tables.get(name)) is not None:
                yield Change(kind, table, tuple(json.loads(key)), before or {}, after or {})
        above = rows[-1][0]
