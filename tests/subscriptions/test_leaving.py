from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, PersonMailbox
from mailer.foundation.errors import BadInput, NotFound
from mailer.subscriptions.leaving import choose, leave, return_to, take_name_out
from mailer.subscriptions.models import SubscriptionState, Topic
from mailer.subscriptions.permission import Refusal, refusals
from mailer.subscriptions.queries import standing, topic_of_slug
from tests.factories import a_mailbox, a_neighbourhood, a_person, a_theme, a_topic


def said(session: Session, mailbox: Mailbox, topic: Topic, now: datetime) -> Refusal | None:
    return refusals(session, [mailbox.id], topic, now=now).get(mailbox.id)


def test_leaving_one_topic_keeps_the_others(session: Session, now: datetime) -> None:
    letters, calls = a_topic(session), a_topic(session, "oproepen")
    mailbox = a_mailbox(session)

    leave(session, mailbox, letters, door="one-click", now=now)

    assert said(session, mailbox, letters, now) is Refusal.LEFT
    assert said(session, mailbox, calls, now) is None


def test_leaving_twice_keeps_the_first_moment(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)
    (first,) = leave(session, mailbox, topic, door="one-click", now=now)

    again = leave(session, mailbox, topic, door="leave-page", now=now + timedelta(hours=1))

    assert again == []
    assert (first.changed_at, first.door) == (now, "one-click")


def test_leaving_everything_ends_every_topic(session: Session, now: datetime) -> None:
    topics = [a_topic(session), a_topic(session, "oproepen")]
    mailbox = a_mailbox(session)

    ended = leave(session, mailbox, None, door="leave-page", now=now)

    assert {subscription.topic_id for subscription in ended} == {topic.id for topic in topics}


def test_a_mistake_is_undone_within_thirty_days(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)
    leave(session, mailbox, topic, door="leave-page", now=now)

    return_to(session, mailbox, topic, door="leave-page", now=now + timedelta(days=29))

    assert said(session, mailbox, topic, now) is None


def test_after_thirty_days_leaving_is_not_undone(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)
    leave(session, mailbox, topic, door="leave-page", now=now)

    with pytest.raises(BadInput, match="niet meer terug te draaien"):
        return_to(session, mailbox, topic, door="leave-page", now=now + timedelta(days=31))


def test_undoing_brings_back_only_what_that_press_of_the_button_took(session: Session, now: datetime) -> None:
    letters, calls, invitations = a_topic(session), a_topic(session, "oproepen"), a_topic(session, "uitnodigingen")
    mailbox = a_mailbox(session)
    leave(session, mailbox, calls, door="one-click", now=now - timedelta(days=9))
    leave(session, mailbox, None, door="leave-page", now=now)

    back = return_to(session, mailbox, None, door="leave-page", now=now + timedelta(minutes=1))

    assert {subscription.topic_id for subscription in back} == {letters.id, invitations.id}
    assert said(session, mailbox, calls, now) is Refusal.LEFT


def test_undoing_brings_back_a_pause_and_not_more_mail_than_before(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)
    first_day = now.date() + timedelta(days=20)
    choose(session, mailbox, topics=[topic], paused_until=first_day, door="preferences", now=now)
    leave(session, mailbox, topic, door="leave-page", now=now)

    (back,) = return_to(session, mailbox, topic, door="leave-page", now=now + timedelta(minutes=1))

    assert (back.state, back.paused_until) == (SubscriptionState.PAUSED, first_day)
    assert said(session, mailbox, topic, now) is Refusal.PAUSED


def test_a_pause_that_is_over_meanwhile_does_not_come_back(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)
    choose(session, mailbox, topics=[topic], paused_until=now.date() + timedelta(days=5), door="preferences", now=now)
    leave(session, mailbox, topic, door="leave-page", now=now)

    (back,) = return_to(session, mailbox, topic, door="leave-page", now=now + timedelta(days=6))

    assert (back.state, back.paused_until) == (SubscriptionState.ACTIVE, None)


def test_choosing_makes_exactly_these_topics_come(session: Session, now: datetime) -> None:
    letters, calls = a_topic(session), a_topic(session, "oproepen")
    mailbox = a_mailbox(session)

    choose(
        session,
        mailbox,
        topics=[calls],
        themes=[a_theme(session, "groen")],
        neighbourhoods=[a_neighbourhood(session, "spangen")],
        door="preferences",
        now=now,
    )

    found = standing(session, mailbox, now=now)
    assert {each.topic.slug: each.refusal for each in found.topics} == {"nieuwsbrief": Refusal.LEFT, "oproepen": None}
    assert [theme.slug for theme in found.themes] == ["groen"]
    assert [neighbourhood.slug for neighbourhood in found.neighbourhoods] == ["spangen"]
    assert len(found.consents) == 1
    assert letters.slug == "nieuwsbrief"


def test_choosing_again_replaces_preferences(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)
    choose(session, mailbox, topics=[topic], themes=[a_theme(session, "groen")], door="preferences", now=now)

    choose(session, mailbox, topics=[topic], themes=[a_theme(session, "sport")], door="preferences", now=now)

    assert [theme.slug for theme in standing(session, mailbox, now=now).themes] == ["sport"]


def test_a_mailbox_that_comes_back_by_itself_gives_new_consent(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session, basis=None)
    leave(session, mailbox, topic, door="one-click", now=now)

    choose(session, mailbox, topics=[topic], door="preferences", wording="Welke mail wil je krijgen?", now=now)

    found = standing(session, mailbox, now=now)
    assert found.topics[0].refusal is None
    assert [(c.topic_id, c.source, c.wording) for c in found.consents] == [
        (topic.id, "preferences", "Welke mail wil je krijgen?")
    ]


def test_a_pause_holds_all_chosen_topics_until_its_day(session: Session, now: datetime) -> None:
    topic, mailbox = a_topic(session), a_mailbox(session)

    choose(session, mailbox, topics=[topic], paused_until=date(2027, 9, 1), door="preferences", now=now)

    (found,) = standing(session, mailbox, now=now).topics
    assert found.refusal is Refusal.PAUSED
    assert found.is_received
    assert found.subscription is not None
    assert found.subscription.state is SubscriptionState.PAUSED


def test_a_pause_in_the_past_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(BadInput, match="in de toekomst"):
        choose(session, a_mailbox(session), topics=[], paused_until=date(2026, 12, 1), door="preferences", now=now)


def test_taking_ones_name_out_of_a_shared_mailbox_stops_only_the_name(session: Session, now: datetime) -> None:
    topic, shared = a_topic(session), a_mailbox(session)
    samira, joost = a_person(session, mailbox=shared), a_person(session, "Joost", mailbox=shared)

    take_name_out(session, shared, samira)

    uses = {use.person_id: use.is_addressed for use in session.query(PersonMailbox).filter_by(mailbox_id=shared.id)}
    assert uses == {samira.id: False, joost.id: True}
    assert said(session, shared, topic, now) is None


def test_a_strangers_name_cannot_be_taken_out(session: Session) -> None:
    with pytest.raises(NotFound):
        take_name_out(session, a_mailbox(session), a_person(session))


def test_an_unknown_topic_is_named(session: Session) -> None:
    with pytest.raises(BadInput, match="‘sport’ bestaat niet"):
        topic_of_slug(session, "sport")
