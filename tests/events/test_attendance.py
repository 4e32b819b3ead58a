"""Choosing people by who was there: for the thanks afterwards, and for those who have not been yet."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.recipients.choosing import chosen
from mailer.audiences.rules.criteria import parse_rule, rule_to_json
from mailer.audiences.rules.saying import rule_sentence
from mailer.audiences.rules.understanding import understand
from mailer.directory.models import Mailbox
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Guest, GuestState
from mailer.events.parties import GuestName
from mailer.foundation.errors import BadInput
from tests.factories import a_person, an_event, an_invitation, an_organisation


def test_a_party_was_there_when_one_of_its_guests_was(session: Session, now: datetime) -> None:
    event = an_event(session)
    for name, state in (("was-er", GuestState.PRESENT), ("bleef-weg", GuestState.NO_SHOW)):
        invitation = an_invitation(session, event, an_organisation(session, name, mailbox=f"{name}@example.org"))
        record_answer(
            session,
            invitation,
            Answer.YES,
            guests=[GuestName("Samira")],
            answered_by="Samira",
            answered_at=now,
            door=Door.LINK,
        )
        guest = session.scalars(select(Guest).order_by(Guest.id.desc())).first()
        assert guest is not None
        guest.state = state
    guest.person_id = a_person(session, "Joost", mailbox="joost@example.org").id
    guest.state = GuestState.PRESENT
    session.flush()
    rule = {"attended": {"event": event.id}}

    ids = chosen(session, {"rule": rule}, now=now)

    found = set(session.scalars(select(Mailbox.address).where(Mailbox.id.in_(ids))))
    assert found == {"was-er@example.org", "bleef-weg@example.org", "joost@example.org"}
    guest.state = GuestState.NO_SHOW
    session.flush()
    found = set(session.scalars(select(Mailbox.address).where(Mailbox.id.in_(ids))))
    assert found == {"was-er@example.org"}
    assert rule_to_json(parse_rule(rule)) == rule
    assert rule_sentence(session, rule) == "Organisaties en mensen die erbij waren op Matchavond met fondsen."


@pytest.mark.parametrize("value", [3, {"event": "3"}, {"event": 3, "is": "yes"}, {"event": True}])
def test_a_bad_condition_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        parse_rule({"attended": value})


def test_a_meeting_that_does_not_exist_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="Bijeenkomst 99 bestaat niet"):
        understand(session, {"rule": {"attended": {"event": 99}}})
