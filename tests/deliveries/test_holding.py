"""Pause, resume, stop, hold: what waits keeps its letters, and what had gone stays gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from mailer.deliveries.holding import (
    finish,
    hold,
    lock,
    pause,
    perhaps_at_rest,
    resume,
    say_relay_trouble,
    stop,
)
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.models import Delivery, DeliveryState, MailingProgress
from mailer.deliveries.queries import figures
from mailer.foundation.errors import Conflict
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent, states


def settle(session, address: str, state: DeliveryState) -> None:
    session.query(Delivery).filter_by(address=address).one().state = state
    session.flush()


def test_a_mailing_may_be_at_rest_however_far_others_came(session, now):
    """The question spoke of every mailing at once: PostgreSQL refused it, and SQLite looked at any of them."""
    waiting = a_mailing_being_sent(session, ["nieuw@devoeg.example.org"])
    for address in ("eerder@devoeg.example.org", "eerst@devoeg.example.org"):
        earlier = a_mailing_being_sent(session, [address])
        settle(session, address, DeliveryState.ACCEPTED)
        session.add(MailingProgress(mailing_id=earlier.id, claimed_to=1_000_000))
    session.flush()

    assert waiting.id not in perhaps_at_rest(session)
    assert waiting.id not in finish(session, now=now)


def test_who_locks_a_mailing_sees_what_others_did_while_it_waited(session, now):
    """Two workers prepared one mailing: the second went on with what it had read before the lock."""
    mailing = a_mailing_being_sent(session, state=MailingState.PREPARING)
    prepared = update(Mailing).where(Mailing.id == mailing.id).values(state=MailingState.SENDING)
    session.execute(prepared, execution_options={"synchronize_session": False})

    lock(session, mailing)

    assert mailing.state is MailingState.SENDING


def test_a_stop_cancels_what_had_not_gone_and_leaves_the_rest(session, now):
    mailing = a_mailing_being_sent(session, [f"{name}@x.example.org" for name in ("weg", "later", "bezig", "klaar")])
    settle(session, "weg@x.example.org", DeliveryState.ACCEPTED)
    settle(session, "later@x.example.org", DeliveryState.DEFERRED)
    settle(session, "bezig@x.example.org", DeliveryState.HANDING_OVER)

    stop(session, mailing, now=now)

    assert states(session, mailing) == {
        "weg@x.example.org": "accepted",
        "later@x.example.org": "cancelled",
        "bezig@x.example.org": "handing_over",
        "klaar@x.example.org": "cancelled",
    }
    assert mailing.state is MailingState.CANCELLED
    assert figures(session, mailing.id).planned == 4


def test_a_paused_mailing_goes_on_where_it_was(session, now):
    mailing = a_mailing_being_sent(session, 2)

    pause(session, mailing, now=now)
    assert claim(session, worker="a", limit=5, now=now) == []

    resume(session, mailing, now=now)
    assert len(claim(session, worker="a", limit=5, now=now)) == 2


@pytest.mark.parametrize("state", [MailingState.DRAFT, MailingState.SENT, MailingState.CANCELLED])
def test_what_is_not_being_sent_cannot_be_paused_resumed_or_stopped(session, now, state):
    mailing = a_mailing_being_sent(session, 1, state=state)

    for verb in (pause, resume, stop):
        with pytest.raises(Conflict):
            verb(session, mailing, now=now)
    assert mailing.state is state


def test_a_held_mailing_says_why_and_is_never_sent(session, now):
    mailing = a_mailing_being_sent(session, 2)

    hold(session, mailing, because="De mailserver is niet te bereiken.", until=None, now=now)
    finish(session, now=now)

    assert (mailing.state, mailing.held_because) == (MailingState.HELD, "De mailserver is niet te bereiken.")
    assert set(states(session, mailing).values()) == {"queued"}


def test_holding_does_not_undo_a_stop(session, now):
    mailing = a_mailing_being_sent(session, 2)
    stop(session, mailing, now=now)

    hold(session, mailing, because="te laat", until=now, now=now)

    assert mailing.state is MailingState.CANCELLED


def test_a_mailing_is_sent_when_every_letter_is_at_rest_and_not_before(session, now):
    mailing = a_mailing_being_sent(session, 3)
    other = a_mailing_being_sent(session, ["ander@x.example.org"])
    addresses = list(states(session, mailing))
    for address, state in zip(addresses, (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN), strict=False):
        settle(session, address, state)

    assert finish(session, now=now) == []

    settle(session, addresses[2], DeliveryState.REJECTED)
    assert finish(session, now=now) == [mailing.id]
    session.refresh(mailing)
    session.refresh(other)
    assert (mailing.state, mailing.finished_at) == (MailingState.SENT, now)
    assert other.state is MailingState.SENDING


def test_a_newsletter_that_waited_gets_its_hours_again_and_an_invitation_does_not(session, now):
    letter = a_mailing_being_sent(session, 1)
    invitation = a_mailing_being_sent(session, ["x@x.example.org"], kind=MailingKind.INVITATION)
    for mailing in (letter, invitation):
        mailing.expires_at = now + timedelta(hours=1)
        pause(session, mailing, now=now)

    later = now + timedelta(days=3)
    resume(session, letter, now=later)
    resume(session, invitation, now=later)

    assert letter.expires_at == later + timedelta(hours=48)
    assert invitation.expires_at == now + timedelta(hours=1)


def test_the_sentences_staff_reads(now):
    refused = judge(Phase.CONNECT, Reply(0, "Connection refused"))
    rejected = judge(Phase.MAIL, Reply(550, "5.7.1 not you"))

    assert say_relay_trouble(refused, until=now) == (
        "De mailserver is niet te bereiken (Connection refused). "
        "Er is niets verloren. We proberen het om 19.30 uur opnieuw."
    )
    assert say_relay_trouble(rejected, until=now).startswith(
        "De mailserver neemt geen post van ons aan (550 5.7.1 not you)."
    )
