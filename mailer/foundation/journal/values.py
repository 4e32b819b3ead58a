"""Rows as JSON and back: what the journal keeps of a column, whatever its type."""

from __future__ import annotations

import base64
import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, Enum, LargeBinary, Numeric, Table, Time, select
from sqlalchemy import tuple_ as tuple_of
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator

Key = tuple[Any, ...]
"""The values of a primary key, as JSON keeps them."""

Values = dict[str, Any]


def as_json(value: Any) -> Any:
    """Return the value as JSON keeps it."""
    if value is None or isinstance(value, bool | int | float) or type(value) is str:
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def from_json(column: Column[Any], stored: Any) -> Any:
    """Return the value that the column takes."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if stored is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(stored)
    if isinstance(kind, Date):
        return date.fromisoformat(stored)
    if isinstance(kind, Time):
        return time.fromisoformat(stored)
    if isinstance(kind, Enum) and kind.enum_class:
        return kind.enum_class(stored)
    if isinstance(kind, Numeric) and kind.asdecimal:
        return Decimal(stored)
    return base64.b64decode(stored) if isinstance(kind, LargeBinary) else stored


def row_as_json(row: Mapping[Any, Any]) -> Values:
    """Return a row, column → value, as JSON keeps it."""
    return {name: as_json(value) for name, value in row.items()}


def key_text(key: Key) -> str:
    """Return the key as the journal spells it: "[3,12]"."""
    return json.dumps(key, separators=(",", ":"), ensure_ascii=False)


def key_of(table: Table, row: Mapping[str, Any]) -> Key:
    """Return the primary key of a row that is kept as JSON."""
    return tuple(row[column.name] for column in table.primary_key.columns)


def is_one_of(table: Table, keys: Iterable[Key]) -> ColumnElement[bool]:
    """Return the condition for the rows with these primary keys."""
    columns = list(table.primary_key.columns)
    wanted = [tuple(from_json(column, value) for column, value in zip(columns, key, strict=True)) for key in keys]
    if len(columns) == 1:
        return columns[0].in_([one[0] for one in wanted])
    return tuple_of(*columns).in_(wanted)


def rows_now(connection: Connection, table: Table, keys: Sequence[Key], *, locked: bool = False) -> dict[Key, Values]:
    """Return the rows with these keys as they are now; ``locked`` keeps others from changing or using them."""
    asked = select(table).where(is_one_of(table, keys))
    if locked:
        asked = asked.with_for_update()
    names = [column.name for column in table.columns]
    rows = (dict(zip(names, map(as_json, row), strict=True)) for row in connection.execute(asked))
    return {key_of(table, row): row for row in rows}
