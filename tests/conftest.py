"""What every test may ask for: a migrated database, a session that is rolled back, settings, a moment.

The database is SQLite in a temporary folder, or PostgreSQL when TEST_DATABASE_URL names a server on which this user may
create databases; each pytest worker makes its own. The same goes for Redis and TEST_REDIS_URL.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from mailer.foundation.database import Database
from mailer.foundation.language import set_language
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from tests.chromium import chromium

# Once for all: two browsers cannot be driven from one process.
__all__ = ["chromium"]

SERVER = os.environ.get("TEST_DATABASE_URL", "")
REDIS = os.environ.get("TEST_REDIS_URL", "")
REDIS_DATABASES = 16


@pytest.fixture
def now() -> datetime:
    """A Tuesday evening in December; winter time."""
    return datetime(2026, 12, 1, 18, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def dutch() -> None:
    set_language("nl")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests leaks into them."""
    for name in list(os.environ):
        if name.startswith("MAILER_"):
            monkeypatch.delenv(name)


def make_settings(folder: Path, **more: object) -> Settings:
    """Settings of a small installation of its own in this folder."""
    values: dict[str, object] = {
        "data_dir": folder,
        "secret_key": SecretStr("only for tests"),
        "base_url": "https://tegelpost.example.org",
        "grace_seconds": 0,
    }
    return Settings(_env_file=None, **{**values, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A database of this worker on the Redis that TEST_REDIS_URL names; empty when it names none.

    Workers of two installations on one database would take each other's tasks.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % (REDIS_DATABASES - 1) + 1
    return urlsplit(REDIS)._replace(path=f"/{number}").geturl() if REDIS else ""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database at the newest migration, never changed by a test: others are copied from it."""
    folder = tmp_path_factory.mktemp("template")
    with _fresh_url(folder) as url:
        database = Database(make_settings(folder, database_url=url))
        migrate(database)
        database.close()  # SQLite folds its write-ahead log into the file when the last connection closes.
        yield url


@pytest.fixture(scope="session")
def shared_database(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all tests of this worker that roll back."""
    folder = tmp_path_factory.mktemp("shared")
    with _copy_of(migrated, folder) as url:
        database = Database(make_settings(folder, database_url=url))
        yield database
        database.close()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A session on real tables; whatever the test does is rolled back."""
    opened = shared_database.open()
    try:
        yield opened
    finally:
        opened.rollback()
        opened.close()


@pytest.fixture
def make_database(migrated: str, tmp_path: Path) -> Iterator[Callable[..., Database]]:
    """Make databases of one's own, for tests that commit or need settings: ``make_database(grace_seconds=5)``."""
    made: list[Database] = []
    contexts = []

    def make(**more: object) -> Database:
        folder = tmp_path / f"house{len(made)}"
        folder.mkdir()
        context = _copy_of(migrated, folder)
        url = context.__enter__()
        contexts.append(context)
        database = Database(make_settings(folder, database_url=url, **more))
        made.append(database)
        return database

    yield make
    for database in made:
        database.close()
    for context in contexts:
        context.__exit__(None, None, None)


@pytest.fixture
def database(make_database: Callable[..., Database]) -> Database:
    """A database of one's own, for tests that commit."""
    return make_database()


class _fresh_url:  # noqa: N801 - reads as a verb in "with"
    """An empty database, gone afterwards."""

    def __init__(self, folder: Path, *, template: str = "") -> None:
        self._folder = folder
        self._template = template
        self._name = f"tegelpost_test_{uuid.uuid4().hex[:12]}"

    def __enter__(self) -> str:
        if not SERVER:
            target = self._folder / "test.sqlite3"
            if self._template:
                shutil.copyfile(make_url(self._template).database or "", target)
            return f"sqlite:///{target}"
        template = f' TEMPLATE "{make_url(self._template).database}"' if self._template else ""
        _on_server(f'CREATE DATABASE "{self._name}"{template}')
        return make_url(SERVER).set(database=self._name).render_as_string(hide_password=False)

    def __exit__(self, *_error: object) -> None:
        if SERVER:
            _on_server(f'DROP DATABASE "{self._name}" WITH (FORCE)')


def _copy_of(url: str, folder: Path) -> _fresh_url:
    return _fresh_url(folder, template=url)


def _on_server(statement: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
