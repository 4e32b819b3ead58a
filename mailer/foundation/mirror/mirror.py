"""The mirror of this process: filled once, brought up to date before each question, asked one at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, TableClause, text

from mailer.foundation.mirror.changes import TRUSTED_FOR, changes_since, snapshot
from mailer.foundation.mirror.copying import copy_rows, make_table, take_anew
from mailer.foundation.mirror.kept import KeptTables
from mailer.foundation.mirror.shelves import Shelf
from mailer.foundation.mirror.speaking import spoken

log = logging.getLogger(__name__)

# The statements count on PostgreSQL's division of whole numbers; nothing is fetched from elsewhere.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "integer_division": "true",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # Rather no answer, and PostgreSQL is asked, than a machine that swaps.
    "memory_limit": "2GB",
    "temp_directory": "",
}


# Without the extra "scale" there is none: PostgreSQL then answers by itself, slower.
IS_INSTALLED = find_spec("duckdb") is not None


class MirrorBroken(Exception):
    """The mirror could not answer: it is empty again, and the database is to be asked."""


class Mirror:
    """Some tables of a PostgreSQL database, as they are when it was last brought up to date (``catch_up``)."""

    def __init__(self, engine: Engine, shelves: Sequence[Shelf]) -> None:
        self.shelves = tuple(shelves)
        self._engine = engine
        self._by_name = {each.name: each for each in shelves}
        self._store: Any = None
        self._seen = ""
        self._seen_at = 0.0
        self._kept = KeptTables(self._ask)
        self._one_at_a_time = threading.RLock()
        self._filling: threading.Thread | None = None

    @property
    def is_filled(self) -> bool:
        """Whether it can follow what changed: one that was left too long is to be filled anew."""
        return self._store is not None and time.monotonic() - self._seen_at < TRUSTED_FOR.total_seconds()

    def begin_filling(self) -> None:
        """Fill it beside other work; whoever asks meanwhile asks PostgreSQL."""
        if not IS_INSTALLED or self.is_filled or (self._filling and self._filling.is_alive()):
            return
        self._filling = threading.Thread(target=self._fill_quietly, name="mirror", daemon=True)
        self._filling.start()

    @contextmanager
    def up_to_date(self) -> Iterator[Mirror]:
        """Lend it as the database is now; one asker at a time, for each has all cores and nothing changes under it.

        Raises ``MirrorBroken``, at whatever step it breaks.
        """
        with self._one_at_a_time:
            try:
                self.catch_up()
                yield self
            except _duckdb().Error as problem:
                log.exception("The mirror could not answer.")
                self._store = None
                raise MirrorBroken from problem

    def catch_up(self) -> None:
        """Bring it up to date with everything that is committed now; fill it when it is empty or was left too long."""
        with self._one_at_a_time, self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            if self.is_filled:
                self._follow(connection)
            else:
                self._fill(connection)

    def rows(self, statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Ask a statement of it."""
        found: list[tuple[Any, ...]] = self._ask(statement).fetchall()
        return found

    def write(self, statement: Select[*tuple[Any, ...]], path: Path) -> None:
        """Write the rows of a statement to a file, as PostgreSQL reads CSV: nothing for NULL, "" for an empty word."""
        quoted = str(path).replace("'", "''")
        self._ask(statement, before="COPY (", after=f") TO '{quoted}' (FORMAT csv, HEADER false)")

    def empty(self) -> None:
        """Give its memory back; it is filled anew when somebody asks."""
        with self._one_at_a_time:
            if self._store is not None:
                self._store.close()
            self._store, self._kept = None, KeptTables(self._ask)

    def kept(self, key: Hashable, statement: Callable[[], Select[*tuple[Any, ...]]]) -> TableClause:
        """Return a table with the rows of this statement: worked out once, until what it speaks of changes."""
        return self._kept.get(key, statement)

    def _ask(self, statement: Select[*tuple[Any, ...]] | None, before: str = "", after: str = "") -> Any:
        wording, values = ("", []) if statement is None else spoken(statement)
        return self._store.execute(before + wording + after, values)

    def _fill_quietly(self) -> None:
        try:
            self.catch_up()
        except Exception:
            # Ours to mend; the questions have their answer without it.
            log.exception("The mirror of the directory could not be filled.")

    def _fill(self, connection: Connection) -> None:
        self._store = None  # What it held goes first: not two of them in memory.
        seen, store = snapshot(connection), _duckdb().connect(config=_CONFIG)
        for shelf in self.shelves:
            make_table(store, shelf)
            copy_rows(connection, store, shelf)
        self._store, self._kept = store, KeptTables(self._ask)
        self._has_seen(seen)

    def _follow(self, connection: Connection) -> None:
        seen = snapshot(connection)
        changes = changes_since(connection, self._seen)
        if changes:
            self._store.execute("BEGIN")
            try:
                self._take_over(connection, changes)
                self._store.execute("COMMIT")
            except BaseException:
                self._store.execute("ROLLBACK")
                raise
            self._kept.forget_those_about(changes)
        self._has_seen(seen)

    def _take_over(self, connection: Connection, changes: dict[str, set[int] | None]) -> None:
        store = self._store
        for name, keys in changes.items():
            shelf = self._by_name.get(name)
            if shelf is None:
                continue
            if keys is None:
                store.execute(f'DELETE FROM "{name}"')  # noqa: S608 - a name of our own
                copy_rows(connection, store, shelf)
            else:
                take_anew(connection, store, shelf, keys)

    def _has_seen(self, seen: str) -> None:
        self._seen, self._seen_at = seen, time.monotonic()


def _duckdb() -> Any:
    # Only when a mirror is filled: a process without one need not carry its forty megabytes.
    return import_module("duckdb")


def rows_in(engine: Engine, table: str) -> int:
    """Return about how many rows a table of PostgreSQL has, as it last counted them itself."""
    asked = text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)")
    with engine.connect() as connection:
        return int(connection.execute(asked, {"name": f'"{table}"'}).scalar() or 0)
