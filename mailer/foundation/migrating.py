"""Brings the schema to the newest migration. The migrations themselves are in ``migrations/``, beside the package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from mailer.foundation.database import Database
from mailer.foundation.settings import CHECKOUT

# Two starts at once must not both migrate; PostgreSQL waits on this number, SQLite on its write lock.
ADVISORY_LOCK = 7345


def migrate(database: Database, *, to: str = "head") -> None:
    """Bring the schema to the newest migration (or to the one named)."""
    with database.engine.connect() as connection, _without_cascades(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
        config = alembic_config(connection)
        if to == "head" or _is_upgrade(connection, to):
            command.upgrade(config, to)
        else:
            command.downgrade(config, to)


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table by dropping the old one, and with foreign keys on that would empty whatever points at it.

    Raises ``RuntimeError`` when a migration left a row that points at nothing.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows that point at nothing: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def is_current(database: Database) -> bool:
    """Return whether the schema is at the newest migration."""
    with database.engine.connect() as connection:
        now_at = MigrationContext.configure(connection).get_current_revision()
    return now_at == ScriptDirectory(str(CHECKOUT / "migrations")).get_current_head()


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's settings for this connection."""
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_upgrade(connection: Connection, to: str) -> bool:
    now_at = MigrationContext.configure(connection).get_current_revision()
    return to != "base" and (now_at is None or to > now_at)
