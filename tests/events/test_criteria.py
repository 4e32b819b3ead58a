"""Choosing people by what they answered: for the reminder, and for news to who comes."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.recipients.choosing import chosen
from mailer.audiences.rules.criteria import parse_rule, rule_to_json
from mailer.directory.models import Mailbox
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Event
from mailer.events.parties import GuestName
from mailer.foundation.errors import BadInput
from tests.factories import a_mailbox, a_person, an_event, an_invitation, an_organisation


@pytest.fixture
def event(session: Session, now: datetime) -> Event:
    """A meeting with four invited organisations and one person, and one organisation that was not asked."""
    event = an_event(session)
    for name, answer in (("ja", Answer.YES), ("nee", Answer.NO), ("misschien", Answer.MAYBE), ("stil", None)):
        party = an_organisation(session, name, mailbox=f"{name}@example.org")
        invitation = an_invitation(session, event, party)
        if answer:
            record_answer(
                session,
                invitation,
                answer,
                guests=[GuestName("Samira")],
                answered_by="Samira",
                answered_at=now,
                door=Door.LINK,
            )
    an_invitation(session, event, a_person(session, "Marit", mailbox=a_mailbox(session, "marit@example.org")))
    an_organisation(session, "buiten", mailbox="buiten@example.org")
    return event


def reached(session: Session, rule: dict[str, Any], now: datetime) -> set[str]:
    ids = chosen(session, {"rule": rule, "reach": "everyone"}, now=now)
    return set(session.scalars(select(Mailbox.address).where(Mailbox.id.in_(ids))))


@pytest.mark.parametrize(
    ("said", "addresses"),
    [
        ("yes", {"ja@example.org"}),
        ("no", {"nee@example.org"}),
        ("none", {"misschien@example.org", "stil@example.org", "marit@example.org"}),
    ],
)
def test_the_condition_matches_who_answered_that(
    session: Session, event: Event, now: datetime, said: str, addresses: set[str]
) -> None:
    assert reached(session, {"answer": {"event": event.id, "is": said}}, now) == addresses


def test_none_of_an_answer_includes_who_was_not_asked(session: Session, event: Event, now: datetime) -> None:
    rule = {"none": [{"answer": {"event": event.id, "is": "yes"}}]}

    assert "buiten@example.org" in reached(session, rule, now)
    assert "ja@example.org" not in reached(session, rule, now)


def test_the_condition_reads_and_writes_the_same_json() -> None:
    rule = {"all": [{"answer": {"event": 7, "is": "none"}}]}

    assert rule_to_json(parse_rule(rule)) == rule


@pytest.mark.parametrize(
    "node",
    [
        {"answer": "yes"},
        {"answer": {"event": 1}},
        {"answer": {"event": "1", "is": "yes"}},
        {"answer": {"event": True, "is": "yes"}},
        {"answer": {"event": 1, "is": "maybe"}},
    ],
)
def test_what_is_no_answer_is_refused(node: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"De regel"):
        parse_rule(node)


def test_an_unknown_meeting_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(BadInput, match="Bijeenkomst 4711 bestaat niet"):
        reached(session, {"answer": {"event": 4711, "is": "yes"}}, now)
