"""Many rows at once, past the unit of work: COPY on PostgreSQL, one prepared statement on SQLite.

For filling tables with rows that are known to be good. Foreign keys, checks and indexes are kept as always; defaults
of the models are not filled in. For a handful of rows ``session.add`` is the better way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from mailer.foundation.database import Base

Values = tuple[Any, ...]

# Bytes of a file that are handed over at once.
BLOCK = 1 << 20


def load(session: Session, kind: type[Base], columns: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows of these columns, in this order. Raises ``IntegrityError`` of the driver when one does not fit."""
    connection = session.connection()
    prepared = _prepared(connection, kind, columns, rows)
    names = ", ".join(f'"{name}"' for name in columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f'COPY "{kind.__tablename__}" ({names}) FROM STDIN') as copy:
            for row in prepared:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        driver.executemany(f'INSERT INTO "{kind.__tablename__}" ({names}) VALUES ({marks})', prepared)  # noqa: S608


def load_file(session: Session, table: str, columns: Sequence[str], path: Path) -> None:
    """Insert the rows of a CSV file with these columns and no header into a table of PostgreSQL."""
    names = ", ".join(f'"{name}"' for name in columns)
    driver: Any = session.connection().connection.driver_connection
    with (
        path.open("rb") as file,
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv)') as copy,
    ):
        while block := file.read(BLOCK):
            copy.write(block)


def next_id(session: Session, kind: type[Any]) -> int:
    """Return the first id that is free, and all above it are."""
    return (session.scalar(select(func.max(kind.id))) or 0) + 1


def move_sequence(session: Session, kind: type[Base]) -> None:
    """Let the database give out ids above those that were loaded; SQLite sees to that itself."""
    if session.get_bind().dialect.name == "postgresql":
        table = kind.__tablename__
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT max(id) FROM \"{table}\"))")  # noqa: S608
        )


def refresh_statistics(session: Session) -> None:
    """Let the database count again what its plans are made of: after a bulk load it knows nothing of the new rows."""
    session.execute(text("ANALYZE"))


def _prepared(
    connection: Connection, kind: type[Base], columns: Sequence[str], rows: Iterable[Values]
) -> Iterator[Values]:
    """Put values as the driver wants them: words for enums, UTC for moments."""
    types = [kind.__table__.c[name].type.dialect_impl(connection.dialect) for name in columns]
    processors = [(place, type_.bind_processor(connection.dialect)) for place, type_ in enumerate(types)]
    wanted: list[tuple[int, Callable[[Any], Any]]] = [(place, each) for place, each in processors if each]
    if not wanted:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for place, processor in wanted:
            values[place] = processor(values[place])
        yield tuple(values)
