"""Where a database is: what is the same for as long as it is the same one, and another in every copy of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mailer.foundation.database import is_sqlite


def place_of(session: Session) -> str:
    """Return the place of this database: the machine and the file, or PostgreSQL's own numbers of cluster and database.

    Reading a backup into a new database gives it another number; moving a file, another place.
    """
    if is_sqlite(session):
        file = session.get_bind().engine.url.database or ""
        return f"{_machine()}:{Path(file).resolve()}"[:300]
    number = session.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    return f"{_cluster(session)}:{number}"


def address_of(session: Session) -> str:
    """Return the address by which this process reaches the database, without who and with which password."""
    url = session.get_bind().engine.url
    return f"{url.host or ''}:{url.port or ''}/{url.database or ''}"[:300]


def _cluster(session: Session) -> str:
    """Made once by initdb. Some hosts do not let everybody read it; then the database's number must do."""
    try:
        with session.begin_nested():
            return str(session.execute(text("SELECT system_identifier FROM pg_control_system()")).scalar_one())
    except DBAPIError:
        return ""


def _machine() -> str:
    try:
        return Path("/etc/machine-id").read_text(encoding="ascii").strip()[:12]
    except OSError:
        return ""
