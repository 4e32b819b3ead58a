"""Which two rows are proposed as one, and which look alike and are two."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer.directory.duplicates import ProposedPair, Reason, propose
from mailer.directory.models import MailboxKind, OrganisationAlias, OrganisationMailbox, PersonMailbox, Role
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.planting import plant_directory
from tests.factories import A_MOMENT, a_mailbox, a_person, an_organisation


def _pairs(session: Session, kind: str) -> list[ProposedPair]:
    return propose(session, day=A_MOMENT.date(), kinds=[kind])


def _reasons(session: Session, kind: str = "organisation") -> tuple[Reason, ...]:
    [pair] = _pairs(session, kind)
    return pair.reasons


def test_the_same_name_but_for_stichting_is_proposed_with_its_reason(session: Session) -> None:
    one = an_organisation(session, "Buurttuin De Voeg")
    other = an_organisation(session, "Stg. Buurttuin de Voeg")
    an_organisation(session, "Speeltuin 't Kasseitje")

    pairs = _pairs(session, "organisation")

    assert pairs == [
        ProposedPair("organisation", one.id, other.id, score=55, reasons=(Reason.SAME_BARE_NAME,)),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("BUURTTUIN DE VOEG", Reason.SAME_NAME),
        ("Buurttuin De Voegg", Reason.ONE_SLIP),
        ("De Voeg, buurttuin", Reason.SAME_WORDS),
    ],
)
def test_names_that_are_nearly_the_same_are_proposed(session: Session, name: str, reason: Reason) -> None:
    an_organisation(session, "Buurttuin De Voeg")
    an_organisation(session, name)

    assert _reasons(session) == (reason,)


def test_a_former_name_counts_as_a_name(session: Session) -> None:
    renamed = an_organisation(session, "Ontmoetingsplek Klinkerhart")
    renamed.aliases.append(OrganisationAlias(name="Buurthuiskamer West", name_key="buurthuiskamer west"))
    an_organisation(session, "Buurthuiskamer West")

    assert _reasons(session) == (Reason.SAME_FORMER_NAME,)


def test_everything_in_common_scores_no_more_than_a_hundred(session: Session) -> None:
    same: dict[str, Any] = {
        "website": "https://www.devoeg.example.org",
        "phone": "+31100000123",
        "postcode": "3025 ZZ",
        "chamber_number": "12345678",
    }
    an_organisation(session, "Buurttuin De Voeg", street="Voegstraat 12b", **same)
    an_organisation(session, "Buurttuin de voeg", street="Voegstr. 12 B", **same)

    [pair] = _pairs(session, "organisation")

    assert pair.score == 100
    assert pair.reasons == (
        Reason.SAME_NAME,
        Reason.SAME_CHAMBER_NUMBER,
        Reason.SAME_SITE,
        Reason.SAME_DOOR,
        Reason.SAME_PHONE,
    )


def test_a_longer_form_of_a_name_needs_a_door_or_site_too(session: Session) -> None:
    an_organisation(session, "Buurttuin De Voeg", street="Voegstraat 12", postcode="3025 ZZ")
    an_organisation(session, "Buurttuin De Voeg Bospolder", street="Voegstraat 12", postcode="3025 ZZ")
    an_organisation(session, "Kookclub Halfsteens")
    an_organisation(session, "Kookclub Halfsteens Spangen")

    assert _reasons(session) == (Reason.ALIKE, Reason.SAME_DOOR)


def test_the_same_name_in_another_neighbourhood_is_another_organisation(session: Session) -> None:
    an_organisation(session, "Buurthuiskamer De Stoep", areas=["spangen"])
    an_organisation(session, "Buurthuiskamer De Stoep", areas=["schiemond"])

    assert _pairs(session, "organisation") == []


def test_numbers_in_a_name_are_never_a_slip(session: Session) -> None:
    an_organisation(session, "Bewonersgroep Blok 1")
    an_organisation(session, "Bewonersgroep Blok 2")

    assert _pairs(session, "organisation") == []


def test_a_shared_building_is_no_reason(session: Session) -> None:
    for name in (
        "Naaiatelier Keperverband",
        "Koor Opsluitband",
        "Taalhuis Troffel",
        "Zorgkring Zand",
        "Inloop Kruisvoeg",
    ):
        an_organisation(session, name, street="Stoepkade 1", postcode="3024 ZY", website="https://gebouw.example.org")

    assert _pairs(session, "organisation") == []


def test_a_domain_of_a_provider_is_no_reason(session: Session) -> None:
    for name, address in (("Koor Opsluitband", "koor@gmail.com"), ("Koor Opsluitbende", "bende@gmail.com")):
        an_organisation(session, name, mailbox=address)

    assert _pairs(session, "organisation") == []


def test_one_page_of_a_site_for_everybody_is_a_site_of_ones_own(session: Session) -> None:
    an_organisation(session, "Koor Opsluitband", website="https://facebook.com/opsluitband")
    an_organisation(session, "Koor Opsluitband Spangen", website="https://www.facebook.com/opsluitband/")
    an_organisation(session, "Koor Opsluitband Zuid", website="https://www.facebook.com/zuid")

    assert _reasons(session) == (Reason.ALIKE, Reason.SAME_SITE)


def test_people_are_never_proposed_on_their_name_alone(session: Session) -> None:
    a_person(session, "Jan", family_name="Jansen", mailbox="jan@kpnmail.nl")
    a_person(session, "Jan", family_name="Jansen", mailbox="jan.jansen@kpnmail.nl")

    assert _pairs(session, "person") == []


def test_people_with_one_name_and_one_number_are_proposed(session: Session) -> None:
    one = a_person(session, "Fatuma", particle="van der", family_name="Klinker", mobile="+31600001888")
    other = a_person(session, "Fatuma", particle="v.d.", family_name="Klinker", phone="+31600001888")

    assert _pairs(session, "person") == [
        ProposedPair("person", one.id, other.id, score=80, reasons=(Reason.SAME_NAME, Reason.SAME_PHONE))
    ]


def test_initials_and_a_given_name_in_one_organisation_are_proposed(session: Session) -> None:
    tuin = an_organisation(session)
    a_person(session, "Samira", of=tuin)
    a_person(session, "S.", of=tuin)
    a_person(session, "Joost", of=tuin)

    assert _reasons(session, "person") == (Reason.INITIALS, Reason.SAME_ORGANISATION)


def test_people_of_one_household_are_two(session: Session) -> None:
    shared = a_mailbox(session, "familie@kpnmail.nl")
    for given_name in ("Joost", "Marit"):
        a_person(session, given_name, family_name="van der Klinker", mailbox=shared, phone="+31100000123")

    assert _pairs(session, "person") == []


def test_a_private_and_a_work_address_of_one_person_are_seen_through_the_organisation(session: Session) -> None:
    tuin = an_organisation(session)
    for address in ("samira@kpnmail.nl", "samira@devoeg.example.org"):
        person = a_person(session, "Samira", mailbox=address)
        session.add(Role(person=person, organisation=tuin))
    session.flush()

    assert _reasons(session, "person") == (Reason.SAME_NAME, Reason.SAME_ORGANISATION)


def test_the_domain_of_an_organisations_own_mailbox_tells_nothing_of_people(session: Session) -> None:
    for given_name, address in (("Samira", "info@devoeg.example.org"), ("Samira", "bestuur@devoeg.example.org")):
        mailbox = a_mailbox(session, address, kind=MailboxKind.FUNCTIONAL)
        session.add(PersonMailbox(person=a_person(session, given_name), mailbox=mailbox))
    session.flush()

    assert _pairs(session, "person") == []


def test_the_traps_of_the_sample_are_not_taken_for_duplicates(session: Session) -> None:
    plant_directory(session, imagine(2027))

    assert propose(session, day=A_MOMENT.date()) == []


def test_who_shares_a_mailbox_with_a_quite_different_name_is_not_proposed(session: Session) -> None:
    mailbox = a_mailbox(session, "coordinator@devoeg.example.org")
    for name in ("Buurttuin De Voeg", "Speeltuin 't Kasseitje"):
        session.add(OrganisationMailbox(organisation=an_organisation(session, name), mailbox=mailbox))
    session.flush()

    assert _pairs(session, "organisation") == []
