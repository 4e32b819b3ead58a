"""What a mailing waits for, as staff reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState, SendingLimit, SendingTrouble
from mailer.deliveries.queries import figures
from mailer.deliveries.regulating.putting_off import LEFT_ALONE
from mailer.deliveries.showing.waits import Wait, waits_of
from mailer.foundation.database import settings_of
from mailer.foundation.quiet import parse_quiet_hours
from mailer.mailings.models import Mailing, MailingState
from tests.deliveries.rows import BEGIN, a_mailing_being_sent, one_leaves


def waits(session: Session, mailing: Mailing, *, after: timedelta = timedelta(0)) -> list[Wait]:
    session.expire_all()
    return waits_of(session, mailing, figures(session, mailing.id), now=BEGIN + after)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(minutes=-8), "Gaat over 8 minuten weg. Je kunt nog stoppen."),
        (timedelta(seconds=-20), "Gaat over 1 minuut weg. Je kunt nog stoppen."),
        (timedelta(hours=-20), "Gaat weg op dinsdag 1 december 2026, 19.30 uur. Tot die tijd kun je stoppen."),
        (timedelta(seconds=3), "De mailing wordt zo klaargezet."),
    ],
)
def test_a_planned_mailing_says_when_it_leaves(session: Session, after: timedelta, said: str) -> None:
    mailing = a_mailing_being_sent(session, 0, state=MailingState.SCHEDULED)

    assert waits(session, mailing, after=after) == [Wait(said)]


def test_a_planned_mailing_for_the_night_says_that_it_goes_on_in_the_morning(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings_of(session).__dict__, "quiet", parse_quiet_hours("19:00-08:00"))
    mailing = a_mailing_being_sent(session, 0, state=MailingState.SCHEDULED)

    night = waits(session, mailing, after=timedelta(minutes=-40))

    assert night[1].sentence == "Op dat moment zijn het stille uren. Het verzenden gaat morgen om 8.00 uur verder."


def test_a_planned_mailing_that_nobody_takes_up_asks_for_a_look(session: Session) -> None:
    mailing = a_mailing_being_sent(session, 0, state=MailingState.SCHEDULED)

    found = waits(session, mailing, after=timedelta(minutes=5))

    assert [wait.is_trouble for wait in found] == [True]
    assert "Draait het verzenden wel?" in found[0].sentence


def test_a_mailing_that_goes_well_waits_for_nothing(session: Session) -> None:
    assert waits(session, a_mailing_being_sent(session)) == []


def test_letters_that_never_leave_while_nothing_stands_in_the_way_ask_for_a_look(session: Session) -> None:
    mailing = a_mailing_being_sent(session)

    found = waits(session, mailing, after=timedelta(minutes=3))

    assert [wait.is_trouble for wait in found] == [True]


def test_a_full_limit_says_what_was_agreed_and_when_it_goes_on(session: Session) -> None:
    mailing = a_mailing_being_sent(session)
    relay = settings_of(session).smtp_url.removeprefix("smtp://")
    session.add(SendingLimit(scope=relay, per_minute=2))
    for _letter in range(2):
        assert one_leaves(session, now=BEGIN) == 0

    found = waits(session, mailing, after=timedelta(seconds=11))

    assert found == [Wait("De limiet is bereikt. Hooguit 2 per minuut. De volgende mail gaat over 50 seconden weg.")]


def test_a_domain_that_is_left_alone_is_named_with_how_many_letters_wait(session: Session) -> None:
    mailing = a_mailing_being_sent(session, ["a@vol.example.org", "b@VOL.example.org", "c@goed.example.org"])
    later = BEGIN + timedelta(hours=1)
    session.add(SendingTrouble(scope="@vol.example.org", since=BEGIN, waits_until=later))
    session.add(SendingTrouble(scope="@elders.example.org", since=BEGIN, waits_until=later))
    session.execute(
        update(Delivery)
        .where(Delivery.address.ilike("%@vol.%"))
        .values(state=DeliveryState.DEFERRED, reason=LEFT_ALONE, next_attempt_at=later)
    )

    assert waits(session, mailing) == [
        Wait(
            "2 mails wachten. De mailserver van vol.example.org weigert nu mail van ons. "
            "We gaan daarmee verder om 20.30 uur.",
            is_trouble=True,
        )
    ]


def test_letters_that_are_tried_again_later_say_when(session: Session) -> None:
    mailing = a_mailing_being_sent(session, 1)
    letter = session.scalars(select(Delivery)).one()
    letter.state, letter.reason = DeliveryState.DEFERRED, "later"
    letter.next_attempt_at = BEGIN + timedelta(minutes=15)
    session.flush()

    assert waits(session, mailing) == [
        Wait("1 mail wacht. De mailserver van de ontvanger vroeg daarom. We gaan daarmee verder om 19.45 uur.")
    ]


def test_a_relay_in_trouble_is_named_while_another_goes_on(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings_of(session).__dict__, "smtp_url", "smtp://een.example.org smtp://twee.example.org")
    mailing = a_mailing_being_sent(session)
    session.add(SendingTrouble(scope="een.example.org:25", since=BEGIN, waits_until=BEGIN + timedelta(minutes=2)))

    assert waits(session, mailing) == [
        Wait(
            "De mailserver een.example.org:25 neemt nu geen post aan. De andere gaan door. "
            "We proberen hem om 19.32 uur opnieuw.",
            is_trouble=True,
        )
    ]
