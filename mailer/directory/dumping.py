"""Everything the directory holds as plain lines, in a fixed order: two of these are equal, or show what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

import mailer.directory.models as directory
from mailer.foundation.database import Base
from mailer.foundation.journal import BOOK, row_as_json


def directory_lines(session: Session) -> Iterator[str]:
    """Yield every row of every table of the directory as a line of JSON, by table and key; books are left out."""
    for table in directory_tables():
        rows = session.connection().execute(select(table).order_by(*table.primary_key.columns)).mappings()
        for row in rows:
            yield json.dumps({"table": table.name, **row_as_json(row)}, ensure_ascii=False, sort_keys=True)


def directory_tables() -> list[Table]:
    """Return the tables of the directory that say what is so, parents first."""
    names = {
        model.__tablename__
        for name in directory.__all__
        if isinstance(model := getattr(directory, name), type) and issubclass(model, Base)
    }
    return [table for table in Base.metadata.sorted_tables if table.name in names and table.info != BOOK]
