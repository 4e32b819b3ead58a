"""A large directory on PostgreSQL is asked through a mirror of it: the same answers, always of this moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.purpose import Purpose
from mailer.audiences.recipients.keeping import kept_letters
from mailer.audiences.recipients.mirroring import MIRROR, SHELVES, DirectoryMirror, mirror_for
from mailer.audiences.showing.counting import count
from mailer.directory.models import Mailbox, Organisation, OrganisationTheme, Role, Theme
from mailer.foundation.database import Database
from mailer.foundation.mirror.changes import forget_old_changes
from mailer.foundation.mirror.models import ChangedRow
from mailer.foundation.mirror.shelves import are_shelved
from mailer.subscriptions.models import Suppression, SuppressionReason, Topic
from tests.audiences.directories import plant_past, plant_small_directory
from tests.audiences.oracle import Oracle
from tests.audiences.random_rules import rules_for

pytest.importorskip("duckdb")

Made = tuple[Database, DirectoryMirror]


@pytest.fixture
def mirrored(make_database: Callable[..., Database], now: datetime) -> Iterator[Made]:
    database = make_database()
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no mirror: it is for small directories")
    with database.transaction() as session:
        plant_small_directory(session)
        plant_past(session, now)
    mirror = DirectoryMirror(database, large=0)
    mirror.catch_up()
    database.share(MIRROR, mirror)
    return database, mirror


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), reach=st.sampled_from(list(Reach)))
def test_the_mirror_and_plain_python_count_the_same(
    mirrored: Made, now: datetime, data: st.DataObject, reach: Reach
) -> None:
    database, _mirror = mirrored
    with database.transaction(writes=False) as session:
        rule = data.draw(rules_for(session))
        oracle = Oracle(session, now)

        counted = count(session, {"rule": rule, "reach": reach.value}, now=now)

        assert counted == oracle.count(oracle.letters(rule, reach))


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), reach=st.sampled_from(list(Reach)))
def test_the_mirror_and_the_database_keep_the_same_letters(
    mirrored: Made, now: datetime, data: st.DataObject, reach: Reach
) -> None:
    database, _mirror = mirrored
    with database.transaction() as session:
        addresses = list(session.scalars(select(Mailbox.address_key).order_by(Mailbox.id)))
        by_hand = st.lists(st.sampled_from(addresses), max_size=3, unique=True)
        audience: dict[str, Any] = {
            "rule": data.draw(rules_for(session)),
            "reach": reach.value,
            "include": data.draw(by_hand),
            "exclude": data.draw(by_hand),
        }
        purpose = Purpose(data.draw(st.sampled_from(session.scalars(select(Topic).order_by(Topic.id)).all())))

        kept = _kept(session, audience, now, purpose)

        assert kept == _without_mirror(session, lambda: _kept(session, audience, now, purpose))


def test_letters_are_kept_from_the_mirror_when_there_is_one(
    mirrored: Made, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, mirror = mirrored
    written: list[Path] = []
    write = mirror.write
    monkeypatch.setattr(mirror, "write", lambda rows, path: (written.append(path), write(rows, path)))

    with database.transaction() as session:
        _kept(session, {"rule": {"all": []}}, now, Purpose())

    assert len(written) == 1
    assert not written[0].exists()


def test_a_mirror_that_breaks_while_letters_are_kept_leaves_it_to_the_database(
    mirrored: Made, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, mirror = mirrored
    audience: dict[str, Any] = {"rule": {"all": []}}
    write = mirror.write
    monkeypatch.setattr(mirror, "write", lambda rows, _path: write(rows, Path("/nowhere/at/all.csv")))

    with database.transaction() as session:
        kept = _kept(session, audience, now, Purpose())

        assert kept == _without_mirror(session, lambda: _kept(session, audience, now, Purpose()))
    assert kept
    assert not mirror.is_filled


def test_a_mirror_that_was_emptied_is_filled_anew(mirrored: Made) -> None:
    _database, mirror = mirrored

    mirror.empty()
    assert not mirror.is_filled

    with mirror.up_to_date():
        assert mirror.rows(select(Mailbox.id))


def _kept(session: Session, audience: dict[str, Any], now: datetime, purpose: Purpose) -> list[tuple[Any, ...]]:
    with kept_letters(session, audience, now=now, purpose=purpose) as letters:
        rows = session.execute(select(*letters.c)).all()
    return sorted((tuple(row) for row in rows), key=str)


def test_what_is_put_in_and_taken_out_by_hand_counts_in_the_mirror_too(mirrored: Made, now: datetime) -> None:
    database, _mirror = mirrored
    with database.transaction(writes=False) as session:
        addresses = list(session.scalars(text("SELECT address_key FROM mailbox ORDER BY id LIMIT 4")))
        audience: dict[str, Any] = {"rule": {"theme": ["groen"]}, "include": addresses[:2], "exclude": addresses[2:]}

        assert _count(session, audience, now) == _count_without(session, audience, now)


def test_the_topic_of_a_letter_counts_in_the_mirror_too(mirrored: Made, now: datetime) -> None:
    database, _mirror = mirrored
    with database.transaction(writes=False) as session:
        for topic in session.scalars(select(Topic)):
            purpose = Purpose(topic)
            counted = count(session, {"rule": {"all": []}}, now=now, purpose=purpose)
            assert counted == _without_mirror(
                session, lambda p=purpose: count(session, {"rule": {"all": []}}, now=now, purpose=p)
            )


def test_whoever_is_suppressed_is_refused_at_the_next_count(mirrored: Made, now: datetime) -> None:
    database, _mirror = mirrored
    everybody: dict[str, Any] = {"rule": {"all": []}}
    with database.transaction(writes=False) as session:
        before = _count(session, everybody, now)

    with database.transaction() as session:
        for address_hash in session.scalars(select(Mailbox.address_hash)):
            session.add(Suppression(address_hash=address_hash, reason=SuppressionReason.REQUEST, since=now))

    with database.transaction(writes=False) as session:
        after = _count(session, everybody, now)
        assert after == _count_without(session, everybody, now)
    assert before.mailable
    assert not after.mailable


def test_a_link_that_is_thrown_away_is_gone_from_the_mirror(mirrored: Made, now: datetime) -> None:
    database, mirror = mirrored
    rule: dict[str, Any] = {"rule": {"theme": ["groen"]}}
    with database.transaction() as session:
        green = session.scalars(select(Theme.id).where(Theme.slug == "groen")).one()
        session.execute(text("DELETE FROM organisation_theme WHERE theme_id = :green"), {"green": green})

    with database.transaction(writes=False) as session:
        assert _count(session, rule, now) == _count_without(session, rule, now)
    with mirror.up_to_date():
        assert mirror.rows(select(OrganisationTheme.organisation_id).where(OrganisationTheme.theme_id == green)) == []


def test_a_transaction_that_ends_later_than_a_younger_one_is_not_missed(mirrored: Made, now: datetime) -> None:
    database, mirror = mirrored
    first, second = database.open(), database.open()
    organisations = first.scalars(select(Organisation).order_by(Organisation.id)).all()
    first.execute(text("UPDATE organisation SET stopped_on = '2026-01-01' WHERE id = :id"), {"id": organisations[0].id})
    second.execute(
        text("UPDATE organisation SET stopped_on = '2026-01-01' WHERE id = :id"), {"id": organisations[1].id}
    )
    second.commit()
    mirror.catch_up()
    first.commit()
    first.close()
    second.close()

    with mirror.up_to_date():
        stopped = mirror.rows(select(Organisation.id).where(Organisation.stopped_on == date(2026, 1, 1)))
    assert {organisations[0].id, organisations[1].id} <= {row[0] for row in stopped}


def test_a_transaction_that_changed_the_directory_itself_does_not_ask_the_mirror(mirrored: Made) -> None:
    database, _mirror = mirrored
    with database.transaction() as session:
        assert mirror_for(session) is not None
        session.execute(text("UPDATE organisation SET name = name"))
        assert mirror_for(session) is None


def test_many_changed_rows_are_one_note_and_a_whole_table_anew(mirrored: Made) -> None:
    database, mirror = mirrored
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO theme (slug, name, position) SELECT 'thema-' || n, n, n FROM generate_series(1, 2500) AS n"
            )
        )
    with database.transaction(writes=False) as session:
        keys = session.scalars(select(ChangedRow.row_key).where(ChangedRow.table_name == "theme")).all()
        themes = session.scalars(select(Theme.id)).all()

    assert None in keys
    with mirror.up_to_date():
        assert len(mirror.rows(select(Theme.id))) == len(themes)


def test_a_mirror_that_breaks_leaves_the_answer_to_the_database(mirrored: Made, now: datetime) -> None:
    database, mirror = mirrored
    rule: dict[str, Any] = {"rule": {"role": ["bestuur", "coordinator", "vrijwilliger"]}}
    with database.transaction(writes=False) as session:
        counted = _count(session, rule, now)
        mirror._store.execute("DROP TABLE role")  # As good as any way to break it.

        assert count(session, rule, now=now) == counted
    assert not mirror.is_filled


def test_a_mirror_that_cannot_follow_leaves_the_answer_to_the_database(mirrored: Made, now: datetime) -> None:
    database, mirror = mirrored
    with database.transaction(writes=False) as session:
        counted = _count(session, {"rule": {"all": []}}, now)
    mirror._store.execute("DROP TABLE theme")
    with database.transaction() as session:
        session.execute(text("UPDATE theme SET name = name"))

    with database.transaction(writes=False) as session:
        assert count(session, {"rule": {"all": []}}, now=now) == counted
    assert not mirror.is_filled


def test_a_mirror_that_was_left_overnight_is_filled_beside_the_question(
    mirrored: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staff does not wait for it at the first count of the morning."""
    database, _mirror = mirrored
    monkeypatch.setattr("mailer.foundation.mirror.mirror.TRUSTED_FOR", timedelta(0))

    with database.transaction(writes=False) as session:
        assert mirror_for(session) is None


def test_what_was_worked_out_holds_until_something_it_speaks_of_changes(mirrored: Made) -> None:
    database, mirror = mirrored
    with mirror.up_to_date():
        roles = mirror.kept("roles", lambda: select(Role.id)).name
    with database.transaction() as session:
        session.execute(text("UPDATE organisation SET stopped_on = '2026-01-01'"))
    with mirror.up_to_date():
        assert mirror.kept("roles", lambda: select(Role.id)).name == roles

    with database.transaction() as session:
        session.execute(text("DELETE FROM role"))
    with mirror.up_to_date():
        kept = mirror.kept("roles", lambda: select(Role.id))
        assert kept.name != roles
        assert mirror.rows(select(kept.c.id)) == []


def test_old_notes_are_thrown_away(mirrored: Made) -> None:
    database, _mirror = mirrored
    with database.transaction() as session:
        forget_old_changes(session, now=datetime.fromisoformat("2126-01-01T00:00:00+00:00"))
        assert session.scalars(select(ChangedRow)).all() == []


def test_every_shelf_has_its_triggers_and_nothing_else_has(mirrored: Made) -> None:
    database, _mirror = mirrored
    asked = text(
        "SELECT c.relname, p.proname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid"
        " JOIN pg_proc AS p ON p.oid = t.tgfoid WHERE p.proname LIKE 'note!_%!_by!_%' ESCAPE '!'"
    )
    with database.transaction(writes=False) as session:
        found = {(table, function) for table, function in session.execute(asked)}
    assert found == {
        (each.name, f"note_{event}_by_{each.key}") for each in SHELVES for event in ("insert", "update", "delete")
    }


def test_a_question_about_what_is_not_in_the_mirror_is_not_asked_of_it() -> None:
    assert are_shelved(select(Role.id), SHELVES)
    assert not are_shelved(select(Role.description), SHELVES)
    assert not are_shelved(select(ChangedRow.id), SHELVES)


def _count(session: Session, audience: dict[str, Any], now: datetime) -> Any:
    assert mirror_for(session) is not None
    return count(session, audience, now=now)


def _count_without(session: Session, audience: dict[str, Any], now: datetime) -> Any:
    return _without_mirror(session, lambda: count(session, audience, now=now))


def _without_mirror(session: Session, ask: Callable[[], Any]) -> Any:
    session.info[MIRROR], kept = None, session.info[MIRROR]
    try:
        return ask()
    finally:
        session.info[MIRROR] = kept
