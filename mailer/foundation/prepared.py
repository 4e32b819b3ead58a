"""Statements for hot paths: put together and turned into SQL once, then only run.

SQLAlchemy keeps what it compiled too, but it looks a statement up by all of its parts each time; for one that runs a
thousand times a minute that costs more than the database does. Rows come as the driver gives them: plain tuples,
without enums; ask here for numbers and words only. ``IN`` with a list is not for here: see ``given.among``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """One statement, for both databases: ``build`` is told whether it is for SQLite."""

    def __init__(self, build: Callable[[bool], Any]) -> None:
        self._build = build
        self._compiled: dict[str, SQLCompiler] = {}

    def __call__(self, session: Session, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run it; return its rows, none for a statement that returns none. Flushes what is pending first."""
        session.flush()
        connection = session.connection()
        compiled = self._for(connection)
        result = connection.exec_driver_sql(str(compiled), self._parameters(compiled, values or {}))
        if not result.returns_rows:
            return []
        # Past the wrapping of each row.
        rows = cast(list[tuple[Any, ...]], result.cursor.fetchall())
        result.close()
        return rows

    def _for(self, connection: Connection) -> SQLCompiler:
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = self._build(name == "sqlite").compile(dialect=connection.dialect)
        return self._compiled[name]

    @staticmethod
    def _parameters(compiled: SQLCompiler, values: Mapping[str, Any]) -> Any:
        processors: Mapping[str, Any] = compiled._bind_processors
        given = compiled.construct_params(dict(values))
        ready = {name: processors[name](value) if name in processors else value for name, value in given.items()}
        return tuple(ready[name] for name in compiled.positiontup) if compiled.positiontup is not None else ready
