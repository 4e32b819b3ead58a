"""Rows of numbers handed to the database inside a statement, as a table to join with.

One bind parameter (SQLite) or one for each column (PostgreSQL), however many rows: the statement reads the same each
time, so that putting it together and planning it can be remembered. VALUES would be another statement for each length.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, FromClause, Integer, Select, bindparam, column, func, select
from sqlalchemy.orm import Session

from mailer.foundation.database import is_sqlite

Number = int | None


def inlined(session: Session, names: Sequence[str], rows: Sequence[Sequence[Number]]) -> Select[*tuple[Any, ...]]:
    """Return a SELECT of these rows, under these names; the order of rows is not kept."""
    if is_sqlite(session):
        return _from_json(names, rows)
    columns = list(zip(*rows, strict=True)) if rows else [() for _name in names]
    arrays = [bindparam(None, list(each), ARRAY(BigInteger), unique=True) for each in columns]
    table = func.unnest(*arrays).table_valued(*(column(name, Integer) for name in names))
    return _selected(table.render_derived(), names)


def _from_json(names: Sequence[str], rows: Sequence[Sequence[Number]]) -> Select[*tuple[Any, ...]]:
    row = func.json_each(json.dumps(rows)).table_valued("value").c.value
    return select(*(func.json_extract(row, f"$[{n}]", type_=Integer).label(name) for n, name in enumerate(names)))


def _selected(table: FromClause, names: Sequence[str]) -> Select[*tuple[Any, ...]]:
    return select(*(table.c[name] for name in names))
