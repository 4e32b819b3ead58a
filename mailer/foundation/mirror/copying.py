"""Copying: rows from PostgreSQL into the mirror, as CSV from COPY to a reader that knows each column's type."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from mailer.foundation.mirror.shelves import Shelf


def make_table(store: Any, shelf: Shelf) -> None:
    """Make the empty table of a shelf; an earlier one goes."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in shelf.kinds.items())
    store.execute(f'CREATE OR REPLACE TABLE "{shelf.name}" ({columns})')


def copy_rows(connection: Connection, store: Any, shelf: Shelf, keys: Collection[int] | None = None) -> None:
    """Add the rows with these keys (None: every row) as this connection sees them."""
    with tempfile.TemporaryDirectory(prefix="tegelpost.") as folder:
        path = Path(folder) / f"{shelf.name}.csv"
        _write(connection, shelf, keys, path)
        store.execute(
            f'INSERT INTO "{shelf.name}" SELECT * FROM read_csv($path, header = false, auto_detect = false, '  # noqa: S608
            f"delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, "
            f"columns = {shelf.kinds})",
            {"path": str(path)},
        )


def take_anew(connection: Connection, store: Any, shelf: Shelf, keys: Collection[int]) -> None:
    """Replace the rows with these keys by what this connection sees of them."""
    store.execute(f'DELETE FROM "{shelf.name}" WHERE "{shelf.key}" IN (SELECT unnest($keys))', {"keys": list(keys)})  # noqa: S608
    copy_rows(connection, store, shelf, keys)


def _write(connection: Connection, shelf: Shelf, keys: Collection[int] | None, path: Path) -> None:
    names = ", ".join(f'"{name}"' for name in shelf.columns)
    wanted = "" if keys is None else f" WHERE \"{shelf.key}\" = ANY('{{{','.join(map(str, sorted(keys)))}}}')"
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY (SELECT {names} FROM "{shelf.name}"{wanted}) TO STDOUT (FORMAT csv)') as rows,  # noqa: S608
        path.open("wb") as file,
    ):
        for block in rows:
            file.write(block)
