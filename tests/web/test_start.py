"""The start page: what waits, what is coming, what was mailed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from mailer.deliveries.letters.notices import take_owed
from mailer.deliveries.models import Delivery, DeliveryState, SendingTrouble
from mailer.events.models import Event, EventState
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.foundation.outbox import owe_letter
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
                reason="no_answer",
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


def test_a_paused_mailing_and_a_provider_that_refuses_us_are_not_forgotten(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        paused = a_mailing("Oproep", MailingState.PAUSED)
        paused.held_at = clock.now()
        until = clock.now() + timedelta(hours=1)
        session.add_all([paused, SendingTrouble(scope="@groot.example.org", since=clock.now(), waits_until=until)])

    page = sign_in("sender").get("/").text

    assert "mailing gepauzeerd" in page
    assert "Oproep, sinds " in page
    assert "mailserver weigert mail van ons" in page
    assert "groot.example.org" in page


def test_a_letter_to_one_person_that_is_in_doubt_is_asked_about_and_a_sign_in_link_is_not(
    sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as session:
        for letter in ("event-cancelled", "sign-in-link"):
            owe_letter(session, letter, subject_id=1, address=f"{letter}@x.example.org", now=clock.now())
        take_owed(session, now=clock.now())
        doubt = {"state": DeliveryState.UNCERTAIN, "reason": "no_answer", "attempt": 1}
        session.execute(update(Delivery).values(settled_at=clock.now(), **doubt))
        cancelled = session.scalars(select(Delivery.id).where(Delivery.address.startswith("event"))).one()
    visitor = sign_in("sender")

    start = visitor.get("/").text
    page = visitor.get("/mailings/losse-mails").text
    visitor.post("/mailings/losse-mails", {f"letter-{cancelled}": "again"})

    assert "losse mail onzeker" in start
    assert "Bericht dat een bijeenkomst niet doorgaat" in page
    assert "sign-in-link@" not in page
    assert "Er is geen losse mail onzeker." in visitor.get("/mailings/losse-mails").text
    with database.transaction(writes=False) as session:
        assert session.get_one(Delivery, cancelled).state is DeliveryState.QUEUED
