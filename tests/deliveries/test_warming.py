"""A large mailing is chosen from a mirror that was filled while it waited: as exact, sooner, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.recipients.mirroring import MIRROR, DirectoryMirror
from mailer.deliveries.models import Delivery
from mailer.deliveries.preparing import prepare_due
from mailer.deliveries.warming import AHEAD, Warmth
from mailer.directory.models import Mailbox
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingState
from mailer.subscriptions.leaving import leave
from tests.factories import a_mailing, a_person

Waiting = tuple[Database, Warmth]


@pytest.fixture
def waiting(make_database: Callable[..., Database], now: datetime) -> Waiting:
    """A database with three people and a mailing that is due in a minute, and a worker's warmth."""
    database = make_database()
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no mirror: it is for small directories")
    pytest.importorskip("duckdb")
    with database.transaction() as session:
        for name in ("samira", "joost", "fatma"):
            a_person(session, name.title(), mailbox=f"{name}@example.org")
        mailing = a_mailing(session)
        mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, now + timedelta(minutes=1)
    # PostgreSQL says -1 of a table that it never counted.
    return database, Warmth(database, large=-1)


def tend(warmth: Warmth, now: datetime) -> None:
    thread = warmth.tend(clock=lambda _session: now)
    if thread:
        thread.join()


def shared_mirror(database: Database) -> DirectoryMirror | None:
    with database.transaction(writes=False) as session:
        return session.info.get(MIRROR)


def prepared(database: Database, now: datetime) -> dict[str, tuple[str, str]]:
    assert prepare_due(database, clock=lambda _session: now) == 1
    with database.transaction(writes=False) as session:
        rows = session.execute(select(Delivery.address, Delivery.state, Delivery.reason))
        return {address: (state.value, reason) for address, state, reason in rows}


def test_the_mirror_is_filled_when_a_mailing_is_near_and_emptied_when_it_is_gone(
    waiting: Waiting, now: datetime
) -> None:
    database, warmth = waiting
    tend(warmth, now)
    filled = shared_mirror(database)
    assert filled is not None
    assert filled.is_filled

    prepared(database, now + timedelta(minutes=2))
    tend(warmth, now + timedelta(minutes=2))

    assert shared_mirror(database) is None
    assert not filled.is_filled


def test_nothing_is_filled_long_before_the_moment(waiting: Waiting, now: datetime) -> None:
    database, warmth = waiting

    tend(warmth, now - AHEAD)

    assert shared_mirror(database) is None


def test_a_small_directory_has_no_use_for_it(waiting: Waiting, now: datetime) -> None:
    database, _warmth = waiting

    tend(Warmth(database), now)

    assert shared_mirror(database) is None


def test_a_mailing_that_is_being_prepared_keeps_its_mirror(waiting: Waiting, now: datetime) -> None:
    database, warmth = waiting
    tend(warmth, now)
    with database.transaction() as session:
        session.scalars(select(Mailing)).one().state = MailingState.PREPARING

    tend(warmth, now + timedelta(minutes=2))

    assert shared_mirror(database) is not None


def test_the_letters_are_chosen_from_it_with_all_that_happened_since(
    waiting: Waiting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, warmth = waiting
    tend(warmth, now)
    mirror = shared_mirror(database)
    assert mirror is not None
    asked: list[object] = []
    write = mirror.write
    monkeypatch.setattr(mirror, "write", lambda rows, path: (asked.append(path), write(rows, path)))
    with database.transaction() as session:
        a_person(session, "Anouk", mailbox="anouk@example.org")
        leave(session, mailbox(session, "joost@example.org"), mailing(session).topic, door="leave-page", now=now)
        session.delete(mailbox(session, "fatma@example.org"))

    assert prepared(database, now + timedelta(minutes=2)) == {
        "samira@example.org": ("queued", ""),
        "anouk@example.org": ("queued", ""),
        "joost@example.org": ("skipped", "left"),
    }
    assert asked


def test_a_broken_mirror_holds_nothing_up(waiting: Waiting, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    database, warmth = waiting
    tend(warmth, now)
    mirror = shared_mirror(database)
    assert mirror is not None
    mirror._store.execute("DROP TABLE person_mailbox")

    assert len(prepared(database, now + timedelta(minutes=2))) == 3


def test_a_filling_that_fails_is_told_to_nobody_but_the_log(
    waiting: Waiting, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database, warmth = waiting

    def fail(_mirror: DirectoryMirror) -> None:
        raise OSError("no room on the device")

    monkeypatch.setattr(DirectoryMirror, "catch_up", fail)
    tend(warmth, now)

    assert "could not be filled" in caplog.text
    assert len(prepared(database, now + timedelta(minutes=2))) == 3


def test_the_embedded_database_has_no_mirror(make_database: Callable[..., Database], now: datetime) -> None:
    database = make_database()
    if database.engine.dialect.name == "postgresql":
        pytest.skip("this is about SQLite")

    assert Warmth(database, large=-1).tend(clock=lambda _session: now) is None


def mailbox(session: Session, key: str) -> Mailbox:
    return session.scalars(select(Mailbox).where(Mailbox.address_key == key)).one()


def mailing(session: Session) -> Mailing:
    return session.scalars(select(Mailing)).one()
