"""Rows given with a statement: one parameter that holds many rows, so that a batch is one statement on either database.

A statement is built once with ``given`` and run with ``rows_of``: JSON, which PostgreSQL and SQLite both read as a
table (measured on PostgreSQL: as JSONB 0.7 µs a row of eight, as JSON, which is read anew for each column, 3.7). For
changing or reading rows that are there already; to insert many, see ``bulk``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    Boolean,
    ColumnElement,
    Dialect,
    Integer,
    Text,
    TextualSelect,
    bindparam,
    column,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import coercions, roles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator, TypeEngine

from mailer.foundation.database import UtcDateTime

NUMBER, WORDS, MOMENT = Integer(), Text(), UtcDateTime()
"""What a column of given rows may hold."""


def given(*, sqlite: bool, **columns: TypeEngine[Any]) -> CTE:
    """Return the rows that the statement will be run with, as a table with these columns."""
    return _table(columns, sqlite=sqlite).cte("given")


def inlined(rows: Iterable[tuple[Any, ...]], *, sqlite: bool, **columns: TypeEngine[Any]) -> TextualSelect:
    """Return these rows as a SELECT that carries them itself: for a question that is handed on before it is run.

    It reads the same however many rows there are, as ``given`` does; VALUES would be another statement for each number.
    """
    carried: BindParameter[str] = bindparam("rows", rows_of(rows)["rows"], unique=True)
    return _table(columns, sqlite=sqlite, carried=carried)


def rows_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    """Return the parameter of such a statement: rows in the order of its columns, moments as ``moment`` writes them."""
    return {"rows": _TERSE(list(rows))}


# A batch has the same few moments in all its rows.
@lru_cache(maxsize=64)
def moment(value: datetime | None) -> str | None:
    """Return a moment as both databases read it."""
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_TERSE = json.JSONEncoder(separators=(",", ":")).encode


def _table(
    columns: Mapping[str, TypeEngine[Any]], *, sqlite: bool, carried: BindParameter[str] | None = None
) -> TextualSelect:
    read = _read_sqlite if sqlite else _read_postgresql
    source = "json_each(:rows) AS one" if sqlite else "jsonb_array_elements(CAST(:rows AS jsonb)) AS one (value)"
    wanted = ", ".join(f"{read(place, type_)} AS {name}" for place, (name, type_) in enumerate(columns.items()))
    rows = text(f"SELECT {wanted} FROM {source}")  # noqa: S608 - names of our own columns
    if carried is not None:
        rows = rows.bindparams(carried)
    return rows.columns(*(column(name, type_) for name, type_ in columns.items()))


def _read_postgresql(place: int, type_: TypeEngine[Any]) -> str:
    if type_ is NUMBER:
        return f"CAST(one.value ->> {place} AS integer)"
    if type_ is MOMENT:
        return f"CAST(one.value ->> {place} AS timestamp) AT TIME ZONE 'UTC'"
    return f"one.value ->> {place}"


def _read_sqlite(place: int, _type: TypeEngine[Any]) -> str:
    return f"json_extract(one.value, '$[{place}]')"


class NumberList(TypeDecorator[list[int]]):
    """Numbers in one parameter: the text of an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        numbers = json.dumps(list(value or ()))
        return numbers if dialect.name == "sqlite" else f"{{{numbers[1:-1]}}}"


class among(ColumnElement[bool]):  # noqa: N801 - reads as a verb in "where"
    """Whether a column holds one of the numbers given with the statement, in one parameter however many they are.

    ``IN`` with a parameter for each makes a new statement for each number of them, that is read and planned anew.
    """

    inherit_cache = True
    _traverse_internals = [
        ("number", InternalTraversal.dp_clauseelement),
        ("numbers", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, number: Any, name: str) -> None:
        self.type = Boolean()
        self.number = coercions.expect(roles.ExpressionElementRole, number)
        self.numbers = bindparam(name, type_=NumberList())

    def self_group(self, against: Any = None) -> among:
        """Stand as it is: on SQLite it would be written ``… = 1`` in a condition, which no index can answer."""
        return self


@compiles(among, "postgresql")
def _among_on_postgresql(element: among, compiler: SQLCompiler, **more: Any) -> str:
    numbers = compiler.process(element.numbers, **more)
    return f"{compiler.process(element.number, **more)} = ANY (CAST({numbers} AS INTEGER[]))"


@compiles(among, "sqlite")
def _among_on_sqlite(element: among, compiler: SQLCompiler, **more: Any) -> str:
    numbers = compiler.process(element.numbers, **more)
    return f"{compiler.process(element.number, **more)} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - compiled parts
