"""What the check says of who gets the letter, what it leads to, and how it reads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import Mailbox
from mailer.mailings.checks.checking import check_mailing
from mailer.mailings.checks.reading import Finding
from mailer.mailings.models import Mailing, MailingState, Picture
from tests.factories import a_mailbox, a_mailing, a_neighbourhood, a_person, an_event, an_organisation

HERE = "https://tegelpost.example.org"


@pytest.fixture(autouse=True)
def somebody_who_may_be_written_to(session: Session) -> None:
    a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))


def findings(session: Session, mailing: Mailing, now: datetime) -> list[Finding]:
    report = check_mailing(session, mailing, now=now)
    return [*report.stops, *report.warnings]


def sentences(session: Session, mailing: Mailing, now: datetime, code: str) -> list[str]:
    return [one.sentence for one in findings(session, mailing, now) if one.code == code]


def a_text(html: str) -> dict[str, Any]:
    return {"type": "text", "html": f"<p>{html}</p>"}


def test_a_hard_word_is_named_once_with_something_plainer(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, a_text("Wij gaan dit borgen."), a_text("En nog eens borgen."))

    (found,) = [one for one in findings(session, mailing, now) if one.code == "hard-word"]

    assert found.sentence == "“borgen” is een moeilijk woord. Je kunt ook zeggen: zorgen dat het zo blijft."
    assert found.block == mailing.blocks[0].id


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://voorbeeld.example.org/agenda", "link-not-https"),
        ("https://voorbeeld", "odd-link"),
        (f"{HERE}/mailings/3/inhoud", "link-inside"),
        (f"{HERE}/u/abcdef", "link-inside"),
        (f"{HERE}/beeld/a.jpg", None),
        (HERE, None),
        ("https://voorbeeld.example.org/agenda", None),
        ("mailto:info@voorbeeld.example.org", None),
    ],
)
def test_an_address_that_leads_nowhere_good_is_named(
    session: Session, now: datetime, address: str, code: str | None
) -> None:
    in_text = a_mailing(session, a_text(f'Kijk op <a href="{address}">onze agenda</a>.'))
    on_a_button = a_mailing(session, {"type": "button", "label": "Bekijk de agenda", "url": address})

    for mailing in (in_text, on_a_button):
        codes = {one.code for one in findings(session, mailing, now)} & {"link-not-https", "odd-link", "link-inside"}
        assert codes == ({code} if code else set())


def test_a_link_that_only_staff_can_open_stops(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, {"type": "button", "label": "Bekijk het", "url": f"{HERE}/adresboek/organisaties/3"})

    assert [stop.code for stop in check_mailing(session, mailing, now=now).stops] == ["link-inside"]


def test_a_slot_that_is_empty_for_somebody_stops(session: Session, now: datetime) -> None:
    an_organisation(session, mailbox="info@devoeg.example.org")
    mailing = a_mailing(session, a_text("Dag [[mailbox.organisations]], kom je ook langs?"))

    assert sentences(session, mailing, now, "empty-slot") == [
        "Bij 1 ontvanger is [[mailbox.organisations]] leeg: die heeft geen organisatie. "
        "Schrijf de zin zonder dit invulveld."
    ]


def test_a_slot_that_everybody_has_does_not_stop(session: Session, now: datetime) -> None:
    tuin = an_organisation(session, slug="tuin", mailbox="info@devoeg.example.org")
    audience = {"rule": {"organisation": [tuin.slug]}, "reach": "one_per_organisation"}
    mailing = a_mailing(session, a_text("Dag [[mailbox.organisations]], kom je ook langs?"), audience=audience)

    assert sentences(session, mailing, now, "empty-slot") == []


def test_a_meeting_that_closes_after_it_began_stops(session: Session, now: datetime) -> None:
    event = an_event(session)
    event.rsvp_closes_at = event.starts_at + timedelta(hours=1)
    mailing = a_mailing(session, {"type": "event", "event": event.id}, kind="invitation", event=event.id)

    assert len(sentences(session, mailing, now, "closes-too-late")) == 1
    event.rsvp_closes_at = event.starts_at
    assert sentences(session, mailing, now, "closes-too-late") == []


def test_many_organisations_without_a_letter_deserve_a_look(session: Session, now: datetime) -> None:
    for number in range(3):
        an_organisation(session, mailbox=f"info{number}@devoeg.example.org")
    an_organisation(session, "Zonder postvak")

    assert sentences(session, a_mailing(session), now, "many-not-mailable") == [
        "Geen mail voor 1 van de 4 organisaties in de selectie. Bekijk waarom."
    ]


def test_a_place_without_anybody_is_named_when_the_rule_speaks_of_it(session: Session, now: datetime) -> None:
    a_neighbourhood(session, "spangen", cbs_buurt_code="BU1")
    a_neighbourhood(session, "schiemond", cbs_buurt_code="BU2")
    an_organisation(session, areas=["spangen"], mailbox="info@devoeg.example.org")
    an_organisation(session, "Zonder postvak", areas=["schiemond"])
    both = {"rule": {"all": [{"neighbourhood": ["spangen", "schiemond"]}]}, "reach": "one_per_organisation"}
    only_spangen = {"rule": {"neighbourhood": ["spangen"]}, "reach": "one_per_organisation"}

    assert sentences(session, a_mailing(session, audience=both), now, "nobody-from") == [
        "In deze selectie zit niemand uit Schiemond. Klopt dat?"
    ]
    assert sentences(session, a_mailing(session, audience=only_spangen), now, "nobody-from") == []


def test_more_guests_than_chairs_asks_to_say_that_full_is_full(session: Session, now: datetime) -> None:
    for number in range(5):
        an_organisation(session, mailbox=f"info{number}@devoeg.example.org")
    event = an_event(session, capacity=2)
    block = {"type": "event", "event": event.id}

    silent = a_mailing(session, block, kind="invitation", event=event.id)
    said = a_mailing(session, block, a_text("Let op: vol = vol."), kind="invitation", event=event.id)

    assert sentences(session, silent, now, "more-guests-than-chairs") == [
        "Je nodigt er 5 uit, en er zijn 2 plekken. Schrijf erbij: vol = vol."
    ]
    assert sentences(session, said, now, "more-guests-than-chairs") == []


def sent(session: Session, mailbox_id: int, *, at: datetime, state: DeliveryState = DeliveryState.ACCEPTED) -> None:
    """An earlier mailing that this mailbox got."""
    earlier = a_mailing(session)
    earlier.state, earlier.prepared_at, earlier.finished_at = MailingState.SENT, at, at
    session.add(
        Delivery(
            mailing_id=earlier.id, mailbox_id=mailbox_id, address="x@example.org", state=state, created_at=at,
            settled_at=at,
        )
    )  # fmt: skip
    session.flush()


def test_who_got_a_letter_two_days_ago_is_counted(session: Session, now: datetime) -> None:
    mailbox = a_mailbox(session, "info@devoeg.example.org").id
    an_organisation(session, mailbox=session.get(Mailbox, mailbox))
    sent(session, mailbox, at=now - timedelta(hours=50))
    assert sentences(session, a_mailing(session), now, "mail-just-now") == []

    sent(session, mailbox, at=now - timedelta(hours=47))

    assert sentences(session, a_mailing(session), now, "mail-just-now") == [
        "1 postvak kreeg minder dan twee dagen geleden ook al een mail van ons."
    ]


def test_organisations_that_got_several_letters_this_week_are_counted(session: Session, now: datetime) -> None:
    busy, calm = a_mailbox(session, "info@druk.example.org"), a_mailbox(session, "info@kalm.example.org")
    for mailbox in (busy, calm):
        an_organisation(session, mailbox=mailbox)
    for hours in (60, 90):
        sent(session, busy.id, at=now - timedelta(hours=hours))
    sent(session, calm.id, at=now - timedelta(hours=60))
    sent(session, calm.id, at=now - timedelta(days=8))
    sent(session, calm.id, at=now - timedelta(hours=70), state=DeliveryState.SKIPPED)

    assert sentences(session, a_mailing(session), now, "mail-this-week") == [
        "1 organisatie kreeg deze week al 2 mails of meer. Kan dit met de nieuwsbrief mee?"
    ]


@pytest.mark.parametrize(("size", "found"), [(300_001, 1), (300_000, 0)])
def test_a_picture_that_loads_slowly_is_named(session: Session, now: datetime, size: int, found: int) -> None:
    session.add(Picture(name="zwaar.jpg", width=1200, height=900, size_bytes=size, uploaded_at=now))
    mailing = a_mailing(session, {"type": "image", "src": f"{HERE}/beeld/zwaar.jpg", "alt": "Een tuin"})

    assert len(sentences(session, mailing, now, "heavy-picture")) == found
