"""What changed since the mirror was last brought up to date: nothing is missed, whichever transaction ended first.

A transaction with a lower number may be committed later. So the mirror remembers not a number but what PostgreSQL calls
a snapshot: which transactions it had seen. Every noted row of another one is news.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, text
from sqlalchemy.orm import Session

from mailer.foundation.mirror.models import ChangedRow

# A mirror that was not asked for longer than the first is filled anew; notes are kept for the second.
TRUSTED_FOR = timedelta(hours=12)
KEPT_FOR = timedelta(hours=24)

# Stands for every row of a table.
EVERYTHING: None = None


def snapshot(connection: Connection) -> str:
    """Return which transactions this connection's transaction sees."""
    return str(connection.execute(text("SELECT pg_current_snapshot()::text")).scalar_one())


def changes_since(connection: Connection, seen: str) -> dict[str, set[int] | None]:
    """Return table → keys of the rows that were changed by transactions not seen then; None: all of the table."""
    found: dict[str, set[int] | None] = defaultdict(set)
    for name, key in connection.execute(_SINCE, {"seen": seen}):
        if key is None:
            found[name] = EVERYTHING
        elif (keys := found[name]) is not None:
            keys.add(key)
    return dict(found)


def has_changed_itself(session: Session) -> bool:
    """Return whether this transaction changed a mirrored table itself: the mirror does not see that yet."""
    return bool(session.execute(_OWN).scalar_one())


def forget_old_changes(session: Session, *, now: datetime) -> None:
    """Throw away what no mirror looks at any more."""
    session.execute(delete(ChangedRow).where(ChangedRow.changed_at < now - KEPT_FOR))


_SINCE = text(
    "SELECT DISTINCT table_name, row_key FROM changed_row"
    " WHERE xact >= pg_snapshot_xmin(CAST(:seen AS pg_snapshot))::text::bigint"
    " AND NOT pg_visible_in_snapshot(xact::text::xid8, CAST(:seen AS pg_snapshot))"
)
_OWN = text("SELECT EXISTS (SELECT 1 FROM changed_row WHERE xact = pg_current_xact_id_if_assigned()::text::bigint)")
