"""No letter points at a mailing, a mailbox or an owed letter that is not there, whoever comes first (decision 0074).

On PostgreSQL triggers keep that by whole statements: few letters and many are kept in two ways.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery
from mailer.directory.models import Mailbox
from mailer.foundation.database import Database, database_moment
from mailer.foundation.outbox import OwedLetter
from mailer.mailings.models import Mailing
from tests.deliveries.rows import a_mailing_being_sent
from tests.factories import a_mailbox

# From 2,001 letters in one statement on, PostgreSQL looks at all of them at once.
FEW, MANY = 3, 2_500
NOWHERE = 987_654_321

_MAKE = text(
    "INSERT INTO delivery (mailing_id, mailbox_id, address, state, reason, message_id, attempt, handovers, worker,"
    " reply_text, created_at, because)"
    " SELECT :mailing, :offset + id, address, 'queued', '', '', 0, 0, '', '', '2026-12-01', '{}'"
    " FROM mailbox WHERE id NOT IN (SELECT mailbox_id FROM delivery WHERE mailbox_id IS NOT NULL)"
)


_MAKE_OWED = text(
    "INSERT INTO delivery (owed_letter_id, address, state, reason, message_id, attempt, handovers, worker,"
    " reply_text, next_attempt_at, created_at, because)"
    " SELECT :offset + id, address, 'queued', '', '', 0, 0, '', '', '2026-12-01', '2026-12-01', '{}' FROM owed_letter"
)


def _make(session: Session, mailing_id: int, *, offset: int = 0) -> None:
    """One letter for each mailbox that has none, in one statement; ``offset`` makes them point elsewhere."""
    session.execute(_MAKE, {"mailing": mailing_id, "offset": offset})


def _plant(session: Session, mailboxes: int) -> tuple[int, int]:
    """A mailing without letters, and mailboxes; return the ids of the mailing and of the last mailbox."""
    mailing = a_mailing_being_sent(session, [])
    first = a_mailbox(session, "a0@example.org")
    session.flush()
    like = {"domain": first.domain, "kind": first.kind, "added_at": first.added_at}
    others = [f"a{number}@example.org" for number in range(1, mailboxes)]
    rows = [{"address": each, "address_key": each, "address_hash": each, **like} for each in others]
    session.execute(insert(Mailbox), rows)
    return mailing.id, session.scalars(select(func.max(Mailbox.id))).one()


def _make_owed(session: Session, *, offset: int = 0) -> None:
    """One letter for each owed one, in one statement; ``offset`` makes them point elsewhere."""
    session.execute(_MAKE_OWED, {"offset": offset})


def _owe(session: Session, letters: int) -> int:
    """So many letters are owed; return the id of the last."""
    like = {"letter": "proof", "subject_id": 1, "details": {}, "language": "nl", "owed_at": database_moment(session)}
    session.execute(insert(OwedLetter), [{"address": f"a{number}@example.org", **like} for number in range(letters)])
    return session.scalars(select(func.max(OwedLetter.id))).one()


@pytest.mark.parametrize("letters", [FEW, MANY])
def test_a_letter_to_a_mailbox_that_is_not_there_is_refused(session: Session, letters: int) -> None:
    mailing_id, _last = _plant(session, letters)

    with pytest.raises(IntegrityError), session.begin_nested():
        _make(session, mailing_id, offset=NOWHERE)

    _make(session, mailing_id)
    assert session.scalar(select(func.count(Delivery.id))) == letters


@pytest.mark.parametrize("letters", [FEW, MANY])
def test_a_letter_of_a_mailing_that_is_not_there_is_refused(session: Session, letters: int) -> None:
    _plant(session, letters)

    with pytest.raises(IntegrityError), session.begin_nested():
        _make(session, NOWHERE)


@pytest.mark.parametrize("column", ["mailing_id", "mailbox_id"])
def test_a_letter_cannot_be_moved_to_what_is_not_there(session: Session, column: str) -> None:
    mailing = a_mailing_being_sent(session, 1)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Delivery).values({column: NOWHERE}))

    assert session.scalars(select(Delivery.mailing_id)).one() == mailing.id


def test_a_letter_can_be_moved_to_another_mailbox(session: Session) -> None:
    a_mailing_being_sent(session, 1)
    other = a_mailbox(session, "ander@example.org")
    session.flush()

    session.execute(update(Delivery).values(mailbox_id=other.id))

    assert session.scalars(select(Delivery.mailbox_id)).one() == other.id


def test_a_mailbox_that_goes_leaves_its_letters_without_one(session: Session) -> None:
    mailing_id, last = _plant(session, FEW)
    _make(session, mailing_id)

    session.execute(delete(Mailbox).where(Mailbox.id == last))

    without = session.scalars(select(Delivery.address).where(Delivery.mailbox_id.is_(None))).all()
    assert len(without) == 1
    assert session.scalar(select(func.count(Delivery.mailbox_id))) == FEW - 1


def test_a_mailing_with_letters_stays(session: Session) -> None:
    mailing_id, _last = _plant(session, FEW)
    _make(session, mailing_id)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(delete(Mailing).where(Mailing.id == mailing_id))


@pytest.mark.parametrize("letters", [FEW, MANY])
def test_a_letter_that_is_owed_for_what_is_not_there_is_refused(session: Session, letters: int) -> None:
    _owe(session, letters)

    with pytest.raises(IntegrityError), session.begin_nested():
        _make_owed(session, offset=NOWHERE)

    _make_owed(session)
    assert session.scalar(select(func.count(Delivery.owed_letter_id))) == letters


def test_a_letter_cannot_become_owed_for_what_is_not_there(session: Session) -> None:
    last = _owe(session, 1)
    _make_owed(session)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Delivery).values(owed_letter_id=NOWHERE))

    assert session.scalars(select(Delivery.owed_letter_id)).one() == last


def test_what_a_letter_is_owed_for_stays(session: Session) -> None:
    last = _owe(session, FEW)
    _make_owed(session)
    without = _owe(session, 1)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(delete(OwedLetter).where(OwedLetter.id == last))

    session.execute(delete(OwedLetter).where(OwedLetter.id == without))
    assert session.scalar(select(func.count(OwedLetter.id))) == FEW


# Two transactions at once, both orders. PostgreSQL only: SQLite has one writer at a time.


@pytest.fixture(params=[FEW, MANY], ids=["few", "many"])
def planted(request: pytest.FixtureRequest, make_database: Callable[..., Database]) -> tuple[Database, int, int, int]:
    """A database, the ids of a mailing and of its last mailbox, and how many mailboxes there are."""
    database = make_database()
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with database.transaction() as session:
        mailing_id, last = _plant(session, request.param)
    return database, mailing_id, last, request.param


def _beside(database: Database, deed: Callable[[Session], object]) -> Future[None]:
    """Begin a deed in another transaction; it must wait for the one that is open here."""

    def do() -> None:
        with database.transaction() as session:
            deed(session)

    pool = ThreadPoolExecutor(1)
    begun = pool.submit(do)
    pool.shutdown(wait=False)
    with pytest.raises(StillWaiting):
        begun.result(timeout=0.7)
    return begun


def test_who_throws_a_mailbox_away_waits_for_letters_to_it_and_takes_it_from_them(
    planted: tuple[Database, int, int, int],
) -> None:
    database, mailing_id, last, letters = planted
    first = database.open()
    _make(first, mailing_id)

    second = _beside(database, lambda session: session.execute(delete(Mailbox).where(Mailbox.id == last)))
    first.commit()
    second.result(timeout=20)

    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count(Delivery.id))) == letters
        assert session.scalar(select(func.count(Delivery.mailbox_id))) == letters - 1
    first.close()


def test_letters_to_a_mailbox_that_is_being_thrown_away_wait_and_are_refused(
    planted: tuple[Database, int, int, int],
) -> None:
    database, mailing_id, last, _letters = planted
    first = database.open()
    first.execute(delete(Mailbox).where(Mailbox.id == last))

    second = _beside(database, lambda session: _make(session, mailing_id))
    first.commit()

    with pytest.raises(IntegrityError):
        second.result(timeout=20)
    first.close()


def test_letters_to_a_mailbox_that_stays_after_all_are_made(planted: tuple[Database, int, int, int]) -> None:
    database, mailing_id, last, letters = planted
    first = database.open()
    first.execute(delete(Mailbox).where(Mailbox.id == last))

    second = _beside(database, lambda session: _make(session, mailing_id))
    first.rollback()
    second.result(timeout=20)

    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count(Delivery.mailbox_id))) == letters
    first.close()


def test_who_throws_a_mailing_away_waits_for_its_letters_and_may_not(
    planted: tuple[Database, int, int, int],
) -> None:
    database, mailing_id, _last, _letters = planted
    with database.transaction() as session:
        session.execute(text("DELETE FROM compiled_letter"))
    first = database.open()
    _make(first, mailing_id)

    second = _beside(database, lambda session: session.execute(delete(Mailing).where(Mailing.id == mailing_id)))
    first.commit()

    with pytest.raises(IntegrityError):
        second.result(timeout=20)
    first.close()


def test_letters_of_a_mailing_that_is_being_thrown_away_wait_and_are_refused(
    planted: tuple[Database, int, int, int],
) -> None:
    database, mailing_id, _last, _letters = planted
    first = database.open()
    first.execute(text("DELETE FROM compiled_letter"))
    first.execute(delete(Mailing).where(Mailing.id == mailing_id))

    second = _beside(database, lambda session: _make(session, mailing_id))
    first.commit()

    with pytest.raises(IntegrityError):
        second.result(timeout=20)
    first.close()


@pytest.fixture(params=[FEW, MANY], ids=["few", "many"])
def owing(request: pytest.FixtureRequest, make_database: Callable[..., Database]) -> tuple[Database, int]:
    """A database that owes letters, and the id of the last."""
    database = make_database()
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with database.transaction() as session:
        return database, _owe(session, request.param)


def test_who_throws_away_what_is_owed_waits_for_its_letter_and_may_not(owing: tuple[Database, int]) -> None:
    database, last = owing
    first = database.open()
    _make_owed(first)

    second = _beside(database, lambda session: session.execute(delete(OwedLetter).where(OwedLetter.id == last)))
    first.commit()

    with pytest.raises(IntegrityError):
        second.result(timeout=20)
    first.close()


def test_a_letter_for_what_is_being_thrown_away_waits_and_is_refused(owing: tuple[Database, int]) -> None:
    database, last = owing
    first = database.open()
    first.execute(delete(OwedLetter).where(OwedLetter.id == last))

    second = _beside(database, lambda session: _make_owed(session))
    first.commit()

    with pytest.raises(IntegrityError):
        second.result(timeout=20)
    first.close()


def test_two_large_mailings_are_frozen_side_by_side(make_database: Callable[..., Database]) -> None:
    database = make_database()
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with database.transaction() as session:
        mailing_id, _last = _plant(session, MANY)
        other_id = a_mailing_being_sent(session, []).id
    first, second = database.open(), database.open()

    _make(first, mailing_id)
    second.execute(text("SET LOCAL lock_timeout = '1s'"))
    _make(second, other_id)

    first.commit()
    second.commit()
    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count(Delivery.id))) == 2 * MANY
    first.close()
    second.close()
