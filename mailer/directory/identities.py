"""Who is who while something goes on: nobody is merged, or taken back, while letters are written down for them.

Merging moves all that hangs on a mailbox, an organisation or a person, and deletes rows; a worker's window, or the
freezing of an audience, points at hundreds of them at once, in an order of its own. So one waits for the other as a
whole, before either holds anything else: the first of all locks (decision 0076). Not for reading.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailer.foundation.database import is_sqlite

# A number of its own among PostgreSQL's advisory locks. SQLite has one writer at a time.
ADVISORY_LOCK = 7347


def keep_identities(session: Session) -> None:
    """Let nobody merge or take back until this transaction ends. Any number may ask for that at the same time."""
    if not is_sqlite(session):
        session.connection().exec_driver_sql(_KEEP)


def change_identities(session: Session) -> None:
    """Wait until nobody keeps them, and let nobody else merge or take back until this transaction ends."""
    if not is_sqlite(session):
        session.connection().exec_driver_sql(_CHANGE)


_KEEP = f"SELECT pg_advisory_xact_lock_shared({ADVISORY_LOCK})"
_CHANGE = f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"
