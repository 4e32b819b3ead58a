"""The start page: what waits, what is coming, what was mailed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.events.models import Event, EventState
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.web.office import overview
from tests.factories import a_mailbox
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]


def a_mailing(title: str, state: MailingState) -> Mailing:
    now = clock.now()
    return Mailing(kind=MailingKind.NEWSLETTER, title=title, state=state, created_at=now, changed_at=now)


def test_an_empty_house_says_how_to_begin(sign_in: SignIn) -> None:
    page = sign_in("admin").get("/").text

    assert "Dag Admin. Er ligt niets te wachten." in page
    assert "<strong>Welkom.</strong>" in page
    assert "Nog geen mailings." in page


def test_doubtful_letters_and_held_mailings_come_first(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        doubtful = a_mailing("Nieuwsbrief januari", MailingState.SENT)
        held = a_mailing("Oproep", MailingState.HELD)
        held.held_because = "De mailserver antwoordt niet."
        session.add_all([doubtful, held])
        session.flush()
        mailbox = a_mailbox(session, basis=None)
        session.add(
            Delivery(
                mailing_id=doubtful.id,
                mailbox_id=mailbox.id,
                address=mailbox.address,
                state=DeliveryState.UNCERTAIN,
                created_at=clock.now(),
            )
        )

    page = sign_in("sender").get("/").text
    with database.transaction(writes=False) as session:
        tasks = overview.tasks(session, now=clock.now())

    assert [(task.amount, task.word, task.is_urgent) for task in tasks] == [
        (1, "mail onzeker", True),
        (1, "mailing wacht", True),
        (1, "postvak nog zonder toestemming", False),
    ]
    assert "Er liggen 3 dingen voor je klaar." in page
    assert "De mailserver antwoordt niet." in page
    assert 'href="/adresboek/postvakken?mail=no_basis"' in page


def test_meetings_ahead_stand_in_order_and_past_ones_do_not(database: Database) -> None:
    now = clock.now()
    with database.transaction() as session:
        for title, days, state in (
            ("Later", 9, EventState.OPEN),
            ("Straks", 2, EventState.OPEN),
            ("Geweest", -2, EventState.OPEN),
            ("Afgelast", 3, EventState.CANCELLED),
        ):
            starts_at = now + timedelta(days=days)
            session.add(
                Event(
                    uid=title,
                    title=title,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(hours=2),
                    state=state,
                    capacity=60,
                    created_at=now,
                    changed_at=now,
                )
            )
        session.flush()
        coming = overview.coming_events(session, now=now)

    assert [(one.event.title, one.going, one.is_full) for one in coming] == [
        ("Straks", 0, False),
        ("Later", 0, False),
    ]


def test_how_far_a_mailing_is_adds_up(database: Database) -> None:
    with database.transaction() as session:
        mailing = a_mailing("Nieuwsbrief", MailingState.SENDING)
        session.add(mailing)
        session.flush()
        for state in (DeliveryState.ACCEPTED, DeliveryState.SKIPPED, DeliveryState.QUEUED, DeliveryState.DEFERRED):
            mailbox = a_mailbox(session)
            session.add(
                Delivery(
                    mailing_id=mailing.id,
                    mailbox_id=mailbox.id,
                    address=mailbox.address,
                    state=state,
                    created_at=clock.now(),
                )
            )
        session.flush()
        (last,) = overview.last_mailings(session)

    assert (last.done, last.planned) == (2, 4)
