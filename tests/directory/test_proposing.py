"""Proposals: nothing changes until staff says so, and the same proposal twice is one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.addressing import take_from_organisation, take_from_person
from mailer.directory.belonging import end_role
from mailer.directory.editing import OrganisationFacts, change_organisation, facts_of, stop_organisation
from mailer.directory.models import (
    Mailbox,
    Organisation,
    OrganisationMailbox,
    Person,
    PersonMailbox,
    Proposal,
    ProposalField,
    ProposalSource,
    ProposalState,
    Role,
    SourceKind,
)
from mailer.directory.proposing import (
    NewContact,
    Origin,
    accept,
    decline,
    has_changed_meanwhile,
    is_so_already,
    propose,
    propose_contact_left,
    propose_dead_address,
    propose_new_contact,
)
from mailer.directory.proposing.writing import MOST_OPEN
from mailer.directory.provenance import sources_of
from mailer.directory.queries.proposals import count_open_proposals, open_proposals
from mailer.foundation.errors import BadInput, Conflict
from mailer.staff.models import LogbookEntry
from mailer.subscriptions.models import Consent
from mailer.subscriptions.permission import Refusal, refusals
from tests.factories import a_neighbourhood, a_person, a_theme, an_organisation

THEMSELVES = Origin(ProposalSource.ORGANISATION)
BOUNCE = Origin(ProposalSource.HARD_BOUNCE, delivery_id=7)


def proposed(session: Session, organisation: Organisation, field: str, wanted: object, now: datetime) -> Proposal:
    made = propose(session, organisation, ProposalField(field), wanted, origin=THEMSELVES, now=now)
    assert made is not None
    return made


def states(session: Session) -> list[str]:
    return [one.state.value for one in session.scalars(select(Proposal).order_by(Proposal.id))]


def test_a_proposal_changes_nothing_until_it_is_accepted(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, "De Voeg", phone="+31100000123")

    proposal = proposed(session, organisation, "phone", "06-0000 1234", now)
    before = organisation.phone
    accept(session, proposal, by=None, now=now)

    assert (before, organisation.phone) == ("+31100000123", "+31600001234")
    assert (proposal.had, proposal.wanted, proposal.state) == ("+31100000123", "+31600001234", ProposalState.ACCEPTED)
    sources = sources_of(session, organisation)
    assert {field: source.kind for field, source in sources.items()} == {"phone": SourceKind.ORGANISATION}
    deeds = [entry.action for entry in session.scalars(select(LogbookEntry).order_by(LogbookEntry.id))]
    assert deeds == ["organisation-changed", "proposal-accepted"]


def test_accepting_one_field_leaves_every_other_as_it_is(session: Session, now: datetime) -> None:
    organisation = an_organisation(
        session,
        "Stichting De Voeg",
        themes=["groen", "sport"],
        areas=["spangen"],
        postcode="3025 ZZ",
        website="https://www.devoeg.example.org",
        phone="+31100000123",
        note="belt liever",
    )
    change_organisation(session, organisation, facts_of(organisation), now=now, by=None)
    before = facts_of(organisation)

    accept(session, proposed(session, organisation, "description", "Samen tuinieren.", now), by=None, now=now)

    after = facts_of(organisation)
    assert after.description == "Samen tuinieren."
    assert OrganisationFacts(**{**after.__dict__, "description": ""}) == before


def test_the_same_proposal_twice_is_one_and_a_newer_one_overtakes(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)

    first = proposed(session, organisation, "street", "Voegstraat 12", now)
    again = proposed(session, organisation, "street", " Voegstraat  12 ", now)
    other = proposed(session, organisation, "street", "Voegstraat 14", now)

    assert first is again
    assert (first.state, other.state) == (ProposalState.OVERTAKEN, ProposalState.OPEN)
    assert open_proposals(session, organisation) == [other]


def test_what_we_have_already_is_no_proposal_and_takes_back_an_older_one(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, themes=["groen", "sport"], street="Voegstraat 12")
    proposed(session, organisation, "street", "Voegstraat 14", now)

    same = [
        propose(session, organisation, field, wanted, origin=THEMSELVES, now=now)
        for field, wanted in ((ProposalField.STREET, "Voegstraat 12"), (ProposalField.THEMES, ["sport", "groen"]))
    ]

    assert same == [None, None]
    assert states(session) == ["overtaken"]


def test_the_primary_theme_stays_primary_when_themes_are_proposed(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, themes=["sport", "groen"])
    a_theme(session, "armoede")

    accept(session, proposed(session, organisation, "themes", ["armoede", "sport"], now), by=None, now=now)

    assert [(row.theme.slug, row.is_primary) for row in organisation.themes] == [("sport", True), ("armoede", False)]


def test_words_that_we_do_not_know_are_left_out(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)
    a_neighbourhood(session, "spangen")

    proposal = proposed(session, organisation, "areas", ["spangen", "atlantis"], now)

    assert proposal.wanted == ["spangen"]


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("name", " "),
        ("postcode", "30 ZZ"),
        ("website", "javascript:alert(1)"),
        ("phone", "morgen"),
        ("street", "x" * 201),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(session: Session, now: datetime, field: str, wanted: str) -> None:
    with pytest.raises(BadInput) as refusal:
        propose(session, an_organisation(session), ProposalField(field), wanted, origin=THEMSELVES, now=now)

    assert refusal.value.field == field
    assert states(session) == []


def test_an_accepted_name_keeps_the_old_one_as_an_alias(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, "Buurttuin De Voeg")

    accept(session, proposed(session, organisation, "name", "Groene Hoek", now), by=None, now=now)

    assert (organisation.name, [alias.name for alias in organisation.aliases]) == ("Groene Hoek", ["Buurttuin De Voeg"])


def test_what_changed_meanwhile_is_seen_and_what_is_so_already_is_overtaken(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, street="Voegstraat 12")
    proposal = proposed(session, organisation, "street", "Voegstraat 14", now)
    untouched = has_changed_meanwhile(proposal)

    organisation.street = "Kasseistraat 1"
    meanwhile = has_changed_meanwhile(proposal)
    organisation.street = "Voegstraat 14"
    accept(session, proposal, by=None, now=now)

    assert (untouched, meanwhile, is_so_already(session, proposal)) == (False, True, True)
    assert proposal.state is ProposalState.OVERTAKEN


def test_nobody_decides_twice(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, street="Voegstraat 12")
    proposal = proposed(session, organisation, "street", "Voegstraat 14", now)

    decline(session, proposal, reason="Dat is de buurman", by=None, now=now)

    with pytest.raises(Conflict):
        accept(session, proposal, by=None, now=now)
    assert (organisation.street, proposal.reason) == ("Voegstraat 12", "Dat is de buurman")
    assert proposed(session, organisation, "street", "Voegstraat 14", now) is not proposal


def test_an_organisation_that_says_it_stopped_is_stopped_by_staff(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)

    accept(session, proposed(session, organisation, "stopped", "2026-11-30", now), by=None, now=now)

    assert organisation.stopped_on == date(2026, 11, 30)
    assert propose(session, organisation, ProposalField.STOPPED, "2026-12-01", origin=THEMSELVES, now=now) is None


def test_stopped_said_on_two_days_is_one_proposal(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)

    first = proposed(session, organisation, "stopped", "2026-11-30", now)
    again = proposed(session, organisation, "stopped", "2026-12-01", now)

    assert first is again


def test_what_staff_did_by_hand_meanwhile_is_overtaken(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
    mailbox = session.scalars(select(Mailbox)).one()
    person = a_person(session, of=organisation, mailbox=mailbox)
    proposed(session, organisation, "stopped", "2026-11-30", now)
    propose_contact_left(session, person.roles[0], origin=THEMSELVES, now=now)
    propose_dead_address(session, mailbox, origin=BOUNCE, now=now)
    before = [is_so_already(session, one) for one in open_proposals(session)]

    stop_organisation(session, organisation, on=date(2026, 11, 1), now=now, by=None)
    end_role(session, person.roles[0], until_on=date(2026, 11, 1), now=now, by=None)
    take_from_organisation(session, organisation, mailbox, now=now, by=None)
    take_from_person(session, person, mailbox, now=now, by=None)
    for proposal in open_proposals(session):
        accept(session, proposal, by=None, now=now)

    assert before == [False] * 4
    assert states(session) == ["overtaken"] * 4
    assert organisation.stopped_on == date(2026, 11, 1)


def test_somebody_who_left_loses_the_role_and_the_shared_mailbox_but_no_other_hat(
    session: Session, now: datetime
) -> None:
    voeg = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
    hoek = an_organisation(session, "De Hoek")
    person = a_person(session, of=voeg, is_contact=True, mailbox="samira@mail.example.org")
    shared = session.scalars(select(Mailbox).where(Mailbox.address == "info@devoeg.example.org")).one()
    session.add_all([Role(person=person, organisation=hoek), PersonMailbox(person=person, mailbox=shared, position=2)])
    session.flush()
    role = next(one for one in person.roles if one.organisation is voeg)

    proposal = propose_contact_left(session, role, origin=THEMSELVES, now=now)
    again = propose_contact_left(session, role, origin=THEMSELVES, now=now + timedelta(days=1))
    assert proposal is not None
    accept(session, proposal, by=None, now=now)

    assert again is proposal
    assert [(one.organisation.name, one.until_on) for one in person.roles] == [
        ("De Voeg", date(2026, 12, 1)),
        ("De Hoek", None),
    ]
    uses = session.scalars(select(PersonMailbox).where(PersonMailbox.person_id == person.id)).all()
    assert [use.mailbox.address for use in uses] == ["samira@mail.example.org"]
    assert propose_contact_left(session, role, origin=THEMSELVES, now=now) is None


def test_a_new_contact_is_entered_and_may_not_be_mailed_yet(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)
    contact = NewContact("Fatuma", "van der Klinker", "Fatuma@devoeg.example.org", "coördinator")

    proposal = propose_new_contact(session, organisation, contact, origin=THEMSELVES, now=now)
    again = propose_new_contact(session, organisation, contact, origin=THEMSELVES, now=now)
    before = session.scalars(select(Mailbox)).all()
    accept(session, proposal, by=None, now=now)

    (person,) = session.scalars(select(Person)).all()
    (mailbox,) = session.scalars(select(Mailbox)).all()
    (role,) = person.roles
    assert (proposal is again, before) == (True, [])
    assert (person.given_name, person.particle, person.family_name) == ("Fatuma", "van der", "Klinker")
    assert (role.is_contact, role.description, role.since_on) == (True, "coördinator", date(2026, 12, 1))
    assert session.scalars(select(Consent)).all() == []
    assert refusals(session, [mailbox.id], None, now=now) == {mailbox.id: Refusal.NO_BASIS}


def test_a_new_contact_whom_we_know_is_not_entered_twice(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)
    joost = a_person(session, "Joost", family_name="Bakstra", of=organisation, mailbox="joost@mail.example.org")
    contact = NewContact("joost", "bakstra", "joost@devoeg.example.org")

    accept(session, propose_new_contact(session, organisation, contact, origin=THEMSELVES, now=now), by=None, now=now)

    assert session.scalars(select(Person)).all() == [joost]
    assert [(role.is_contact, role.until_on) for role in joost.roles] == [(True, None)]
    uses = session.scalars(select(PersonMailbox).order_by(PersonMailbox.position)).all()
    assert [use.mailbox.address for use in uses] == ["joost@mail.example.org", "joost@devoeg.example.org"]


def test_a_namesake_elsewhere_is_somebody_else(session: Session, now: datetime) -> None:
    a_person(session, "Jan", family_name="Jansen", of=an_organisation(session, "Elders"))
    organisation = an_organisation(session)

    contact = NewContact("Jan", "Jansen", "jan@devoeg.example.org")
    accept(session, propose_new_contact(session, organisation, contact, origin=THEMSELVES, now=now), by=None, now=now)

    assert len(session.scalars(select(Person)).all()) == 2


@pytest.mark.parametrize(
    ("given", "address", "field"), [("", "a@b.example.org", "given_name"), ("Jan", "a@", "address")]
)
def test_a_new_contact_needs_a_name_and_an_address_that_is_one(
    session: Session, now: datetime, given: str, address: str, field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        propose_new_contact(
            session, an_organisation(session), NewContact(given, "", address), origin=THEMSELVES, now=now
        )

    assert refusal.value.field == field


def test_a_dead_address_is_proposed_for_everybody_behind_it(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
    mailbox = session.scalars(select(Mailbox)).one()
    person = a_person(session, of=organisation, mailbox=mailbox)
    loose = a_person(session, "Joost", mailbox=mailbox)

    made = propose_dead_address(session, mailbox, origin=BOUNCE, now=now)
    again = propose_dead_address(session, mailbox, origin=BOUNCE, now=now)

    assert made == again
    assert [(one.organisation, one.person, one.had) for one in made] == [
        (organisation, None, mailbox.address),
        (organisation, person, mailbox.address),
        (None, loose, mailbox.address),
    ]
    for proposal in made:
        accept(session, proposal, by=None, now=now)
    assert session.scalars(select(OrganisationMailbox)).all() == []
    assert session.scalars(select(PersonMailbox)).all() == []
    assert session.scalars(select(Mailbox)).all() == [mailbox]


def test_a_forwarded_link_cannot_fill_the_queue_without_end(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)

    for number in range(MOST_OPEN):
        proposed(session, organisation, "remark", f"Bericht {number}", now)

    with pytest.raises(BadInput):
        proposed(session, organisation, "remark", "Nog een", now)
    assert count_open_proposals(session) == MOST_OPEN
