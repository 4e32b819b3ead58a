"""Staff gives a place that came free, and the list stays honest."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Event, GuestState, Invitation, Rsvp
from mailer.events.parties import GuestName
from mailer.events.waiting import give_places
from mailer.foundation.errors import BadInput
from mailer.foundation.outbox import OwedLetter
from tests.factories import a_mailbox, an_event, an_invitation, an_organisation


def says(session: Session, invitation: Invitation, answer: Answer, *names: str, at: datetime) -> Rsvp:
    record_answer(
        session,
        invitation,
        answer,
        guests=[GuestName(name) for name in names],
        answered_by="Samira",
        answered_at=at,
        door=Door.LINK,
    )
    assert invitation.rsvp is not None
    return invitation.rsvp


def a_meeting_with_a_queue(session: Session, now: datetime) -> tuple[Event, Rsvp, Rsvp]:
    event = an_event(session, capacity=2)
    full = says(session, an_invitation(session, event), Answer.YES, "Noor", "Ömer", at=now)
    party = an_organisation(session, "De Voeg")
    waits = an_invitation(session, event, party, through=[a_mailbox(session, "info@devoeg.example.org")])
    return event, full, says(session, waits, Answer.YES, "Gloria", at=now)


def test_a_place_that_came_free_is_given_and_told(session: Session, now: datetime) -> None:
    _event, full, waiting = a_meeting_with_a_queue(session, now)
    says(session, full.invitation, Answer.YES, "Noor", at=now + timedelta(hours=1))

    give_places(session, waiting, by=None, now=now + timedelta(hours=2))

    assert [guest.state for guest in waiting.guests] == [GuestState.GOING]
    letters = session.execute(select(OwedLetter.letter, OwedLetter.address).order_by(OwedLetter.id)).all()
    assert letters[-1] == ("rsvp-confirmed", "info@devoeg.example.org")


def test_a_place_that_is_not_free_is_not_given(session: Session, now: datetime) -> None:
    _event, _full, waiting = a_meeting_with_a_queue(session, now)

    with pytest.raises(BadInput) as problem:
        give_places(session, waiting, by=None, now=now)

    assert problem.value.sentence == "Er zijn 0 plekken vrij. Voor De Voeg zijn er 1 nodig."
    assert [guest.state for guest in waiting.guests] == [GuestState.WAITING]


def test_who_no_longer_waits_gets_no_place(session: Session, now: datetime) -> None:
    _event, _full, waiting = a_meeting_with_a_queue(session, now)
    says(session, waiting.invitation, Answer.NO, at=now + timedelta(hours=1))

    with pytest.raises(BadInput, match="De Voeg staat niet meer op de wachtlijst"):
        give_places(session, waiting, by=None, now=now + timedelta(hours=2))
