"""Which tables point at which: found in the models themselves, so that a new table is not forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Table

from mailer.foundation.database import Base


@dataclass(frozen=True)
class Reference:
    """A column that points at a column of another table, and what the database does when that row goes."""

    table: Table
    column: Column[Any]
    to: str
    on_delete: str


@cache
def references_to(table: Table) -> tuple[Reference, ...]:
    """Return every column, of any table, that points at this table; books are left out."""
    return tuple(
        Reference(child, key.parent, key.column.name, (key.ondelete or "").upper())
        for child in Base.metadata.sorted_tables
        if not child.info.get("is_book")
        for key in sorted(child.foreign_keys, key=lambda one: one.parent.name)
        if key.column.table is table
    )


@cache
def references_from(table: Table) -> tuple[Reference, ...]:
    """Return every column of this table that points at another; ``table`` of each is the table it points at."""
    return tuple(
        Reference(key.column.table, key.parent, key.column.name, (key.ondelete or "").upper())
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name)
    )
