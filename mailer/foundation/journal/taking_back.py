"""Taking a deed back: the newest change first, each row as it was; what the plan keeps is left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailer.foundation.journal.keeping import recorded_deed
from mailer.foundation.journal.models import ChangeKind, RecordedDeed
from mailer.foundation.journal.planning import Change, Kept, Passed, Plan, changes_newest_first, pass_unheard, plan
from mailer.foundation.journal.values import from_json, is_one_of


@dataclass(frozen=True)
class TakenBack:
    """What taking back did, or would do."""

    # Rows that the deed made and are gone now.
    removed: int
    # Rows that were there, and have their former values again.
    restored: int
    # Rows that the deed removed and are back.
    revived: int
    # The same by table.
    removed_from: Mapping[str, int]
    restored_in: Mapping[str, int]
    kept: tuple[Kept, ...]


def accept_all(_foreseen: TakenBack) -> None:
    """Nothing speaks against it."""


def foresee(session: Session, *, deed: str, passed: Passed = pass_unheard) -> TakenBack:
    """Return what taking back would do now; only reads. Raises ``LookupError`` when there is nothing to take back."""
    return _told(plan(session, _open_deed(session, deed), locked=False, passed=passed))


def take_back(
    session: Session,
    *,
    deed: str,
    now: datetime,
    accept: Callable[[TakenBack], None] = accept_all,
    passed: Passed = pass_unheard,
) -> TakenBack:
    """Put everything back that the deed wrote, but for what was changed or used since.

    ``accept`` hears what is about to happen before anything is written, and may raise. ``passed`` hears of every change
    twice: when it is foreseen, and when it is undone.
    Raises ``LookupError`` when the deed is not (or no longer) in the journal, or was taken back before.
    """
    session.flush()
    found = _open_deed(session, deed)
    session.refresh(found, with_for_update=True)
    if found.taken_back_at is not None:
        raise LookupError(f"{deed} was taken back already")
    planned = plan(session, found, locked=session.get_bind().dialect.name != "sqlite", passed=passed)
    accept(_told(planned))
    connection = session.connection()
    for changes in changes_newest_first(session, found, with_after=False):
        _undo(connection, changes, planned)
        passed(len(changes))
    found.taken_back_at = now
    session.flush()
    # What the session has in hand is the past now.
    session.expire_all()
    return _told(planned)


def _open_deed(session: Session, name: str) -> RecordedDeed:
    found = recorded_deed(session, name)
    if found is None or found.taken_back_at is not None:
        raise LookupError(f"{name} cannot be taken back")
    return found


def _told(planned: Plan) -> TakenBack:
    removed, restored, revived = (_by_table(planned, kind) for kind in ChangeKind)
    return TakenBack(
        removed=sum(removed.values()),
        restored=sum(restored.values()),
        revived=sum(revived.values()),
        removed_from=removed,
        restored_in=restored,
        kept=tuple(planned.kept),
    )


def _by_table(planned: Plan, wanted: ChangeKind) -> dict[str, int]:
    return {table: number for (kind, table), number in planned.counts.items() if kind is wanted and number}


def _undo(connection: Connection, changes: list[Change], planned: Plan) -> None:
    undo = {ChangeKind.INSERTED: _remove, ChangeKind.UPDATED: _restore, ChangeKind.DELETED: _revive}[changes[0].kind]
    wanted = [change for change in changes if change.row not in planned.held and change.row not in planned.taken]
    if not wanted or _fits(connection, lambda: undo(connection, wanted, planned)):
        return
    # One of them cannot go back; find out which.
    for change in wanted:
        if not _fits(connection, lambda change=change: undo(connection, [change], planned)):  # type: ignore[misc]
            planned.taken.add(change.row)
            planned.counts[change.kind, change.table.name] -= 1


def _fits(connection: Connection, write: Callable[[], object]) -> bool:
    try:
        with connection.begin_nested():
            write()
    except IntegrityError:
        return False
    return True


def _remove(connection: Connection, changes: list[Change], _planned: Plan) -> None:
    table = changes[0].table
    connection.execute(delete(table).where(is_one_of(table, [change.key for change in changes])))


def _restore(connection: Connection, changes: list[Change], planned: Plan) -> None:
    """Rows that get the same columns back go together."""
    table = changes[0].table
    own = list(table.primary_key.columns)
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for change in changes:
        kept = planned.columns.get(change.row, {})
        names = tuple(name for name in change.before if name not in kept and name in table.c)
        if names:
            values = {f"new_{name}": from_json(table.c[name], change.before[name]) for name in names}
            key = {f"key_{column.name}": from_json(column, part) for column, part in zip(own, change.key, strict=True)}
            by_columns.setdefault(names, []).append(values | key)
    for names, rows in by_columns.items():
        statement = update(table).where(*(column == bindparam(f"key_{column.name}") for column in own))
        connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)


def _revive(connection: Connection, changes: list[Change], _planned: Plan) -> None:
    table = changes[0].table
    rows = [
        {name: from_json(table.c[name], value) for name, value in change.before.items() if name in table.c}
        for change in changes
    ]
    connection.execute(insert(table), rows)
