"""Models and migrations agree, and every migration goes both ways."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import mailer.audiences.models
import mailer.deliveries.models
import mailer.foundation.journal  # noqa: F401 - these three bring the models of every floor
from mailer.foundation.database import Base, Database
from mailer.foundation.migrating import is_current, migrate
from mailer.foundation.settings import CHECKOUT


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(CHECKOUT / "migrations")).get_heads()) == 1


def test_all_migrations_go_down_and_up_again(database: Database) -> None:
    assert is_current(database)

    migrate(database, to="base")
    left = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()

    migrate(database)
    assert is_current(database)


def test_migrating_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    migrate(database)

    assert is_current(database)
