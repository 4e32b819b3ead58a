"""Choosing what one gets."""

from __future__ import annotations

from datetime import date

import pytest
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


def test_the_page_shows_what_is_so(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text

    assert page.count(" checked") == 3
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
