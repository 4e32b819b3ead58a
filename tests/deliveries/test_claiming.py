"""A claim is a lease: taken once, given back, lost when it is not renewed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from mailer.deliveries.line import leasing
from mailer.deliveries.line.claiming import claim, release
from mailer.deliveries.line.recovering import recover
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.database import settings_of
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.subscriptions.leaving import leave
from tests.deliveries.rows import a_delivery, a_mailing_being_sent, states


def test_letters_are_claimed_once_in_order(session, now):
    a_mailing_being_sent(session, 5)

    first = claim(session, worker="a", limit=3, now=now)
    second = claim(session, worker="b", limit=3, now=now)

    assert [one.delivery_id for one in first] == sorted(one.delivery_id for one in first)
    assert (len(first), len(second)) == (3, 2)
    assert {one.delivery_id for one in first} & {one.delivery_id for one in second} == set()
    assert claim(session, worker="c", limit=3, now=now) == []


def test_nothing_is_claimed_of_a_mailing_that_waits(session, now):
    for state in MailingState:
        if state is not MailingState.SENDING:
            a_mailing_being_sent(session, [f"{state.value}@x.example.org"], state=state)

    assert claim(session, worker="a", limit=10, now=now) == []


def test_letters_about_meetings_go_before_newsletters(session, now):
    a_mailing_being_sent(session, ["nieuws@x.example.org"])
    invitation = a_mailing_being_sent(session, ["feest@x.example.org"], kind=MailingKind.INVITATION)

    (first,) = claim(session, worker="a", limit=10, now=now)

    assert first.mailing_id == invitation.id


def test_a_letter_is_not_claimed_before_its_moment(session, now):
    mailing = a_mailing_being_sent(session, ["later@x.example.org", "nu@x.example.org"])
    later = session.query(Delivery).filter_by(address="later@x.example.org").one()
    later.next_attempt_at, later.attempt = now + timedelta(minutes=1), 1
    session.flush()

    assert len(claim(session, worker="a", limit=10, now=now)) == 1
    assert states(session, mailing) == {"later@x.example.org": "queued", "nu@x.example.org": "claimed"}


def test_who_left_since_the_audience_was_frozen_is_cancelled_at_the_claim(session, now):
    mailing = a_mailing_being_sent(session, ["weg@x.example.org", "blijft@x.example.org"])
    gone = session.query(Delivery).filter_by(address="weg@x.example.org").one()
    leave(session, gone.mailbox, mailing.topic, door="leave-page", now=now)

    claims = claim(session, worker="a", limit=10, now=now)

    session.refresh(gone)
    assert len(claims) == 1
    assert (gone.state, gone.reason) == (DeliveryState.CANCELLED, "left")
    assert states(session, mailing) == {"weg@x.example.org": "cancelled", "blijft@x.example.org": "claimed"}


def test_released_letters_wait_again_and_count_no_handover(session, now):
    mailing = a_mailing_being_sent(session, 2)
    claims = claim(session, worker="a", limit=10, now=now)

    release(session, claims, again_at=now)

    assert set(states(session, mailing).values()) == {"queued"}
    again = claim(session, worker="b", limit=10, now=now)
    assert [one.attempt for one in again] == [2, 2]


def test_a_worker_that_lost_its_lease_cannot_release_what_another_holds(session, now):
    mailing = a_mailing_being_sent(session, 1)
    lost = claim(session, worker="a", limit=1, now=now)
    later = now + timedelta(hours=1)
    recover(session, now=later)
    claim(session, worker="b", limit=1, now=later)

    release(session, lost, again_at=later)

    assert set(states(session, mailing).values()) == {"claimed"}


def test_a_renewed_lease_holds_and_one_that_ran_out_is_not_revived(session, now):
    mailing = a_mailing_being_sent(session, 1)
    lease = timedelta(seconds=settings_of(session).lease_seconds)
    second = timedelta(seconds=1)
    claim(session, worker="host:1:x", limit=1, now=now)

    renewed = now + lease - second
    assert leasing.renew(session, "host:1:x", now=renewed)
    recover(session, now=renewed + lease - second)
    assert set(states(session, mailing).values()) == {"claimed"}

    assert not leasing.renew(session, "host:1:x", now=renewed + lease + second)
    recover(session, now=renewed + lease + 2 * second)
    assert set(states(session, mailing).values()) == {"queued"}


def test_a_mailbox_that_was_erased_gets_nothing(session, now):
    mailing = a_mailing_being_sent(session, 1)
    erased = a_delivery(session, mailing, "gewist@x.example.org")
    erased.mailbox_id = None
    session.flush()

    claims = claim(session, worker="a", limit=10, now=now)

    session.refresh(erased)
    assert len(claims) == 1
    assert (erased.state, erased.reason) == (DeliveryState.CANCELLED, "erased")


def test_a_letter_given_back_for_later_is_not_claimed_before_that(session, now):
    a_mailing_being_sent(session, 1)
    release(session, claim(session, worker="a", limit=1, now=now), again_at=now + timedelta(seconds=5))

    assert claim(session, worker="a", limit=1, now=now + timedelta(seconds=4)) == []
    assert len(claim(session, worker="a", limit=1, now=now + timedelta(seconds=5))) == 1


def test_letters_that_wait_for_a_moment_go_before_those_never_tried(session, now):
    a_mailing_being_sent(session, 4)
    first = claim(session, worker="a", limit=2, now=now)
    release(session, first[:1], again_at=now)

    again = claim(session, worker="b", limit=2, now=now)

    assert first[0].delivery_id in [one.delivery_id for one in again]
    assert first[1].delivery_id not in [one.delivery_id for one in again]


def test_a_queued_letter_that_nobody_would_find_is_refused_by_the_database(session, now):
    a_mailing_being_sent(session, 1)
    delivery = session.query(Delivery).one()
    delivery.attempt = 1

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_batch_is_claimed_in_the_same_number_of_statements_however_large(database, now):
    def counted(letters: int) -> int:
        with database.transaction() as session:
            a_mailing_being_sent(session, [f"n{letters}.{number}@x.example.org" for number in range(letters)])
        statements: list[str] = []
        with database.transaction() as session:
            listen = lambda *arguments: statements.append(arguments[2])  # noqa: E731
            event.listen(database.engine, "before_cursor_execute", listen)
            assert len(claim(session, worker=f"w{letters}", limit=letters, now=now)) == letters
            event.remove(database.engine, "before_cursor_execute", listen)
            session.query(Mailing).update({"state": MailingState.SENT})
        return len(statements)

    assert counted(2) == counted(30)
