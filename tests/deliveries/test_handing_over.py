"""The gate writes down that a letter may have gone; only certainty that it did not undoes that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer.deliveries.claiming import claim
from mailer.deliveries.handing_over import pass_gate, take_back
from mailer.deliveries.holding import finish, stop
from mailer.deliveries.models import Delivery
from mailer.deliveries.recovering import recover
from mailer.mailings.models import MailingState
from tests.deliveries.rows import a_mailing_being_sent, states


@pytest.fixture
def handed_over(session, now):
    mailing = a_mailing_being_sent(session, 1)
    (claimed,) = claim(session, worker="a", limit=1, now=now)
    assert pass_gate(session, claimed, None, now=now).is_open
    return mailing, claimed


def test_a_gate_opens_once(session, now, handed_over):
    mailing, claimed = handed_over

    assert not pass_gate(session, claimed, None, now=now).is_open
    assert set(states(session, mailing).values()) == {"handing_over"}
    assert session.query(Delivery).one().handovers == 1


def test_a_gate_does_not_open_after_the_lease(session, now):
    mailing = a_mailing_being_sent(session, 1)
    (claimed,) = claim(session, worker="a", limit=1, now=now)

    assert not pass_gate(session, claimed, None, now=now + timedelta(seconds=60)).is_open
    assert set(states(session, mailing).values()) == {"claimed"}


def test_a_dot_that_stayed_here_makes_the_letter_wait_again(session, now, handed_over):
    mailing, claimed = handed_over

    take_back(session, claimed, now=now)

    assert set(states(session, mailing).values()) == {"queued"}
    session.expire_all()
    assert session.query(Delivery).one().handovers == 0


def test_a_mailing_closed_meanwhile_opens_again_for_a_letter_that_stayed_here(session, now, handed_over):
    mailing, claimed = handed_over
    recover(session, now=now + timedelta(hours=1))
    assert finish(session, now=now) == [mailing.id]

    take_back(session, claimed, now=now)

    assert set(states(session, mailing).values()) == {"queued"}
    assert mailing.state is MailingState.SENDING


def test_after_a_stop_a_letter_that_stayed_here_is_cancelled(session, now, handed_over):
    mailing, claimed = handed_over
    stop(session, mailing, now=now)

    take_back(session, claimed, now=now)

    assert set(states(session, mailing).values()) == {"cancelled"}


def test_a_letter_that_another_took_up_is_not_taken_back(session, now, handed_over):
    mailing, claimed = handed_over
    session.query(Delivery).one().attempt += 1
    session.flush()

    take_back(session, claimed, now=now)

    assert set(states(session, mailing).values()) == {"handing_over"}
