"""Limits are exact: over workers, over restarts, at the edges of a window."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from mailer.deliveries.limiting import room, take_allowance, widened
from mailer.deliveries.models import SentAllowance
from mailer.deliveries.sending import Lane, Until
from mailer.wire.transports import MemoryTransport
from tests.deliveries.rows import a_mailing_being_sent, states


def test_without_limits_there_is_always_room(session, now):
    assert room(session, now=now) is None
    assert take_allowance(session, now=now) == 0
    assert session.scalars(select(SentAllowance)).all() == []


def test_a_full_window_says_how_long_to_wait(make_database, now):
    database = make_database(letters_per_minute=2)
    with database.transaction() as session:
        assert take_allowance(session, now=now) == 0
        assert take_allowance(session, now=now + timedelta(seconds=20)) == 0
        assert take_allowance(session, now=now + timedelta(seconds=30)) == 31
        assert take_allowance(session, now=now + timedelta(seconds=61)) == 0
        assert take_allowance(session, now=now + timedelta(seconds=62)) == 19
        assert room(session, now=now + timedelta(seconds=62)) == 0


def test_a_window_is_wider_than_its_limit_for_letters_that_are_under_way(make_database, now):
    """Allowed at 0.0 and in the server's hands at 0.3; the next one must not be counted in the same minute there."""
    database = make_database(letters_per_minute=1)
    with database.transaction() as session:
        take_allowance(session, now=now)

        assert take_allowance(session, now=now + timedelta(seconds=60)) == 1
        assert [widened(seconds) for seconds in (1, 60, 3600)] == [1.1, 61, 3601]


def test_the_tightest_limit_counts(make_database, now):
    database = make_database(letters_per_second=5, letters_per_day=2)
    with database.transaction() as session:
        assert room(session, now=now) == 2
        take_allowance(session, now=now)
        take_allowance(session, now=now)
        assert take_allowance(session, now=now + timedelta(seconds=2)) == 86_400 + 1 - 2


def test_workers_never_send_more_than_the_limit_and_nothing_is_lost(make_database):
    database = make_database(letters_per_second=5)
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 12)
    transport = MemoryTransport()
    while len(transport.letters) < 12:
        Lane(database, transport, "lane").run(Until(5))

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"accepted"}
        gates = list(session.scalars(select(SentAllowance.at).order_by(SentAllowance.at)))
    assert len(transport.letters) == len(gates) == 12
    # Any six gates in a row span more than a second, by the database's clock that all workers share.
    assert min(later - earlier for earlier, later in zip(gates, gates[5:], strict=False)) > timedelta(seconds=1)


def test_a_limit_of_the_day_leaves_the_rest_waiting(make_database):
    database = make_database(letters_per_day=2)
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 5)

    Lane(database, MemoryTransport(), "lane").run(Until(5))

    with database.transaction(writes=False) as session:
        found = sorted(states(session, mailing).values())
    assert found == ["accepted", "accepted", "queued", "queued", "queued"]
