"""Organisations and people, changed by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.addressing import find_or_add_mailbox, give_organisation, give_person, take_from_organisation
from mailer.directory.belonging import appoint, change_membership, change_role, join_network
from mailer.directory.editing import (
    OrganisationFacts,
    PersonFacts,
    add_organisation,
    add_person,
    change_organisation,
)
from mailer.directory.models import Mailbox, MailboxKind, OrganisationMailbox
from mailer.directory.queries import OrganisationFilter, organisations
from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.staff.models import LogbookEntry
from tests.factories import a_neighbourhood, a_network, a_person, a_theme, an_organisation


def test_new_organisation_is_read_into_one_shape(session: Session, now: datetime) -> None:
    for slug in ("groen", "sport"):
        a_theme(session, slug)
    a_neighbourhood(session, "spangen")

    made = add_organisation(
        session,
        OrganisationFacts(
            name="  Stichting  Buurttuin De Voeg ",
            themes=["sport", "groen"],
            areas=["spangen"],
            postcode="3025zz",
            website="www.devoeg.example.org",
            phone="010 000 0123",
        ),
        now=now,
        by=None,
    )

    assert (made.name, made.slug) == ("Stichting Buurttuin De Voeg", "stichting-buurttuin-de-voeg")
    assert (made.postcode, made.website, made.phone) == ("3025 ZZ", "https://www.devoeg.example.org", "+31100000123")
    assert [(row.theme.slug, row.is_primary) for row in made.themes] == [("sport", True), ("groen", False)]
    assert [entry.action for entry in session.scalars(select(LogbookEntry))] == ["organisation-added"]


def test_same_name_is_refused_until_it_is_said_to_be_another(session: Session, now: datetime) -> None:
    first = add_organisation(session, OrganisationFacts(name="Buurttuin De Voeg"), now=now, by=None)
    again = OrganisationFacts(name="Stg. buurttuin de Voeg")

    with pytest.raises(BadInput) as refusal:
        add_organisation(session, again, now=now, by=None)
    second = add_organisation(session, again, now=now, by=None, is_another=True)

    assert refusal.value.field == "name"
    assert (first.slug, second.slug) == ("buurttuin-de-voeg", "stg-buurttuin-de-voeg")


def test_former_name_stays_findable(session: Session, now: datetime) -> None:
    made = add_organisation(session, OrganisationFacts(name="De Voeg", aliases=["Tuin aan de Voeg"]), now=now, by=None)

    change_organisation(
        session, made, OrganisationFacts(name="Tuinhuis", aliases=["Tuin aan de Voeg"]), now=now, by=None
    )

    assert made.name == "Tuinhuis"
    assert [alias.name for alias in made.aliases] == ["Tuin aan de Voeg", "De Voeg"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("postcode", "Rotterdam"), ("website", "javascript:alert(1)"), ("phone", "bel even"), ("name", "  ")],
)
def test_what_cannot_be_is_refused_at_its_field(session: Session, now: datetime, field: str, value: str) -> None:
    with pytest.raises(BadInput) as refusal:
        add_organisation(session, OrganisationFacts(**{"name": "Tuin", field: value}), now=now, by=None)  # type: ignore[arg-type]

    assert refusal.value.field == field


def test_person_needs_some_name(session: Session, now: datetime) -> None:
    person = add_person(
        session, PersonFacts(given_name="Samira", particle="el", family_name="Mozaïek"), now=now, by=None
    )

    assert (person.full_name, person.name_key) == ("Samira el Mozaïek", "samira el mozaiek")
    with pytest.raises(BadInput):
        add_person(session, PersonFacts(), now=now, by=None)


def test_one_address_is_one_mailbox_for_everyone(session: Session, now: datetime) -> None:
    organisation, person = an_organisation(session), a_person(session)

    first = find_or_add_mailbox(session, parse_address("Info@DeVoeg.example.org"), now=now)
    second = find_or_add_mailbox(session, parse_address("info@devoeg.example.org"), now=now)
    give_organisation(session, organisation, first, now=now, by=None)
    give_organisation(session, organisation, second, now=now, by=None)
    give_person(session, person, second, now=now, by=None)

    assert first is second
    assert first.kind is MailboxKind.FUNCTIONAL
    assert len(session.scalars(select(OrganisationMailbox)).all()) == 1


def test_mailbox_stays_when_nobody_uses_it(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, mailbox="info@devoeg.example.org")
    (mailbox,) = session.scalars(select(Mailbox)).all()

    take_from_organisation(session, organisation, mailbox, now=now, by=None)

    assert session.scalars(select(OrganisationMailbox)).all() == []
    assert session.scalars(select(Mailbox)).all() == [mailbox]


def test_membership_has_a_beginning_and_an_end(session: Session, now: datetime) -> None:
    organisation, network = an_organisation(session), a_network(session)
    membership = join_network(session, organisation, network, joined_on=date(2024, 3, 1), now=now, by=None)

    with pytest.raises(BadInput):
        join_network(session, organisation, network, joined_on=date(2025, 1, 1), now=now, by=None)
    with pytest.raises(BadInput):
        change_membership(
            session, membership, joined_on=membership.joined_on, left_on=date(2024, 2, 29), now=now, by=None
        )
    change_membership(session, membership, joined_on=membership.joined_on, left_on=date(2025, 1, 1), now=now, by=None)
    join_network(session, organisation, network, joined_on=date(2025, 1, 1), now=now, by=None)

    assert [(one.joined_on, one.left_on) for one in organisation.memberships] == [
        (date(2024, 3, 1), date(2025, 1, 1)),
        (date(2025, 1, 1), None),
    ]


def test_role_cannot_end_before_it_began(session: Session, now: datetime) -> None:
    role = appoint(session, a_person(session), an_organisation(session), since_on=date(2026, 1, 1), now=now, by=None)

    with pytest.raises(BadInput) as refusal:
        change_role(
            session,
            role,
            kind=None,
            description="",
            is_contact=True,
            since_on=date(2026, 1, 1),
            until_on=date(2025, 12, 31),
            now=now,
            by=None,
        )

    assert refusal.value.field == "until_on"


def test_a_former_name_is_found_until_somebody_takes_it_away(session: Session, now: datetime) -> None:
    organisation = add_organisation(session, OrganisationFacts(name="Buurttuin De Voeg"), now=now, by=None)
    searched = OrganisationFilter(text="voeg")

    change_organisation(session, organisation, OrganisationFacts(name="Groene Hoek"), now=now, by=None)
    found = session.scalars(organisations(searched, day=now.date())).all()
    change_organisation(session, organisation, OrganisationFacts(name="Groene Hoek", aliases=[]), now=now, by=None)

    assert found == [organisation]
    assert session.scalars(organisations(searched, day=now.date())).all() == []


def test_a_name_that_comes_back_is_no_other_name_any_more(session: Session, now: datetime) -> None:
    organisation = add_organisation(session, OrganisationFacts(name="De Voeg"), now=now, by=None)
    change_organisation(session, organisation, OrganisationFacts(name="Groene Hoek"), now=now, by=None)

    back = OrganisationFacts(name="De Voeg", aliases=["De Voeg"])
    change_organisation(session, organisation, back, now=now, by=None)

    assert [alias.name for alias in organisation.aliases] == ["Groene Hoek"]
