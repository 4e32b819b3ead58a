"""A long deed, rehearsed where it holds nobody up, and then done for real in one breath.

SQLite admits one writer, and others give up after half a minute. So on SQLite a long deed is done on a copy first; what
it changed there is written to the database itself in one short transaction, if nobody changed the same tables since.
Other databases let many write at once: there the deed is simply done, in its own transaction.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.engine import make_url

from mailer.foundation.database import Base, Database
from mailer.foundation.errors import Overtaken
from mailer.foundation.language import gettext as _


class Rehearsal:
    """Where a long deed is done. ``database`` is the copy, or the database itself where no copy is needed."""

    def __init__(
        self, database: Database, folder: Path | None, left_out: frozenset[str], numbered: frozenset[str]
    ) -> None:
        self._real = database
        self._folder = folder
        # Tables that go on meanwhile: the copy says nothing about them.
        self._left_out = left_out
        # Books that nothing points at: their new rows get a number of their own.
        self._numbered = numbered
        self.database = database
        if folder is not None:
            settings = database.settings.model_copy(update={"database_url": f"sqlite:///{folder / 'copy'}"})
            # A copy of settings brings along what was worked out from them.
            settings.__dict__.pop("effective_database_url", None)
            self.database = Database(settings)

    def land(self) -> None:
        """Write what the deed changed to the database itself; the copy is of no use after it.

        Raises ``Overtaken`` when somebody changed the same tables meanwhile; nothing is written then.
        """
        if self._folder is None:
            return
        self.database.close()
        with closing(sqlite3.connect(_path_of(self._real), isolation_level=None, timeout=30)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("ATTACH ? AS before", (str(self._folder / "before"),))
            connection.execute("ATTACH ? AS copy", (str(self._folder / "copy"),))
            tables = [table for table in Base.metadata.sorted_tables if self._is_changed(connection, table)]
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("PRAGMA defer_foreign_keys = ON")
                self._write(connection, tables)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def _is_changed(self, connection: sqlite3.Connection, table: Table) -> bool:
        return table.name not in self._left_out and _differ(connection, table.name, "copy", "before")

    def _write(self, connection: sqlite3.Connection, tables: list[Table]) -> None:
        for table in tables:
            if table.name not in self._numbered and _differ(connection, table.name, "main", "before"):
                raise Overtaken(_("Iemand anders veranderde net hetzelfde. Er is niets gedaan. Probeer het opnieuw."))
        for table in reversed(tables):
            _delete(connection, table)
        for table in tables:
            _upsert(connection, table, is_numbered=table.name in self._numbered)


@contextmanager
def rehearsal(
    database: Database, *, left_out: frozenset[str] = frozenset(), numbered: frozenset[str] = frozenset()
) -> Iterator[Rehearsal]:
    """Open a place to do a long deed in; what is not landed is gone afterwards.

    ``left_out`` and ``numbered`` are names of tables, see ``Rehearsal``.
    """
    if database.engine.url.get_backend_name() != "sqlite":
        yield Rehearsal(database, None, left_out, numbered)
        return
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=database.settings.data_dir))
    try:
        with (
            closing(sqlite3.connect(_path_of(database))) as source,
            closing(sqlite3.connect(folder / "before")) as copy,
        ):
            source.backup(copy)
        shutil.copyfile(folder / "before", folder / "copy")
        stage = Rehearsal(database, folder, left_out, numbered)
        try:
            yield stage
        finally:
            stage.database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _path_of(database: Database) -> str:
    return make_url(database.settings.effective_database_url).database or ""


def _differ(connection: sqlite3.Connection, table: str, one: str, other: str) -> bool:
    for first, second in ((one, other), (other, one)):
        asked = f'SELECT 1 FROM (SELECT * FROM {first}."{table}" EXCEPT SELECT * FROM {second}."{table}") LIMIT 1'  # noqa: S608
        if connection.execute(asked).fetchone():
            return True
    return False


def _delete(connection: sqlite3.Connection, table: Table) -> None:
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    gone = f'SELECT {keys} FROM before."{table.name}" EXCEPT SELECT {keys} FROM copy."{table.name}"'  # noqa: S608
    connection.execute(f'DELETE FROM main."{table.name}" WHERE ({keys}) IN ({gone})')  # noqa: S608


def _upsert(connection: sqlite3.Connection, table: Table, *, is_numbered: bool) -> None:
    keys = {column.name for column in table.primary_key}
    named = [column.name for column in table.columns if not (is_numbered and column.name in keys)]
    columns = ", ".join(f'"{name}"' for name in named)
    fresh = f'SELECT * FROM copy."{table.name}" EXCEPT SELECT * FROM before."{table.name}"'  # noqa: S608
    insert = f'INSERT INTO main."{table.name}" ({columns}) SELECT {columns} FROM ({fresh}) WHERE true'  # noqa: S608
    if not is_numbered:
        others = [name for name in named if name not in keys]
        sets = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
        key = ", ".join(f'"{name}"' for name in sorted(keys))
        insert += f" ON CONFLICT ({key}) DO " + (f"UPDATE SET {sets}" if sets else "NOTHING")
    connection.execute(insert)
