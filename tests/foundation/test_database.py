"""A transaction that does not write cannot write; moments keep their zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from mailer.directory.models import Theme
from mailer.foundation.database import Database, database_moment, is_duplicate
from mailer.foundation.outbox import OwedLetter, owe_letter
from tests.factories import a_theme


def test_the_database_itself_refuses_a_change_in_a_transaction_that_does_not_write(
    database: Database, now: datetime
) -> None:
    with pytest.raises(DatabaseError), database.transaction(writes=False) as session:
        owe_letter(session, "proof", subject_id=1, address="a@example.org", now=now)


def test_a_writing_transaction_works_after_a_reading_one_on_the_same_connection(
    database: Database, now: datetime
) -> None:
    with database.transaction(writes=False) as session:
        assert session.query(OwedLetter).count() == 0

    with database.transaction() as session:
        owe_letter(session, "proof", subject_id=1, address="a@example.org", now=now)

    with database.transaction(writes=False) as session:
        assert session.query(OwedLetter).count() == 1


def test_an_error_rolls_everything_back(database: Database, now: datetime) -> None:
    def owe_and_fail() -> None:
        with database.transaction() as session:
            owe_letter(session, "proof", subject_id=1, address="a@example.org", now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        owe_and_fail()

    with database.transaction(writes=False) as session:
        assert session.query(OwedLetter).count() == 0


def test_a_moment_comes_back_aware_and_in_utc(session: Session) -> None:
    amsterdam_winter = timezone(timedelta(hours=1))
    moment = datetime(2027, 1, 14, 19, 30, tzinfo=amsterdam_winter)

    owed = owe_letter(session, "proof", subject_id=1, address="a@example.org", now=moment)
    session.expire(owed)

    assert owed.owed_at == moment
    assert owed.owed_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError):
        owe_letter(session, "proof", subject_id=1, address="a@example.org", now=datetime(2027, 1, 14))


def test_the_databases_clock_is_close_to_ours(session: Session) -> None:
    assert abs(database_moment(session) - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_second_row_of_what_may_be_there_once_is_told_from_a_row_that_is_incomplete(session: Session) -> None:
    a_theme(session, "groen")

    with pytest.raises(IntegrityError) as twice, session.begin_nested():
        session.execute(insert(Theme).values(slug="groen", name="Groen", position=0))
    with pytest.raises(IntegrityError) as incomplete, session.begin_nested():
        session.execute(insert(Theme).values(slug="water", position=0))

    assert is_duplicate(twice.value)
    assert not is_duplicate(incomplete.value)
