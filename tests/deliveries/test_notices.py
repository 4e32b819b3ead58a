"""One-off letters: what is owed becomes a delivery once, in its own language, and a proof is the letter itself."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from sqlalchemy import select

from mailer.audiences.checking import ask, owe_planned
from mailer.deliveries.letters.notices import CONTENT, take_owed, write_notice
from mailer.deliveries.letters.proofing import send_proof
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import CheckLetter
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.outbox import OwedLetter, owe_letter
from mailer.mailings.models import MailingState
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.deliveries.test_working import owe_sign_in_link
from tests.factories import a_mailbox, a_mailing, a_person, a_sender, an_event, an_invitation, an_organisation


def parse(message: bytes):
    return email.message_from_bytes(message, policy=email.policy.SMTP)


def only_delivery(session) -> Delivery:
    return session.scalars(select(Delivery)).one()


def test_what_is_owed_becomes_a_delivery_once(session, now):
    mailbox = a_mailbox(session, "info@devoeg.example.org")
    owe_letter(session, "rsvp-confirmed", subject_id=1, address="Info@devoeg.example.org", now=now)

    assert take_owed(session, now=now) == 1
    assert take_owed(session, now=now) == 0

    delivery = only_delivery(session)
    assert (delivery.state, delivery.mailing_id, delivery.mailbox_id) == (DeliveryState.QUEUED, None, mailbox.id)
    assert session.scalars(select(OwedLetter.taken_at)).all() == [now]


def test_a_sign_in_link_is_an_automatic_letter_and_no_list_mail(session, now):
    a_sender(session)
    owe_sign_in_link(session)
    take_owed(session, now=now)

    message = parse(write_notice(session, only_delivery(session)).message)

    assert message["To"] == "marit@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert f"{settings_of(session).base_url}/inloggen/" in message.get_body(("plain",)).get_content()


def test_a_letter_in_english_is_said_to_be_english(session, now):
    a_sender(session)
    owe_sign_in_link(session)
    session.scalars(select(OwedLetter)).one().language = "en"
    take_owed(session, now=now)

    message = parse(write_notice(session, only_delivery(session)).message)

    assert message["Content-Language"] == "en"


def test_a_receipt_brings_the_meeting_for_the_agenda(session, now):
    a_sender(session)
    invitation = an_invitation(session, an_event(session), an_organisation(session, "De Voeg"))
    owe_letter(session, "event-cancelled", subject_id=invitation.id, address="info@devoeg.example.org", now=now)
    take_owed(session, now=now)

    message = parse(write_notice(session, only_delivery(session)).message)

    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "CANCEL"
    assert b"BEGIN:VCALENDAR" in calendar.get_payload(decode=True)


def test_a_letter_about_something_gone_is_not_written(session, now):
    owe_letter(session, "rsvp-confirmed", subject_id=404, address="info@devoeg.example.org", now=now)
    take_owed(session, now=now)

    with pytest.raises(NotFound):
        write_notice(session, only_delivery(session))


def test_a_proof_is_the_letter_as_it_is_for_an_example_reader(session, now):
    mailing = a_mailing(session, {"type": "text", "html": "<p>[[mailbox.greeting]]</p><p>Hallo buurt!</p>"})

    send_proof(session, mailing, to="marit@example.org", now=now)
    take_owed(session, now=now)
    message = parse(write_notice(session, only_delivery(session)).message)

    assert message["Subject"] == f"Proef: {mailing.subject}"
    text = message.get_body(("plain",)).get_content()
    assert "Beste Samira en Joost," in text
    assert "Hallo buurt!" in text
    assert (mailing.state, mailing.proofed_at) == (MailingState.DRAFT, now)


def test_a_proof_to_something_that_is_no_address_is_refused(session, now):
    with pytest.raises(BadInput):
        send_proof(session, a_mailing(session), to="marit", now=now)


def test_every_one_off_letter_has_a_folder_of_templates(session):
    folder: Path = settings_of(session).templates_dir

    assert [name for name in CONTENT if not (folder / name / "body.mjml").exists()] == []


def test_a_check_letter_shows_what_is_public_and_leads_to_the_organisations_own_page(session, now):
    a_sender(session)
    organisation = an_organisation(
        session, "De Voeg", mailbox="info@devoeg.example.org", note="Bijna failliet", phone="+31600009999"
    )
    samira = a_person(session, of=organisation, is_contact=True, mailbox="samira@mail.example.org")
    samira.mobile = "+31600008888"
    ask(session, [organisation.id], by=None, now=now)
    owe_planned(session, now=now)
    take_owed(session, now=now)

    message = parse(write_notice(session, only_delivery(session)).message)

    text = message.get_body(("plain",)).get_content()
    links = settings_of(session).links
    letter_id = session.scalars(select(CheckLetter.id)).one()
    assert (message["To"], message["Subject"]) == ("info@devoeg.example.org", "Klopt dit nog? De Voeg")
    lines = text.splitlines()
    assert f"Ja, dit klopt: {links.check(letter_id)}" in lines
    assert f"Er is iets veranderd: {links.check_changes(letter_id)}" in lines
    assert "Contact: Samira" in lines
    for part in (text, message.get_body(("html",)).get_content()):
        for secret in ("Mozaïek", "samira@", "8888", "failliet"):
            assert secret not in part
    assert message["List-Unsubscribe"] is None


def test_a_check_letter_that_waited_asks_the_gate_again(session, now):
    a_sender(session)
    organisation = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
    ask(session, [organisation.id], by=None, now=now)
    owe_planned(session, now=now)
    take_owed(session, now=now)

    suppress(session, "info@devoeg.example.org", SuppressionReason.REQUEST, now=now)

    with pytest.raises(NotFound):
        write_notice(session, only_delivery(session))
