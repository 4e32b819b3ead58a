"""Keeping the letters of an audience for one transaction, so that all that is frozen of them is frozen of the same.

Working out an audience is the dear part of freezing it; deliveries, their addressees, their reasons and the standing of
every seat all speak of these rows. A temporary table: no other connection sees it, and it goes when the deed is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import CTE, Column, Integer, MetaData, Select, String, Table, insert, select, text
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.recipients.at_size import file_at_size
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.criteria import Audience
from mailer.audiences.rules.understanding import Understood, understand
from mailer.foundation.bulk import load_file
from mailer.foundation.database import is_sqlite

NUMBERS = ("organisation_id", "person_id", "mailbox_id", "place", "gate", "state", "is_chosen")

# One for all: SQLAlchemy keeps what it compiled by the table object, and with a new one each time compiles all anew.
KEPT = Table(
    "kept_letter",
    MetaData(),
    *(Column(name, Integer) for name in NUMBERS),
    Column("refusal", String),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)


@contextmanager
def kept_letters(
    session: Session, audience: Mapping[str, Any] | Audience, *, now: datetime, purpose: Purpose = ANY_PURPOSE
) -> Iterator[Table]:
    """Lend a table with the letters of an audience that have a mailbox: the columns of ``choosing.letters_of``."""
    connection = session.connection()
    KEPT.create(connection, checkfirst=False)
    understood = understand(session, audience)
    if not _is_filled_from_mirror(session, understood, now=now, purpose=purpose):
        rows = _rows_of(letters_of(session, understood, now=now, purpose=purpose))
        session.execute(insert(KEPT).from_select(KEPT.c.keys(), rows))
    if is_sqlite(session):
        # Without it each letter is held beside each row: the square of a large audience.
        session.execute(text("CREATE INDEX ix_kept_letter_mailbox ON kept_letter (mailbox_id)"))
    else:
        # Nobody else counts a temporary table; unknown, it would be joined row by row.
        session.execute(text("ANALYZE kept_letter"))
    yield KEPT
    KEPT.drop(connection, checkfirst=False)


def _is_filled_from_mirror(session: Session, audience: Understood, *, now: datetime, purpose: Purpose) -> bool:
    """A large directory on PostgreSQL: its mirror says the same in a tenth of the time, when this process has one."""
    with TemporaryDirectory(prefix="tegelpost.") as folder:
        path = Path(folder) / "letters.csv"
        if not file_at_size(session, audience, _rows_in_order, path, now=now, purpose=purpose):
            return False
        load_file(session, KEPT.name, KEPT.c.keys(), path)
    return True


def _rows_in_order(letters: CTE) -> Select[*tuple[Any, ...]]:
    """The mirror sorts them in passing; letters are made in this order."""
    return _rows_of(letters).order_by(letters.c.mailbox_id)


def _rows_of(letters: CTE) -> Select[*tuple[Any, ...]]:
    columns = (letters.c[name] for name in (*NUMBERS, "refusal"))
    return select(*columns).where(letters.c.mailbox_id.is_not(None))
