"""What differs per mailbox: the greeting, why it came, and links that are only its own."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event as database_event
from sqlalchemy import select

from mailer.deliveries.letters.envelopes import envelope_address, list_headers
from mailer.deliveries.letters.filling import Mould, fill, slot_values
from mailer.deliveries.letters.greeting import Readers, greet, name_organisations
from mailer.deliveries.letters.reasons import Ground, occasion_of, say_why
from mailer.deliveries.models import Delivery, DeliveryAddressee
from mailer.deliveries.preparing import prepare
from mailer.directory.models import MailboxKind, PersonMailbox
from mailer.mailings.models import CompiledLetter, MailingKind, MailingState
from mailer.subscriptions.models import Basis, Topic
from mailer.wire.signing import signer_from
from mailer.wire.signing_keys import make_key
from tests.deliveries.rows import a_mailing_being_sent
from tests.factories import a_mailbox, a_mailing, a_person, an_event, an_organisation
from tests.wire.signed import verdicts


@pytest.mark.parametrize(
    ("names", "organisations", "greeting"),
    [
        (("Fatuma",), (), "Beste Fatuma,"),
        (("Samira", "Joost"), ("De Voeg",), "Beste Samira en Joost,"),
        (("Samira", "Joost", "Ömer"), ("De Voeg",), "Beste mensen van De Voeg,"),
        (("Samira", "Joost", "Ömer"), (), "Beste mensen,"),
        (("", "Joost"), ("De Voeg",), "Beste mensen van De Voeg,"),
        (("", "Joost"), (), "Beste Joost,"),
        (("",), (), "Beste lezer,"),
        ((), ("De Voeg",), "Beste mensen van De Voeg,"),
        ((), ("De Voeg", "Klinkerhart"), "Beste mensen van De Voeg en Klinkerhart,"),
        ((), (), "Beste lezer,"),
    ],
)
def test_readers_are_greeted_by_name_or_as_the_people_of_their_organisation(names, organisations, greeting):
    assert greet(Readers(names, organisations)) == greeting


def test_an_organisation_is_named_once():
    assert name_organisations(["De Voeg", "De Voeg", "Klinkerhart"]) == "De Voeg en Klinkerhart"


def test_why_says_when_somebody_subscribed(session):
    mailing = a_mailing_being_sent(session, 0)

    said = say_why(occasion_of(mailing), Readers(("Samira",)), Ground(Basis.CONSENT, date(2026, 11, 3)), {})

    assert said == "Je hebt je op dinsdag 3 november 2026 ingeschreven voor onze nieuwsbrief."


def test_why_says_whose_published_address_it_is(session):
    mailing = a_mailing_being_sent(session, 0)

    said = say_why(occasion_of(mailing), Readers((), ("De Voeg",)), Ground(Basis.PUBLISHED, date(2026, 11, 3)), {})

    assert said == (
        "Dit is het algemene mailadres van De Voeg. Jullie staan in het netwerk van Delfshaven Lokaal (voorbeeld). "
        "We mailen jullie 1 keer per maand."
    )


def test_news_of_a_meeting_is_no_newsletter(session):
    mailing = a_mailing_being_sent(session, 0, kind=MailingKind.EVENT_NEWS, event=an_event(session))

    said = say_why(occasion_of(mailing), Readers(("Samira",)), None, {})

    assert said == (
        "Je krijgt deze mail omdat jullie zijn aangemeld voor Matchavond met fondsen. Dit is geen nieuwsbrief."
    )


def test_an_invitation_says_why_as_it_was_when_it_was_sent(session, now):
    event = an_event(session)
    mailing = a_mailing(session, audience={"rule": {"neighbourhood": ["spangen"]}, "reach": "everyone"})
    mailing.kind, mailing.event, mailing.state = MailingKind.INVITATION, event, MailingState.PREPARING
    voeg = an_organisation(session, "De Voeg", areas=["spangen"], mailbox="info@devoeg.example.org")
    prepare(session, mailing, now=now)
    voeg.service_areas.clear()
    session.flush()

    (delivery,) = session.scalars(select(Delivery)).all()
    values = slot_values(session, mailing, [delivery])[delivery.id]

    assert values["why"] == "Je krijgt deze uitnodiging, want De Voeg werkt in Spangen."
    assert values["mailbox.greeting"] == "Beste mensen van De Voeg,"


def test_only_who_wants_to_be_named_is_named(session):
    mailing = a_mailing_being_sent(session, 0)
    shared = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
    people = [a_person(session, name, mailbox=shared) for name in ("Samira", "Joost")]
    session.query(PersonMailbox).filter_by(person_id=people[1].id).one().is_addressed = False
    delivery = Delivery(
        mailing_id=mailing.id,
        mailbox_id=shared.id,
        address=shared.address,
        state="queued",
        message_id="<x@y>",
        created_at=mailing.created_at,
    )
    session.add(delivery)
    session.flush()
    for person in people:
        session.add(DeliveryAddressee(delivery_id=delivery.id, person_id=person.id))
    session.flush()

    assert slot_values(session, mailing, [delivery])[delivery.id]["mailbox.greeting"] == "Beste Samira,"


def test_links_are_only_of_this_letter(session):
    mailing = a_mailing_being_sent(session, 2)
    deliveries = session.scalars(select(Delivery).order_by(Delivery.id)).all()

    first, second = (slot_values(session, mailing, deliveries)[one.id] for one in deliveries)

    assert set(first) == set(second)
    links = [name for name in first if name.startswith("link.")]
    assert links
    assert all(first[name] != second[name] for name in links)


def test_a_batch_costs_as_many_questions_as_one_letter(session):
    mailing = a_mailing_being_sent(session, 6)
    deliveries = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    slot_values(session, mailing, deliveries[:1])

    assert _questions(session, mailing, deliveries) == _questions(session, mailing, deliveries[:1])


def _questions(session, mailing, deliveries) -> int:
    asked = []

    def note(*_):
        asked.append(1)

    database_event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        slot_values(session, mailing, deliveries)
    finally:
        database_event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("info@devoeg.example.org", "info@devoeg.example.org"),
        ("Info@Böcklin.example.org", "Info@xn--bcklin-wxa.example.org"),
        ("zoë@devoeg.example.org", "zoë@devoeg.example.org"),
    ],
)
def test_the_envelope_has_the_domain_in_letters_smtp_knows(address, envelope):
    assert envelope_address(address) == envelope


def test_the_feedback_id_ends_in_the_stable_name_of_the_sender(session):
    mailing = a_mailing_being_sent(session, 0)
    topic = session.scalars(select(Topic)).one()

    headers = list_headers(mailing, topic)

    *_fields, who = headers.feedback_id.split(":")
    assert (len(headers.feedback_id.split(":")), who) == (4, "delfshaven-loka")
    assert headers.list_id == "nieuwsbrief.tegelpost.example.org"


def test_letters_are_signed_when_the_settings_say_so(make_database, tmp_path):
    make_key(tmp_path / "rsa.pem")
    database = make_database(dkim_domains="tegelpost.example.org", dkim_key_file=str(tmp_path / "rsa.pem"))
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 6)
        ids = session.scalars(select(Delivery.id)).all()

        made = fill(session, mailing, ids, mould=Mould())

    signer = signer_from(database.settings)
    assert [verdicts(one.message, signer) for one in made] == [[True]] * 6
    assert [f"{one.delivery_id}" in one.message.decode() for one in made] == [True] * 6


def test_a_mould_keeps_the_letter_until_something_in_it_changes(session):
    mailing = a_mailing_being_sent(session, 2)
    ids = session.scalars(select(Delivery.id)).all()
    mould = Mould()
    first = fill(session, mailing, ids, mould=mould)
    again = fill(session, mailing, ids, mould=mould)
    cast = mould.of(session, mailing)

    mailing.topic.sender.reply_to = "anders@tegelpost.example.org"
    session.flush()
    changed = fill(session, mailing, ids, mould=mould)

    assert [one.message for one in again] == [one.message for one in first]
    assert mould.of(session, mailing) is not cast
    assert b"Reply-To: anders@tegelpost.example.org\r\n" in changed[0].message


def test_only_what_the_letter_has_slots_for_is_worked_out(session):
    mailing = a_mailing_being_sent(session, 1)
    frozen = session.scalars(select(CompiledLetter)).one()
    frozen.html = frozen.text = "[[mailbox.greeting]]"
    session.flush()
    ids = session.scalars(select(Delivery.id)).all()

    (made,) = fill(session, mailing, ids, mould=Mould())

    assert b"Beste mensen van" in made.message
    assert b"/u/" not in made.message.partition(b"\r\n\r\n")[2]
