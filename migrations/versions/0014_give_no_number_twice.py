"""Give no number out twice, on SQLite as on PostgreSQL.

Why: SQLite gives the number of the last row that was deleted to the next one. Then an old link to an organisation that
was merged would open a stranger, and a merge could not be taken back because its rows' places were taken. AUTOINCREMENT
prevents that; SQLite has it only from the making of a table on, so these tables are made anew with all their rows
(``mailer migrate`` turns the foreign keys off meanwhile). PostgreSQL never did otherwise; nothing happens there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Tables whose rows are merged, or taken back after an import.
TABLES = (
    "organisation",
    "organisation_alias",
    "network_membership",
    "person",
    "role",
    "mailbox",
    "subscription",
    "invitation",
    "rsvp",
    "guest",
    "field_source",
    "check_letter",
    "proposal",
    "not_duplicate",
)
PLAIN = re.compile(r"(?<=[\s(])id INTEGER NOT NULL")
NUMBERED = "id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"
# A migration that takes a column away makes the table anew, and then its key has no name.
KEY = r",\s*(?:CONSTRAINT pk_{table} )?PRIMARY KEY \(id\)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            _make_anew(table, _numbered)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            _make_anew(table, _plain)


def _numbered(table: str, made: str) -> str:
    return re.sub(KEY.format(table=table), "", PLAIN.sub(NUMBERED, made, count=1))


def _plain(_table: str, made: str) -> str:
    return made.replace(NUMBERED, "id INTEGER PRIMARY KEY NOT NULL")


def _make_anew(table: str, change: Callable[[str, str], str]) -> None:
    """The way of https://www.sqlite.org/lang_altertable.html#otheralter: new table, rows over, old one away, rename."""
    connection = op.get_bind()
    wanted = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    made = connection.execute(wanted, {"table": table}).all()
    definition = change(table, next(row.sql for row in made if row.type == "table"))
    columns = ", ".join(f'"{row.name}"' for row in connection.execute(sa.text(f'PRAGMA table_info("{table}")')))
    head, body = definition.split("(", 1)
    connection.execute(sa.text(f"{head.replace(table, f'{table}_anew')}({body}"))
    connection.execute(sa.text(f'INSERT INTO "{table}_anew" ({columns}) SELECT {columns} FROM "{table}"'))  # noqa: S608
    connection.execute(sa.text(f'DROP TABLE "{table}"'))
    connection.execute(sa.text(f'ALTER TABLE "{table}_anew" RENAME TO "{table}"'))
    for row in made:
        if row.type != "table":
            connection.execute(sa.text(row.sql))
