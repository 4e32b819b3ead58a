"""The sweep takes up what nobody looks after: harmless before the gate, a doubt after it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from mailer.deliveries.claiming import claim
from mailer.deliveries.deciding import consider_arrived, send_again
from mailer.deliveries.handing_over import open_gates
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryEvent, DeliveryState
from mailer.deliveries.recovering import recover
from mailer.mailings.models import MailingState
from tests.deliveries.rows import a_mailing_being_sent, states


def test_a_dead_workers_letters_are_queued_before_the_gate_and_uncertain_after_it(session, now):
    mailing = a_mailing_being_sent(session, ["voor@x.example.org", "na@x.example.org"])
    claims = {session.get_one(Delivery, one.delivery_id).address: one for one in _claim(session, now)}
    assert open_gates(session, [claims["na@x.example.org"]], {}, now=now).open

    soon = recover(session, now=now + timedelta(seconds=59))
    later = recover(session, now=now + timedelta(seconds=61))

    assert (soon.total, later.requeued, later.uncertain) == (0, 1, 1)
    assert states(session, mailing) == {"voor@x.example.org": "queued", "na@x.example.org": "uncertain"}
    (attempt,) = session.scalars(select(DeliveryAttempt)).all()
    assert (attempt.phase, attempt.outcome, attempt.worker) == ("after_dot", "unclear", "a")


def test_a_deferred_letter_is_due_at_its_moment(session, now):
    mailing = a_mailing_being_sent(session, 1)
    delivery = session.query(Delivery).one()
    delivery.state, delivery.next_attempt_at = DeliveryState.DEFERRED, now + timedelta(minutes=15)
    session.flush()

    assert recover(session, now=now + timedelta(minutes=14)).due == 0
    assert recover(session, now=now + timedelta(minutes=15)).due == 1
    assert set(states(session, mailing).values()) == {"queued"}


def test_what_is_too_old_expires_unless_its_mailing_waits_for_a_person(session, now):
    sending = a_mailing_being_sent(session, ["een@x.example.org"])
    paused = a_mailing_being_sent(session, ["twee@x.example.org"], state=MailingState.PAUSED)
    for mailing in (sending, paused):
        mailing.expires_at = now
    session.flush()

    recover(session, now=now)

    assert states(session, sending) == {"een@x.example.org": "expired"}
    assert states(session, paused) == {"twee@x.example.org": "queued"}


def test_an_uncertain_letter_is_never_sent_again_by_itself(session, now):
    mailing = a_mailing_being_sent(session, 1)
    delivery = session.query(Delivery).one()
    delivery.state = DeliveryState.UNCERTAIN
    session.flush()

    for hours in (1, 24, 24 * 30):
        recover(session, now=now + timedelta(hours=hours))

    assert set(states(session, mailing).values()) == {"uncertain"}


def test_a_person_may_send_an_uncertain_letter_again_as_the_same_letter(session, now):
    mailing = a_mailing_being_sent(session, 1, state=MailingState.SENT)
    delivery = session.query(Delivery).one()
    delivery.state, message_id = DeliveryState.UNCERTAIN, delivery.message_id
    session.flush()

    send_again(session, delivery, by=None, now=now)

    assert (delivery.state, delivery.message_id) == (DeliveryState.QUEUED, message_id)
    assert mailing.state is MailingState.SENDING
    (event,) = session.scalars(select(DeliveryEvent)).all()
    assert (event.kind, event.details) == ("decided", {"to": "send-again"})


def test_a_person_may_consider_an_uncertain_letter_arrived(session, now):
    a_mailing_being_sent(session, 1, state=MailingState.SENT)
    delivery = session.query(Delivery).one()
    delivery.state = DeliveryState.UNCERTAIN
    session.flush()

    consider_arrived(session, delivery, by=None, now=now)

    assert delivery.state is DeliveryState.ACCEPTED


def _claim(session, now):
    return claim(session, worker="a", limit=10, now=now)
