"""The draft of an invitation, made of the meeting."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.drafts.inviting import draft_invitation, draft_reminder
from tests.factories import a_topic, an_event

EVERYBODY = {"rule": {"all": []}, "reach": "one_per_organisation"}


def test_the_draft_says_what_when_and_where_and_asks_for_an_answer(session: Session, now: datetime) -> None:
    a_topic(session, "nieuwsbrief")
    topic = a_topic(session, "uitnodigingen")
    event = an_event(
        session,
        description="Praat met <tien> fondsen.\nNeem je plan mee.",
        venue_name="Buurthuis De Stoep",
        capacity=60,
        per_organisation=1,
        rsvp_closes_at=datetime(2027, 1, 11, 11, 0, tzinfo=now.tzinfo),
    )

    mailing = draft_invitation(session, event, EVERYBODY, by=None, now=now)

    assert (mailing.topic, mailing.event, mailing.audience) == (topic, event, EVERYBODY)
    assert mailing.subject == "Kom je ook? Matchavond met fondsen, do 14 jan"
    assert mailing.preheader == "Laat voor maandag 11 januari 2027, 12.00 uur weten of jullie komen."
    letter = compile_letter(session, mailing, now=now)
    room = "Er is plek voor 60\N{NO-BREAK SPACE}mensen, 1\N{NO-BREAK SPACE}persoon per organisatie."
    for words in ("Praat met <tien> fondsen.", "Buurthuis De Stoep", room, "Neem je plan mee.", "[[link.rsvp_yes]]"):
        assert letter.text.count(words) == 1


def test_a_draft_can_be_made_before_there_is_a_topic(session: Session, now: datetime) -> None:
    event = an_event(session, starts_at=now + timedelta(days=3))

    mailing = draft_invitation(session, event, EVERYBODY, by=None, now=now)

    assert mailing.topic is None
    assert mailing.preheader == "Laat weten of jullie komen."


def test_a_reminder_goes_to_who_has_not_answered(session: Session, now: datetime) -> None:
    a_topic(session, "uitnodigingen")
    event = an_event(session)

    mailing = draft_reminder(session, event, by=None, now=now)

    assert mailing.subject == "Komen jullie? Matchavond met fondsen, do 14 jan"
    assert mailing.audience == {
        "rule": {"answer": {"event": event.id, "is": "none"}},
        "reach": "one_per_organisation",
    }
    assert "We hebben nog niets van jullie gehoord." in compile_letter(session, mailing, now=now).text
