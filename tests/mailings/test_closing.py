"""What is over reads as over in a letter on the web; the letter that was sent stays as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.events.models import Event, EventState
from mailer.mailings.models import Mailing
from mailer.mailings.published.polling import closes_at, find_poll
from mailer.mailings.published.webletters import for_everybody
from tests.factories import an_event
from tests.mailings.test_rendering import IN_DECEMBER, a_matchavond, words_of
from tests.mailings.test_variants import check
from tests.mailings.test_webletters import a_sent_mailing

CALL = {
    "type": "call",
    "text": "Wie heeft een keuken?",
    "until": "22-1-2027",
    "contact": "Gloria, 010-0000 100",
    "label": "Bied je keuken aan",
    "url": "https://keuken.example.org/",
    "variants": {"en": {"words": {"text": "Who has a kitchen?", "label": "Offer your kitchen"}}},
}
POLL = {"type": "poll", "text": "Waar eten we?", "answer_1": "Binnen", "answer_2": "Buiten", "until": "22-1-2027"}
# The last minute of 22 January in the Netherlands, and the next.
OPEN_STILL, CLOSED = datetime(2027, 1, 22, 22, 58, tzinfo=UTC), datetime(2027, 1, 22, 22, 59, tzinfo=UTC)


def shown(session: Session, mailing: Mailing, at: datetime) -> str:
    return words_of(for_everybody(session, mailing, now=at) or "")


def test_a_call_that_is_over_asks_for_nothing_any_more_in_any_language(session: Session) -> None:
    mailing = a_sent_mailing(session, CALL)

    before, after = shown(session, mailing, OPEN_STILL), shown(session, mailing, CLOSED)

    asked = ("Reageren kan tot en met vrijdag 22 januari", "Bied je keuken aan", "Gloria", "Offer your kitchen")
    assert all(words in before for words in asked)
    assert not any(words in after for words in asked)
    assert "Wie heeft een keuken?" in after
    assert "Who has a kitchen?" in after
    assert "Reageren kan niet meer." in after
    assert "Reageren kan niet meer." not in before


def test_a_poll_that_is_over_shows_its_question_and_that_it_is_closed(session: Session) -> None:
    mailing = a_sent_mailing(session, POLL)

    before, after = shown(session, mailing, OPEN_STILL), shown(session, mailing, CLOSED)

    assert "Binnen Buiten Stemmen kan tot en met vrijdag 22 januari 2027." in before
    assert "De peiling is gesloten." not in before
    assert "Waar eten we? De peiling is gesloten." in after
    assert "Binnen" not in after


def test_a_call_without_a_day_stays_open(session: Session) -> None:
    mailing = a_sent_mailing(session, {**CALL, "until": ""})

    later = shown(session, mailing, datetime(2037, 1, 1, tzinfo=UTC))

    assert all(words in later for words in ("Bied je keuken aan", "Gloria"))


def test_a_poll_without_a_day_closes_in_the_letter_when_its_page_does(session: Session) -> None:
    words = {"words": {"text": "Where do we eat?", "answer_1": "Inside", "answer_2": "Outside"}}
    mailing = a_sent_mailing(session, {**POLL, "until": "", "variants": {"en": words}})
    [block] = mailing.blocks
    poll = find_poll(session, block.id)
    assert poll is not None
    end = closes_at(session, block.id, poll)

    before, after = shown(session, mailing, end - timedelta(minutes=1)), shown(session, mailing, end)

    assert all(words in before for words in ("Binnen", "Buiten", "Inside", "Outside"))
    assert "De peiling is gesloten." not in before
    assert "Waar eten we? De peiling is gesloten." in after
    assert not any(words in after for words in ("Binnen", "Buiten", "Inside", "Outside"))


@pytest.mark.parametrize(
    ("happened", "sentence"),
    [
        ({}, ""),
        ({"rsvp_closes_at": datetime(2027, 1, 2, tzinfo=UTC)}, "Aanmelden kan niet meer."),
        (
            {"ends_at": datetime(2027, 1, 4, tzinfo=UTC), "starts_at": datetime(2027, 1, 3, tzinfo=UTC)},
            "Deze bijeenkomst is geweest.",
        ),
        ({"state": EventState.CANCELLED, "cancelled_because": "<Ziek>."}, "Deze bijeenkomst gaat niet door. <Ziek>."),
    ],
)
@pytest.mark.parametrize("kind", ["agenda", "event"])
def test_a_meeting_is_invited_to_as_it_is_now(
    session: Session, kind: str, happened: dict[str, object], sentence: str
) -> None:
    event = a_matchavond(session)
    mailing = a_sent_mailing(session, {"type": kind, **({"event": event.id} if kind == "event" else {})})
    frozen = shown(session, mailing, IN_DECEMBER)
    assert "Laat weten of jullie komen" in frozen

    for name, value in happened.items():
        setattr(event, name, value)
    session.flush()
    later = shown(session, mailing, datetime(2027, 1, 5, tzinfo=UTC))

    assert ("Laat weten of jullie komen" in later) is not bool(sentence)
    assert sentence in later
    assert event.title in later


def test_a_meeting_that_is_gone_is_not_invited_to(session: Session) -> None:
    event = an_event(session)
    mailing = a_sent_mailing(session, {"type": "agenda"})
    session.delete(event)
    session.flush()
    assert session.get(Event, event.id) is None

    assert "Aanmelden kan niet meer." in shown(session, mailing, IN_DECEMBER)


def test_the_archive_offers_no_button_that_answers_for_somebody_else(session: Session) -> None:
    event = a_matchavond(session)
    mailing = a_sent_mailing(session, {"type": "event", "event": event.id}, {"type": "agenda"}, event=event.id)

    archived = shown(session, mailing, IN_DECEMBER)

    assert event.title in archived
    assert not any(words in archived for words in ("Ja, we komen", "Nee, we komen niet", "Je antwoord staat pas vast"))
    assert "Laat weten of jullie komen" not in archived


def test_the_check_stops_a_poll_that_closes_before_it_is_sent(session: Session) -> None:
    stops = [one.sentence for one in check(session, {**POLL, "until": "1-12-2026"}).stops if one.code == "over"]

    assert stops == ["De peiling is dan al gesloten: stemmen kan tot en met dinsdag 1 december 2026."]
