"""The journal as a book: finding a deed, what came on top of it, and forgetting in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from mailer.foundation.journal.models import KEPT_DAYS, ChangeKind, RecordedDeed, RowChange
from mailer.foundation.journal.values import Key, key_text


def recorded_deed(session: Session, name: str) -> RecordedDeed | None:
    """Return the deed, when it was recorded and is not swept yet."""
    return session.scalars(select(RecordedDeed).where(RecordedDeed.name == name)).one_or_none()


def count_changes(session: Session, name: str) -> int:
    """Return how many changes a deed made."""
    asked = select(func.count()).select_from(RowChange).join(RecordedDeed, RecordedDeed.id == RowChange.deed_id)
    return session.scalar(asked.where(RecordedDeed.name == name)) or 0


def later_deeds(session: Session, name: str) -> list[RecordedDeed]:
    """Return later deeds that wrote rows which this deed wrote too, and were not taken back; the newest first."""
    own = select(RecordedDeed.id).where(RecordedDeed.name == name).scalar_subquery()
    later = select(RecordedDeed).where(RecordedDeed.taken_back_at.is_(None), RecordedDeed.id > own)
    found = {deed.id: deed for deed in session.scalars(later)}
    if not found:
        return []
    ours, theirs = aliased(RowChange), aliased(RowChange)
    same_row = and_(theirs.table_name == ours.table_name, theirs.row_key == ours.row_key)
    # From the later ones, which are smaller as a rule, to ours by the index on the row.
    shared = select(theirs.deed_id).join(ours, same_row).where(theirs.deed_id.in_(found), ours.deed_id == own)
    return sorted((found[deed_id] for deed_id in session.scalars(shared.distinct())), key=lambda deed: -deed.id)


def makers_of(session: Session, rows: Iterable[tuple[str, Key]]) -> list[RecordedDeed]:
    """Return the deeds that made these rows (table, key) and were not taken back; the newest first."""
    found: dict[int, RecordedDeed] = {}
    for table_name, key in rows:
        made = exists().where(
            RowChange.deed_id == RecordedDeed.id,
            RowChange.kind == ChangeKind.INSERTED,
            RowChange.table_name == table_name,
            RowChange.row_key == key_text(key),
        )
        asked = select(RecordedDeed).where(RecordedDeed.taken_back_at.is_(None), made)
        found |= {deed.id: deed for deed in session.scalars(asked)}
    return sorted(found.values(), key=lambda deed: -deed.id)


def erase(session: Session, table_name: str, keys: Iterable[Key]) -> int:
    """Forget every change of these rows, in whatever deed: for whoever asks to be forgotten. Returns how many."""
    named = [key_text(key) for key in keys]
    return _rows(session, delete(RowChange).where(RowChange.table_name == table_name, RowChange.row_key.in_(named)))


def sweep_journal(session: Session, *, now: datetime) -> int:
    """Forget deeds older than ``KEPT_DAYS``; they can no longer be taken back. Returns how many."""
    old = RecordedDeed.recorded_at < now - timedelta(days=KEPT_DAYS)
    session.execute(delete(RowChange).where(RowChange.deed_id.in_(select(RecordedDeed.id).where(old))))
    return _rows(session, delete(RecordedDeed).where(old))


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
