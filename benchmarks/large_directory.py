"""A directory of any size to measure in: opened, filled with the sample, and changed a little."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select, text, update

from benchmarks.measuring import Measure
from benchmarks.servers import postgresql
from mailer.cli.sample import create_sample
from mailer.directory.models import Organisation
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.subscriptions.sample.sender import has_sample

Rule = dict[str, Any]
EVERYBODY: Rule = {"all": []}
SAMPLE_SECONDS = 180.0


@contextmanager
def a_directory(url: str, programs: Path | None) -> Iterator[Database]:
    """Lend the database at this address; else one of our own, on PostgreSQL when its programs are there."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if not url and programs:
            url = stack.enter_context(postgresql(programs))
        settings = Settings(
            _env_file=None,
            data_dir=Path(folder),
            database_url=url,
            secret_key=SecretStr("benchmark"),
            base_url="https://tegelpost.example.org",
        )
        database = Database(settings)
        stack.callback(database.close)
        migrate(database)
        yield database


def sample(database: Database, people: int) -> Measure:
    """Make the sample, unless it is there."""
    made = Measure("making the sample", SAMPLE_SECONDS)
    with database.transaction(writes=False) as session:
        is_there = has_sample(session)
    if not is_there:
        made.go(lambda: _make(database, people))
        settle(database)
    return made


def _make(database: Database, people: int) -> None:
    with database.transaction() as session:
        create_sample(session, people=people)


def settle(database: Database) -> None:
    """Do what PostgreSQL does by itself within a minute after so many rows, before measuring and not during."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def touch(database: Database) -> None:
    """Change a row that rules ask of, so that a mirror has something to take over."""
    with database.transaction() as session:
        first = session.scalars(select(Organisation).order_by(Organisation.id).limit(1)).one()
        session.execute(update(Organisation).where(Organisation.id == first.id).values(checked_on=first.checked_on))
