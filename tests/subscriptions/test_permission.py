from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind
from mailer.subscriptions.models import (
    Basis,
    Consent,
    PreferredNeighbourhood,
    PreferredTheme,
    Subscription,
    SubscriptionState,
    SuppressionReason,
    Topic,
)
from mailer.subscriptions.permission import Refusal, explain_refusal, refusal, refusals, say_refusal
from mailer.subscriptions.suppressing import suppress
from tests.factories import A_MOMENT, a_mailbox, a_neighbourhood, a_theme, a_topic


def subscribe(session: Session, mailbox: Mailbox, topic: Topic, state: SubscriptionState, **more: Any) -> None:
    session.add(Subscription(mailbox=mailbox, topic=topic, state=state, changed_at=A_MOMENT, **more))
    session.flush()


def gate(session: Session, mailbox: Mailbox, topic: Topic | None, now: datetime, **more: Any) -> Refusal | None:
    """What the gate says, asked in both ways; they must agree."""
    word = session.scalars(select(refusal(topic, now=now, **more)).where(Mailbox.id == mailbox.id)).one()
    asked = refusals(session, [mailbox.id], topic, now=now, **more).get(mailbox.id)
    assert (Refusal(word) if word else None) == asked
    return asked


def test_consent_opens_the_gate(session: Session, now: datetime) -> None:
    assert gate(session, a_mailbox(session), a_topic(session), now) is None


def test_without_a_basis_there_is_no_letter(session: Session, now: datetime) -> None:
    assert gate(session, a_mailbox(session, basis=None), a_topic(session), now) is Refusal.NO_BASIS


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (MailboxKind.FUNCTIONAL, None),
        (MailboxKind.PERSONAL, Refusal.NO_BASIS),
        (MailboxKind.UNKNOWN, Refusal.NO_BASIS),
    ],
)
def test_a_published_address_counts_for_functional_mailboxes_only(
    session: Session, now: datetime, kind: MailboxKind, expected: Refusal | None
) -> None:
    mailbox = a_mailbox(session, kind=kind, basis=Basis.PUBLISHED)

    assert gate(session, mailbox, a_topic(session), now) is expected


def test_taking_part_in_a_meeting_is_no_basis_for_newsletters(session: Session, now: datetime) -> None:
    assert gate(session, a_mailbox(session, basis=Basis.PARTICIPANT), a_topic(session), now) is Refusal.NO_BASIS


def test_consent_for_one_topic_does_not_cover_another(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, basis=None)
    letters, calls = a_topic(session), a_topic(session, "oproepen")
    session.add(
        Consent(
            mailbox_id=mailbox.id,
            topic_id=letters.id,
            basis=Basis.CONSENT,
            given_on=date(2026, 11, 1),
            source="kaartje",
            recorded_at=A_MOMENT,
        )
    )
    session.flush()

    assert gate(session, mailbox, letters, now) is None
    assert gate(session, mailbox, calls, now) is Refusal.NO_BASIS


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (SubscriptionState.ACTIVE, None),
        (SubscriptionState.ENDED, Refusal.LEFT),
        (SubscriptionState.PENDING, Refusal.UNCONFIRMED),
    ],
)
def test_the_subscription_to_this_topic_counts(
    session: Session, now: datetime, state: SubscriptionState, expected: Refusal | None
) -> None:
    mailbox, topic = a_mailbox(session), a_topic(session)
    subscribe(session, mailbox, topic, state)

    assert gate(session, mailbox, topic, now) is expected
    assert gate(session, mailbox, a_topic(session, "oproepen"), now) is None


def test_a_pause_ends_on_its_day_in_amsterdam(session: Session) -> None:
    mailbox, topic = a_mailbox(session), a_topic(session)
    subscribe(session, mailbox, topic, SubscriptionState.PAUSED, paused_until=date(2026, 12, 2))
    just_before_midnight = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)

    assert gate(session, mailbox, topic, just_before_midnight) is Refusal.PAUSED
    assert gate(session, mailbox, topic, just_before_midnight + timedelta(minutes=1)) is None


def test_suppression_comes_before_everything(session: Session, now: datetime) -> None:
    mailbox, topic = a_mailbox(session, "weg@devoeg.example.org"), a_topic(session)
    subscribe(session, mailbox, topic, SubscriptionState.ENDED)

    suppress(session, "WEG@devoeg.example.org", SuppressionReason.REQUEST, now=now)

    assert gate(session, mailbox, topic, now) is Refusal.SUPPRESSED


def test_preferred_themes_must_meet_those_of_the_mailing(session: Session, now: datetime) -> None:
    topic, green, sport = a_topic(session), a_theme(session, "groen"), a_theme(session, "sport")
    choosy, easy = a_mailbox(session), a_mailbox(session)
    session.add(PreferredTheme(mailbox_id=choosy.id, theme_id=green.id))
    session.flush()

    assert gate(session, choosy, topic, now, themes=[sport.id]) is Refusal.PREFERENCES
    assert gate(session, choosy, topic, now, themes=[sport.id, green.id]) is None
    assert gate(session, choosy, topic, now) is None
    assert gate(session, easy, topic, now, themes=[sport.id]) is None


def test_the_whole_area_meets_each_neighbourhood_inside_it(session: Session, now: datetime) -> None:
    topic = a_topic(session)
    spangen = a_neighbourhood(session, "spangen")
    bospolder = a_neighbourhood(session, "bospolder")
    whole = a_neighbourhood(session, "heel-delfshaven", covers_all=True)
    outside = a_neighbourhood(session, "buiten", is_inside=False)
    from_spangen, from_all = a_mailbox(session), a_mailbox(session)
    session.add(PreferredNeighbourhood(mailbox_id=from_spangen.id, neighbourhood_id=spangen.id))
    session.add(PreferredNeighbourhood(mailbox_id=from_all.id, neighbourhood_id=whole.id))
    session.flush()

    assert gate(session, from_spangen, topic, now, neighbourhoods=[bospolder.id]) is Refusal.PREFERENCES
    assert gate(session, from_spangen, topic, now, neighbourhoods=[whole.id]) is None
    assert gate(session, from_all, topic, now, neighbourhoods=[bospolder.id]) is None
    assert gate(session, from_all, topic, now, neighbourhoods=[outside.id]) is Refusal.PREFERENCES


def test_news_of_a_meeting_reaches_participants_who_left_the_newsletter(session: Session, now: datetime) -> None:
    topic, guest, other = a_topic(session), a_mailbox(session, basis=None), a_mailbox(session, basis=None)
    blocked = a_mailbox(session)
    subscribe(session, guest, topic, SubscriptionState.ENDED)
    suppress(session, blocked.address, SuppressionReason.HARD_BOUNCE, now=now)
    participants = select(Mailbox.id).where(Mailbox.id.in_([guest.id, blocked.id]))

    said = refusals(session, [guest.id, other.id, blocked.id], topic, now=now, participants=participants)

    assert said == {other.id: Refusal.NO_BASIS, blocked.id: Refusal.SUPPRESSED}


def test_without_a_topic_one_open_topic_is_enough(session: Session, now: datetime) -> None:
    letters, calls = a_topic(session), a_topic(session, "oproepen")
    half, gone, nothing = a_mailbox(session), a_mailbox(session), a_mailbox(session, basis=None)
    subscribe(session, half, letters, SubscriptionState.ENDED)
    subscribe(session, gone, letters, SubscriptionState.ENDED)
    subscribe(session, gone, calls, SubscriptionState.PAUSED, paused_until=date(2027, 9, 1))

    assert gate(session, half, None, now) is None
    assert gate(session, gone, None, now) is Refusal.LEFT
    assert gate(session, nothing, None, now) is Refusal.NO_BASIS


def test_without_any_topics_yet_the_basis_decides(session: Session, now: datetime) -> None:
    assert gate(session, a_mailbox(session), None, now) is None


def test_every_refusal_has_words(session: Session) -> None:
    assert [say_refusal(reason) for reason in Refusal] == [
        "Niet meer mailen",
        "Uitgeschreven",
        "Pauze",
        "Inschrijving nog niet bevestigd",
        "Nog geen toestemming",
        "Andere voorkeuren",
    ]
    assert all(explain_refusal(reason).endswith(".") for reason in Refusal)


def test_a_whole_directory_is_asked_in_batches(session: Session, now: datetime) -> None:
    mailboxes = [a_mailbox(session, basis=None) for _ in range(3)]

    said = refusals(session, [m.id for m in mailboxes] + list(range(10**6, 10**6 + 2500)), a_topic(session), now=now)

    assert said == {m.id: Refusal.NO_BASIS for m in mailboxes}
