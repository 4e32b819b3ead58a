"""Writing the journal: while a deed is recorded, every row that its session writes becomes a change.

The unit of work tells of each object in the order of its statements, so taking back in reverse never meets a row that
something still points at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, Update, event, func, inspect, select
from sqlalchemy.orm import Mapper, ORMExecuteState, PassiveFlag, Session, attributes, object_session
from sqlalchemy.sql.elements import ColumnElement

from mailer.foundation.bulk import load
from mailer.foundation.database import Base
from mailer.foundation.journal.keeping import recorded_deed
from mailer.foundation.journal.models import ChangeKind, RecordedDeed, RowChange
from mailer.foundation.journal.relations import Reference, references_to
from mailer.foundation.journal.values import Key, Values, as_json, key_of, key_text, row_as_json, rows_now
from mailer.foundation.portions import portions

_WRITTEN_AT_ONCE = 1000
_COLUMNS = ("deed_id", "position", "kind", "table_name", "row_key", "before", "after")
_UNKNOWN = object()


@contextmanager
def recording(session: Session, *, deed: str, now: datetime) -> Iterator[RecordedDeed]:
    """Keep every row that the session writes inside as a change of this deed.

    A deed may be recorded in parts; raises ``ValueError`` when it was taken back already or another one is running.
    """
    if session.info.get("journal"):
        raise ValueError("one deed at a time: another one is being recorded")
    recorder = Recorder(session, _open(session, deed, now))
    session.info["journal"] = recorder
    try:
        yield recorder.deed
        session.flush()
        recorder.write()
    finally:
        del session.info["journal"]


@contextmanager
def watching(session: Session, kind: type[Base] | Table, condition: ColumnElement[bool]) -> Iterator[None]:
    """Record what happens to the rows that meet the condition, before or after, by a way the session does not see.

    For inserts with ``session.execute``, ``bulk.load`` and plain SQL. Outside a recording it does nothing.
    """
    recorder: Recorder | None = session.info.get("journal")
    if recorder is None:
        yield
        return
    table = kind if isinstance(kind, Table) else kind.metadata.tables[kind.__tablename__]
    session.flush()
    before = _rows_where(session.connection(), table, condition)
    recorder.is_watching = True
    try:
        yield
    finally:
        recorder.is_watching = False
    after = _rows_where(session.connection(), table, condition)
    recorder.compare(session.connection(), table, before, after)


class Recorder:
    """Takes changes in, and writes them out a thousand at a time."""

    def __init__(self, session: Session, deed: RecordedDeed) -> None:
        self.deed = deed
        self.is_watching = False
        # What an object is about to change, between "before" and "after" its update.
        self.pending: dict[int, tuple[Values, Values]] = {}
        self._session = session
        last = select(func.max(RowChange.position)).where(RowChange.deed_id == deed.id)
        self._position = session.scalar(last) or 0
        self._buffer: list[tuple[Any, ...]] = []

    def keep(
        self, kind: ChangeKind, table: Table, key: Key, *, before: Values | None = None, after: Values | None = None
    ) -> None:
        """Keep one change."""
        if table.info.get("is_book"):
            return
        self._position += 1
        self._buffer.append((self.deed.id, self._position, kind, table.name, key_text(key), before, after))
        if len(self._buffer) >= _WRITTEN_AT_ONCE:
            self.write()

    def keep_deleted(self, connection: Connection, table: Table, row: Values) -> None:
        """Keep a row that is about to go, after the rows that the database takes along with it."""
        key = key_of(table, row)
        for reference in references_to(table):
            self._keep_cascade(connection, reference, row[reference.to])
        self.keep(ChangeKind.DELETED, table, key, before=row)

    def compare(
        self, connection: Connection, table: Table, before: Mapping[Key, Values], after: Mapping[Key, Values]
    ) -> None:
        """Keep what differs between two readings of the same rows."""
        for key, row in after.items():
            if key not in before:
                self.keep(ChangeKind.INSERTED, table, key, after=row)
            elif changed := [name for name in row if row[name] != before[key][name]]:
                former = {name: before[key][name] for name in changed}
                self.keep(ChangeKind.UPDATED, table, key, before=former, after={name: row[name] for name in changed})
        left = [key for key in before if key not in after]
        still = _rows_now(connection, table, left)
        for key in left:
            if key not in still:
                self.keep_deleted(connection, table, before[key])
        if still:
            self.compare(connection, table, {key: before[key] for key in still}, still)

    def write(self) -> None:
        """Write what is waiting."""
        rows, self._buffer = self._buffer, []
        if rows:
            load(self._session, RowChange, _COLUMNS, rows)

    def _keep_cascade(self, connection: Connection, reference: Reference, value: Any) -> None:
        child = reference.table
        if child.info.get("is_book") or reference.on_delete not in ("CASCADE", "SET NULL"):
            return
        for key, row in _rows_where(connection, child, reference.column == value).items():
            if reference.on_delete == "CASCADE":
                self.keep_deleted(connection, child, row)
            else:
                name = reference.column.name
                self.keep(ChangeKind.UPDATED, child, key, before={name: row[name]}, after={name: None})


def _open(session: Session, name: str, now: datetime) -> RecordedDeed:
    session.flush()
    deed = recorded_deed(session, name)
    if deed is None:
        deed = RecordedDeed(name=name, recorded_at=now)
        session.add(deed)
        session.flush()
    if deed.taken_back_at is not None:
        raise ValueError(f"{name} was taken back already")
    return deed


def _rows_where(connection: Connection, table: Table, condition: Any) -> dict[Key, Values]:
    asked = select(table) if condition is None else select(table).where(condition)
    rows = (row_as_json(row) for row in connection.execute(asked).mappings())
    return {key_of(table, row): row for row in rows}


def _rows_now(connection: Connection, table: Table, keys: list[Key]) -> dict[Key, Values]:
    found: dict[Key, Values] = {}
    for some in portions(keys):
        found |= rows_now(connection, table, some)
    return found


# What the session tells


def _recorder_of(target: object) -> Recorder | None:
    session = object_session(target)
    return session.info.get("journal") if session is not None else None


@event.listens_for(Mapper, "after_insert")
def _after_insert(mapper: Mapper[Any], _connection: Connection, target: object) -> None:
    if recorder := _recorder_of(target):
        table = _table_of(mapper)
        values = inspect(target).dict
        # What nobody gave a value was written as NULL; defaults are filled in by now.
        row = {name: as_json(values.get(attribute)) for attribute, name in _columns(mapper)}
        recorder.keep(ChangeKind.INSERTED, table, key_of(table, row), after=row)


@event.listens_for(Mapper, "before_update")
def _before_update(mapper: Mapper[Any], connection: Connection, target: object) -> None:
    recorder = _recorder_of(target)
    if recorder is None:
        return
    before, after = {}, {}
    for attribute, name in _columns(mapper):
        history = attributes.get_history(target, attribute, PassiveFlag.PASSIVE_NO_INITIALIZE)
        if history.added:
            after[name] = as_json(history.added[0])
            before[name] = as_json(history.deleted[0]) if history.deleted else _UNKNOWN
    if _UNKNOWN in before.values():
        ours = _row_of(connection, mapper, target)
        before = {name: ours[name] for name in before}
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        recorder.pending[id(target)] = {name: before[name] for name in changed}, {name: after[name] for name in changed}


@event.listens_for(Mapper, "after_update")
def _after_update(mapper: Mapper[Any], _connection: Connection, target: object) -> None:
    recorder = _recorder_of(target)
    if recorder and (pending := recorder.pending.pop(id(target), None)):
        before, after = pending
        recorder.keep(ChangeKind.UPDATED, _table_of(mapper), _key_of(mapper, target), before=before, after=after)


@event.listens_for(Mapper, "before_delete")
def _before_delete(mapper: Mapper[Any], connection: Connection, target: object) -> None:
    if recorder := _recorder_of(target):
        recorder.keep_deleted(connection, _table_of(mapper), _row_of(connection, mapper, target))


@event.listens_for(Session, "do_orm_execute")
def _on_execute(state: ORMExecuteState) -> Any:
    recorder: Recorder | None = state.session.info.get("journal")
    if recorder is None or recorder.is_watching or not (state.is_insert or state.is_update or state.is_delete):
        return None
    statement: Any = state.statement
    table: Table = statement.table
    if table.info.get("is_book"):
        return None
    if state.is_insert:
        raise TypeError(f"rows inserted into {table.name} by a statement are not seen: say so with watching()")
    return _record_statement(recorder, state, table, statement.whereclause)


def _record_statement(recorder: Recorder, state: ORMExecuteState, table: Table, condition: Any) -> Any:
    connection = state.session.connection()
    state.session.flush()
    before = _rows_where(connection, table, condition)
    if not isinstance(state.statement, Update):
        for row in before.values():
            recorder.keep_deleted(connection, table, row)
        return state.invoke_statement()
    result = state.invoke_statement()
    recorder.compare(connection, table, before, _rows_now(connection, table, list(before)))
    return result


@cache
def _columns(mapper: Mapper[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((each.key, each.columns[0].name) for each in mapper.column_attrs)


def _table_of(mapper: Mapper[Any]) -> Table:
    table: Table = mapper.local_table  # type: ignore[assignment]
    return table


def _key_of(mapper: Mapper[Any], target: object) -> Key:
    return tuple(as_json(value) for value in mapper.primary_key_from_instance(target))


def _row_of(connection: Connection, mapper: Mapper[Any], target: object) -> Values:
    """Ask the database: an object may have been changed, or not be loaded whole."""
    key = _key_of(mapper, target)
    return rows_now(connection, _table_of(mapper), [key])[key]
