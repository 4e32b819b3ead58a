"""The database: one engine per process, one transaction per deed, and the few types every table shares.

Verbs flush, roofs commit: a request, a command or a worker's step opens ``transaction()`` and hands the session down.
A transaction says whether it writes. One that does not is read-only for the database itself, so "nothing changes on a
GET" is not a habit but a fact (decision 0004).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from mailer.foundation.settings import Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every model; names every constraint so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, ``timestamptz`` on PostgreSQL, UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Marks a foreign key that PostgreSQL keeps by triggers which look at whole statements, once for all their rows; SQLite
# keeps it as declared (decision 0074).
BY_STATEMENT = {"kept": "by statement"}

Json = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document: JSONB on PostgreSQL, text on SQLite."""


def word(states: type[enum.StrEnum]) -> Enum:
    """Return a column type that stores the enum's value as a word, checked by the database."""
    longest = max(len(state.value) for state in states)
    return Enum(
        states,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=max(longest, 16),
        name=states.__name__.lower(),
        values_callable=lambda kind: [state.value for state in kind],
    )


class Database:
    """The engine of an installation and its transactions."""

    def __init__(self, settings: Settings, *, is_steady: bool = False) -> None:
        self.settings = settings
        self.engine = make_engine(settings.effective_database_url, is_steady=is_steady)
        # A verb that needs the secret or a link asks its session (settings_of): one argument instead of three.
        self._shared: dict[str, Any] = {"settings": settings}
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info=self._shared)

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Session]:
        """Open a session; commit at the end, roll back on an error.

        With ``writes=False`` the database refuses every change.
        """
        session = self.open(writes=writes)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def open(self, *, writes: bool = True) -> Session:
        """Open a session whose transaction the caller ends itself."""
        session = self._sessions()
        session.connection(execution_options={"writes": writes})
        return session

    @cached_property
    def steady(self) -> Database:
        """The same database for whoever runs the same few statements all day, and finds rows by their keys.

        On PostgreSQL over connections of its own, where each statement is planned once, without looking at what the
        table holds at that moment: a mailing is all *queued* when it is looked at, and a minute later all *claimed*
        (decision 0075). Elsewhere this is the database itself.
        """
        if self.engine.dialect.name != "postgresql":
            return self
        steady = Database(self.settings, is_steady=True)
        steady._shared.update(self._shared)
        return steady

    def share(self, name: str, value: object) -> None:
        """Let every session of this process have something (``session.info``)."""
        self._shared[name] = value

    def close(self) -> None:
        if (steady := self.__dict__.get("steady", self)) is not self:
            steady.close()
        self.engine.dispose()


Clock = Callable[[Session], datetime]
"""Which clock a worker goes by: the database's own (``database_moment``), another one in tests."""


def settings_of(session: Session) -> Settings:
    """Return the settings of the installation that this session belongs to."""
    settings: Settings = session.info["settings"]
    return settings


def is_duplicate(problem: IntegrityError) -> bool:
    """Return whether the database refused a second row of what may be there once, and not something else."""
    return getattr(problem.orig, "sqlstate", None) == "23505" or "UNIQUE constraint" in str(problem.orig)


def is_sqlite(session: Session) -> bool:
    """Return whether this is the embedded database: what is fast there is not always fast on PostgreSQL."""
    return session.get_bind().dialect.name == "sqlite"


def make_engine(url: str, *, is_steady: bool = False) -> Engine:
    """Return an engine for SQLite (WAL, durable) or PostgreSQL. ``is_steady``: see ``Database.steady``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        options: dict[str, Any] = {"options": f"{_FROZEN} {_PLANS}"}
        if is_steady:
            options = {"options": f"{_FROZEN} {_PLANS} {_PLANNED_ONCE}", "prepare_threshold": 0}
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args=options)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def database_moment(session: Session) -> datetime:
    """Return the database's own clock, in UTC: leases of several machines are compared with one clock."""
    if is_sqlite(session):
        asked = "SELECT (julianday('now') - 2440587.5) * 86400.0"
        return datetime.fromtimestamp(session.connection().exec_driver_sql(asked).scalar_one(), UTC)
    moment: datetime = session.connection().exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return moment.astimezone(UTC)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: we say IMMEDIATE or read-only (see _begin_sqlite).
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: "handing over" must be on the disk before the dot goes out, also when the power fails.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 30000")
    # In kilobytes: 64 MB, and what is sorted and grouped stays in memory (decision 0056).
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: object) -> object:
    """SQLite's own lower() knows ASCII only; names here have ë, ş and Ł."""
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    # IMMEDIATE: a transaction that starts reading and then writes would fail at once beside another writer.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


# A process that is frozen inside a transaction keeps its locks; then the server takes them away, so that its letters in
# doubt are shown by name within a minute (invariant I4).
_FROZEN = "-c idle_in_transaction_session_timeout=40000"

# Audiences hash large sets of ids (decision 0056): in 4 MB they would be looked up row by row, for minutes. Compiling
# such a statement to machine code costs more than it saves.
_PLANS = "-c work_mem=64MB -c hash_mem_multiplier=2 -c jit=off"

# Planned with the values at hand, "those that are claimed" looks like no row at all in a mailing that was queued when
# it was last analysed: then PostgreSQL reads the whole table, and the given rows anew for each row it finds.
_PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off"


def _begin_postgresql(connection: Any) -> None:
    if not connection.get_execution_options().get("writes", True):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
