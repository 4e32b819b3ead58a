"""Everything the database holds, to compare: a merge that was taken back leaves no trace but in the books."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.database import Base

# Books tell what happened, and notes what changed; they only ever grow. Reports of imports are books too, and must come
# back all the same.
GROWING = ("logbook_entry", "merge", "recorded_deed", "row_change", "changed_row")

Dump = dict[str, list[tuple[Any, ...]]]


def dump(session: Session) -> Dump:
    """Return table → its rows, sorted, of all tables but the books that grow."""
    session.flush()
    connection = session.connection()
    return {
        table.name: sorted((tuple(map(str, row)) for row in connection.execute(select(table))), key=str)
        for table in Base.metadata.sorted_tables
        if table.name not in GROWING
    }


def difference(before: Dump, after: Dump) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return table → rows that went and rows that came."""
    return {
        name: ([row for row in rows if row not in after[name]], [row for row in after[name] if row not in rows])
        for name, rows in before.items()
        if rows != after[name]
    }
