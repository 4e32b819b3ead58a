"""The gate writes down that letters may have gone; only certainty that they did not undoes that."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from mailer.deliveries.asking import GateQuestion, purpose_of
from mailer.deliveries.holding import finish, pause, stop
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.line.handing_over import open_gates, take_back
from mailer.deliveries.line.recording import Result, record
from mailer.deliveries.line.recovering import recover
from mailer.deliveries.models import Delivery
from mailer.foundation.database import database_moment
from mailer.mailings.models import Mailing, MailingState
from mailer.subscriptions.leaving import leave
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent, states


def gates(session, claims, now, *, asking: bool = False):
    questions = {}
    if asking:
        mailing_ids = {one.mailing_id for one in claims}
        questions = {one: GateQuestion(purpose_of(session, session.get_one(Mailing, one))) for one in mailing_ids}
    return open_gates(session, claims, questions, now=now)


@pytest.fixture
def handed_over(session, now):
    mailing = a_mailing_being_sent(session, 1)
    (claimed,) = claim(session, worker="a", limit=1, now=now)
    assert gates(session, [claimed], now).open == [claimed]
    return mailing, claimed


def test_a_gate_opens_once(session, now, handed_over):
    mailing, claimed = handed_over

    assert gates(session, [claimed], now).open == []
    assert set(states(session, mailing).values()) == {"handing_over"}
    assert session.query(Delivery).one().handovers == 1


def test_a_gate_does_not_open_after_the_lease(session, now):
    mailing = a_mailing_being_sent(session, 1)
    claims = claim(session, worker="a", limit=1, now=now)

    late = gates(session, claims, now + timedelta(seconds=60))

    assert (late.has_lease, list(late.open)) == (False, [])
    assert set(states(session, mailing).values()) == {"claimed"}


def test_one_closed_gate_closes_no_other(session, now):
    mailing = a_mailing_being_sent(session, ["a@x.example.org", "b@x.example.org", "c@x.example.org"])
    claims = claim(session, worker="a", limit=3, now=now)
    taken = session.query(Delivery).filter_by(address="a@x.example.org").one()
    taken.attempt = 7
    left = session.query(Delivery).filter_by(address="b@x.example.org").one()
    leave(session, left.mailbox, mailing.topic, door="leave-page", now=now)

    opened = gates(session, claims, now, asking=True)

    assert [one.address for one in opened.open] == ["c@x.example.org"]
    session.refresh(left)
    assert left.reason == "left"
    assert states(session, mailing) == {
        "a@x.example.org": "claimed",
        "b@x.example.org": "cancelled",
        "c@x.example.org": "handing_over",
    }


@pytest.mark.parametrize(("verb", "rest"), [(stop, "cancelled"), (pause, "queued")])
def test_no_gate_opens_after_a_stop_or_a_pause(session, now, verb, rest):
    mailing = a_mailing_being_sent(session, 2)
    claims = claim(session, worker="a", limit=2, now=now)
    verb(session, mailing, now=now)

    assert gates(session, claims, now).open == []
    assert set(states(session, mailing).values()) == {rest}


def test_who_must_wait_for_a_limit_stays_claimed_and_hears_how_long(make_database, now):
    database = make_database(letters_per_minute=2)
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 3)
        claims = claim(session, worker="a", limit=3, now=now)

        opened = gates(session, claims, now)

        assert [one.delivery_id for one in opened.open] == [one.delivery_id for one in claims[:2]]
        assert {one.delivery_id: seconds > 50 for one, seconds in opened.waits.items()} == {claims[2].delivery_id: True}
        assert sorted(states(session, mailing).values()) == ["claimed", "handing_over", "handing_over"]


def test_a_window_is_gated_in_the_same_number_of_statements_however_large(database, now):
    def counted(letters: int) -> int:
        with database.transaction() as session:
            a_mailing_being_sent(session, [f"n{letters}.{number}@x.example.org" for number in range(letters)])
            claims = claim(session, worker=f"w{letters}", limit=letters, now=now)
        statements: list[str] = []
        with database.transaction() as session:
            listen = lambda *arguments: statements.append(arguments[2])  # noqa: E731
            event.listen(database.engine, "before_cursor_execute", listen)
            assert len(gates(session, claims, now, asking=True).open) == letters
            event.remove(database.engine, "before_cursor_execute", listen)
        return len(statements)

    assert counted(2) == counted(30)


def test_a_leave_that_the_gate_had_to_wait_for_is_respected(database, now):
    """On PostgreSQL the gate waits for who is leaving, and must then see that; SQLite has one writer at a time."""
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, ["weg@x.example.org"])
        now = database_moment(session)
        claims = claim(session, worker="a", limit=1, now=now)
    is_leaving, opened = threading.Event(), []

    def leaves() -> None:
        with database.transaction() as session:
            mailbox = session.get_one(Delivery, claims[0].delivery_id).mailbox
            leave(session, mailbox, mailing.topic, door="one-click", now=now)
            is_leaving.set()
            time.sleep(0.3)

    def comes_to_its_gate() -> None:
        is_leaving.wait(10)
        with database.transaction() as session:
            opened.extend(gates(session, claims, now, asking=True).open)

    both = [threading.Thread(target=each) for each in (leaves, comes_to_its_gate)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    with database.transaction(writes=False) as session:
        assert states(session, mailing) == {"weg@x.example.org": "cancelled"}
    assert opened == []


def test_a_dot_that_stayed_here_makes_the_letter_wait_again(session, now, handed_over):
    mailing, claimed = handed_over

    take_back(session, [claimed], now=now)

    assert set(states(session, mailing).values()) == {"queued"}
    session.expire_all()
    assert session.query(Delivery).one().handovers == 0


def test_a_mailing_closed_meanwhile_opens_again_for_a_letter_that_stayed_here(session, now, handed_over):
    mailing, claimed = handed_over
    recover(session, now=now + timedelta(hours=1))
    assert finish(session, now=now) == [mailing.id]

    take_back(session, [claimed], now=now)

    session.refresh(mailing)
    assert set(states(session, mailing).values()) == {"queued"}
    assert mailing.state is MailingState.SENDING


def test_after_a_stop_a_letter_that_stayed_here_is_cancelled(session, now, handed_over):
    mailing, claimed = handed_over
    stop(session, mailing, now=now)

    take_back(session, [claimed], now=now)

    assert set(states(session, mailing).values()) == {"cancelled"}
    assert session.scalars(select(Delivery.reason)).all() == ["stopped"]


RELAY_IS_AWAY = judge(Phase.CONNECT, Reply(0, "no connection became free in time"))


def test_a_mailing_closed_meanwhile_opens_again_when_a_late_worker_tells_that_its_letter_never_left(
    session, now, handed_over
):
    """It woke past its lease: the sweep had doubted the letter and closed the mailing, so it waited for ever."""
    mailing, claimed = handed_over
    recover(session, now=now + timedelta(hours=1))
    assert finish(session, now=now) == [mailing.id]

    record(session, [Result(claimed, RELAY_IS_AWAY)], now=now)

    session.refresh(mailing)
    assert set(states(session, mailing).values()) == {"queued"}
    assert mailing.state is MailingState.SENDING


def test_after_a_stop_a_letter_that_never_left_is_cancelled_however_late_that_is_told(session, now, handed_over):
    mailing, claimed = handed_over
    stop(session, mailing, now=now)

    record(session, [Result(claimed, RELAY_IS_AWAY)], now=now)

    assert set(states(session, mailing).values()) == {"cancelled"}


def test_a_letter_that_another_took_up_is_not_taken_back(session, now, handed_over):
    mailing, claimed = handed_over
    session.query(Delivery).one().attempt += 1
    session.flush()

    take_back(session, [claimed], now=now)

    assert set(states(session, mailing).values()) == {"handing_over"}
