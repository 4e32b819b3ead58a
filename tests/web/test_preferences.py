"""Choosing what one gets."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from mailer.directory.models import Mailbox
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.subscriptions.models import Consent, Subscription, SubscriptionState
from mailer.subscriptions.queries import standing
from tests.factories import a_mailbox, a_neighbourhood, a_theme, a_topic
from tests.web.letters import a_letter
from tests.web.visitor import Visitor

HOST = "https://tegelpost.example.org"


@pytest.fixture
def path(database: Database) -> str:
    with database.transaction() as session:
        a_topic(session, "uitnodigingen")
        a_topic(session, "oproepen")
        a_theme(session, "groen")
        a_theme(session, "sport")
        a_neighbourhood(session, "spangen")
        letter = a_letter(session, a_mailbox(session, "samira@devoeg.example.org"))
        link = database.settings.links.preferences(letter.id)
    return link.removeprefix(HOST)


def received(database: Database) -> list[str]:
    with database.transaction(writes=False) as session:
        mailbox = session.scalars(select(Mailbox)).one()
        return sorted(
            each.topic.slug for each in standing(session, mailbox, now=clock.now()).topics if each.refusal is None
        )


def pauses(database: Database) -> dict[str, date | None]:
    with database.transaction(writes=False) as session:
        paused = session.scalars(select(Subscription).where(Subscription.state == SubscriptionState.PAUSED))
        return {one.topic.slug: one.paused_until for one in paused}


def test_the_page_shows_what_is_so(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text

    assert page.count(" checked") == 4
    assert "sa…@devoeg.example.org" in page


def test_the_neighbourhood_onbekend_is_offered_only_to_who_has_it(
    database: Database, visitor: Visitor, path: str
) -> None:
    with database.transaction() as session:
        a_neighbourhood(session, "onbekend")

    before = visitor.get(path).text
    visitor.post(path, {"topic": "oproepen", "neighbourhood": "onbekend"})

    assert ('value="spangen"' in before, 'value="onbekend"' in before) == (True, False)
    assert 'value="onbekend"' in visitor.get(path).text


def test_only_what_is_ticked_comes_from_now_on(database: Database, visitor: Visitor, path: str) -> None:
    answer = visitor.post(path, {"topic": ["uitnodigingen"], "theme": ["groen"], "neighbourhood": ["spangen"]})

    assert answer.status_code == 303
    assert received(database) == ["uitnodigingen"]
    with database.transaction(writes=False) as session:
        choice = standing(session, session.scalars(select(Mailbox)).one(), now=clock.now())
        assert [theme.slug for theme in choice.themes] == ["groen"]
        assert [one.slug for one in choice.neighbourhoods] == ["spangen"]
    assert "Bewaard." in visitor.get(answer.location).text


def test_a_pause_ends_by_itself_on_the_day_that_was_typed(database: Database, visitor: Visitor, path: str) -> None:
    visitor.post(path, {"topic": ["nieuwsbrief"], "paused_until": "1-9-2099"})

    with database.transaction(writes=False) as session:
        paused = session.scalars(select(Subscription).where(Subscription.state == SubscriptionState.PAUSED)).one()
        assert (paused.topic.slug, paused.paused_until) == ("nieuwsbrief", date(2099, 9, 1))
    assert 'value="1-9-2099"' in visitor.get(path).text


@pytest.mark.parametrize(
    ("chosen", "day"), [("maand", "2027-02-28"), ("kwartaal", "2027-04-30"), ("zomer", "2027-09-01")]
)
def test_a_usual_pause_needs_no_typing(database: Database, visitor: Visitor, path: str, chosen: str, day: str) -> None:
    with time_machine.travel(datetime(2027, 1, 31, 12, tzinfo=UTC), tick=False):
        page = visitor.get(path).text
        visitor.post(path, {"topic": ["nieuwsbrief"], "pause": chosen, "paused_until": ""})

    assert 'value="geen" checked' in page
    assert "Vanaf woensdag 1 september 2027 weer." in page
    assert pauses(database) == {"nieuwsbrief": date.fromisoformat(day)}


def test_a_pause_ends_when_one_says_so_although_its_day_stands_there_still(
    database: Database, visitor: Visitor, path: str
) -> None:
    visitor.post(path, {"topic": ["nieuwsbrief"], "pause": "geen", "paused_until": "1-9-2099"})
    typed = pauses(database)
    page = visitor.get(path).text

    visitor.post(path, {"topic": ["nieuwsbrief"], "pause": "geen", "paused_until": "1-9-2099"})

    assert typed == {"nieuwsbrief": date(2099, 9, 1)}
    assert 'value="geen" checked' not in page
    assert "Je krijgt nu geen mail, tot dinsdag 1 september 2099." in page
    assert pauses(database) == {}


def test_a_day_that_was_is_refused_and_nothing_is_lost(database: Database, visitor: Visitor, path: str) -> None:
    answer = visitor.post(path, {"topic": ["oproepen"], "paused_until": "1-9-2020"})

    assert answer.status_code == 422
    assert 'value="1-9-2020"' in answer.text
    assert received(database) == ["nieuwsbrief", "oproepen", "uitnodigingen"]


def test_who_comes_back_gives_consent_with_the_words_that_were_shown(
    database: Database, visitor: Visitor, path: str
) -> None:
    visitor.post(path, {"topic": []})
    visitor.post(path, {"topic": ["nieuwsbrief"]})

    assert received(database) == ["nieuwsbrief"]
    with database.transaction(writes=False) as session:
        proof = session.scalars(select(Consent).where(Consent.source == "preferences")).one()
        assert "Aangevinkt: Nieuwsbrief." in proof.wording


def test_looking_changes_nothing(database: Database, visitor: Visitor, path: str) -> None:
    visitor.get(path)

    with database.transaction(writes=False) as session:
        assert session.scalars(select(Subscription)).all() == []
