"""Models and migrations agree, and every migration goes both ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from mailer.foundation.database import BY_STATEMENT, Base, Database
from mailer.foundation.migrating import is_current, migrate
from mailer.foundation.settings import CHECKOUT
from tests.factories import a_person, an_organisation


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        by_triggers = _is_no_foreign_key if connection.dialect.name == "postgresql" else None
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": by_triggers})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def _is_no_foreign_key(thing: Any, _name: str | None, kind: str, *_others: Any) -> bool:
    """Triggers stand for some of them: ``tests/deliveries/test_pointing.py`` tells that they do."""
    return kind != "foreign_key_constraint" or thing.elements[0].info != BY_STATEMENT


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


def test_a_number_is_never_given_out_twice(database: Database) -> None:
    """Old links lead by number: the next organisation must not get the number of one that was merged away."""
    with database.transaction() as session:
        first = an_organisation(session).id
        last = an_organisation(session)
        gone = last.id
        session.delete(last)
    with database.transaction() as session:
        assert an_organisation(session).id > gone > first


def test_rebuilding_tables_loses_no_row(database: Database) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session, themes=["groen"], areas=["spangen"], mailbox="info@devoeg.example.org")
        a_person(session, of=organisation, mailbox="samira@devoeg.example.org")
    before = _rows(database)

    migrate(database, to="0013")
    migrate(database)

    assert _rows(database) == before


def _rows(database: Database) -> dict[str, int]:
    """How many rows each table has, but for the notes that a migration itself makes and throws away."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "changed_row"]
    with database.transaction() as session:
        return {table.name: len(session.execute(table.select()).all()) for table in tables}
