"""Lists of the directory: who is in, in which order."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from mailer.directory.models import NetworkMembership, OrganisationAlias, Role
from mailer.directory.queries import OrganisationFilter, PersonFilter, mailboxes, organisations, people, people_of
from tests.factories import a_mailbox, a_neighbourhood, a_network, a_person, an_organisation

DAY = date(2026, 12, 1)


@pytest.fixture
def street(session: Session) -> None:
    """Four organisations that each filter tells apart."""
    everywhere = a_neighbourhood(session, "heel-delfshaven", covers_all=True, is_inside=False)
    spangen = a_neighbourhood(session, "spangen")
    a_neighbourhood(session, "buiten", is_inside=False)
    an_organisation(session, "Atelier", themes=["kunst-cultuur"], areas=["spangen"])
    an_organisation(session, "Buurttuin", themes=["groen"], areas=["bospolder"], seat=spangen)
    an_organisation(session, "Centraal", areas=[everywhere.slug], mailbox="info@centraal.example.org")
    an_organisation(session, "Dorpshuis", seat=spangen)
    old = an_organisation(session, "Eerder", areas=["spangen"], stopped_on=date(2025, 1, 1))
    for organisation, left in ((old, None), (an_organisation(session, "Fris"), date(2026, 6, 1))):
        organisation.memberships.append(NetworkMembership(network=a_network(session), left_on=left))
    session.flush()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (OrganisationFilter(), ["Atelier", "Buurttuin", "Centraal", "Dorpshuis", "Fris"]),
        (OrganisationFilter(state="stopped"), ["Eerder"]),
        (OrganisationFilter(neighbourhood="spangen"), ["Atelier", "Centraal", "Dorpshuis"]),
        (OrganisationFilter(neighbourhood="buiten"), []),
        (OrganisationFilter(theme="groen"), ["Buurttuin"]),
        (OrganisationFilter(network="welzijnscoalitie"), []),
        (OrganisationFilter(text="BUURT tuin"), ["Buurttuin"]),
        (OrganisationFilter(text="info@centraal"), ["Centraal"]),
        (OrganisationFilter(text="info"), ["Centraal"]),
        (OrganisationFilter(text="100%"), []),
    ],
)
@pytest.mark.usefixtures("street")
def test_organisations_that_fit(session: Session, wanted: OrganisationFilter, names: list[str]) -> None:
    found = session.scalars(organisations(wanted, day=DAY)).all()

    assert [organisation.name for organisation in found] == names


def test_people_by_name_organisation_or_address(session: Session) -> None:
    tuin = an_organisation(session, "Buurttuin")
    fatuma = a_person(session, "Fatuma", family_name="Klinker", of=tuin, mailbox="fatuma@kasseitje.example.org")
    joost = a_person(session, "Joost", family_name="Bakker")

    def names(**wanted: str) -> list[str]:
        return [person.given_name for person in session.scalars(people(PersonFilter(**wanted), day=DAY))]

    assert names() == [joost.given_name, fatuma.given_name]
    assert names(text="buurttuin") == ["Fatuma"]
    assert names(text="kasseitje") == ["Fatuma"]
    assert names(organisation="without") == ["Joost"]


def test_contacts_come_first_and_former_people_not_at_all(session: Session) -> None:
    tuin = an_organisation(session)
    a_person(session, "Anna", family_name="A", of=tuin)
    contact = a_person(session, "Zoë", family_name="Z", of=tuin, is_contact=True)
    gone = a_person(session, "Gone", family_name="G")
    session.add(Role(person=gone, organisation=tuin, until_on=date(2026, 1, 1)))
    session.flush()

    roles = people_of(session, tuin, day=DAY)

    assert [role.person.given_name for role in roles] == [contact.given_name, "Anna"]


def test_mailboxes_are_found_by_who_reads_them(session: Session) -> None:
    shared = a_mailbox(session, "info@devoeg.example.org")
    a_person(session, "Samira", mailbox=shared)
    a_mailbox(session, "other@devoeg.example.org")

    assert session.scalars(mailboxes("samira")).all() == [shared]
    assert [box.address for box in session.scalars(mailboxes("devoeg"))] == [
        "info@devoeg.example.org",
        "other@devoeg.example.org",
    ]


def test_a_former_name_finds_the_organisation_its_people_and_its_mailboxes(session: Session) -> None:
    organisation = an_organisation(session, "Groene Hoek", mailbox="post@hoek.example.org")
    organisation.aliases.append(OrganisationAlias(name="Buurttuin De Voeg", name_key="buurttuin de voeg"))
    samira = a_person(session, of=organisation)
    session.flush()

    found = session.scalars(organisations(OrganisationFilter(text="voeg"), day=DAY)).all()
    its_people = session.scalars(people(PersonFilter(text="voeg"), day=DAY)).all()
    its_mailboxes = session.scalars(mailboxes("voeg")).all()

    assert (found, its_people) == ([organisation], [samira])
    assert [mailbox.address for mailbox in its_mailboxes] == ["post@hoek.example.org"]
