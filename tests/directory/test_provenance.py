"""Who said a field last: by hand, a row of a list, the organisation itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.addressing import give_organisation, take_from_organisation
from mailer.directory.belonging import appoint, join_network
from mailer.directory.editing import OrganisationFacts, PersonFacts, add_organisation, add_person, change_organisation
from mailer.directory.models import FieldSource, ImportBatch, OrganisationTheme, Person, SourceKind
from mailer.directory.provenance import (
    by_hand,
    by_import,
    by_merge,
    by_organisation,
    link_field,
    saying,
    sources_of,
    stamp,
)
from mailer.staff.models import OperatorRole
from mailer.staff.operators import add_operator
from tests.factories import a_mailbox, a_network, a_theme, an_organisation


def a_batch(session: Session, now: datetime) -> ImportBatch:
    batch = ImportBatch(file_name="organisaties.xlsx", file_hash="0" * 64, subject="organisations", read_at=now)
    session.add(batch)
    session.flush()
    return batch


def test_the_last_one_to_say_a_field_counts(session: Session, now: datetime) -> None:
    organisation, batch = an_organisation(session), a_batch(session, now)
    marit = add_operator(session, "marit@netwerk.example.org", role=OperatorRole.EDITOR, now=now)

    stamp(session, organisation, ["website", "street", "phone"], by_import(batch, "Blad1", 17, now))
    stamp(session, organisation, ["street"], by_hand(marit, now + timedelta(hours=1)))
    stamp(session, organisation, ["phone"], by_organisation(now + timedelta(hours=2)))

    sources = sources_of(session, organisation)
    assert {field: mark.kind for field, mark in sources.items()} == {
        "website": SourceKind.IMPORT,
        "street": SourceKind.HAND,
        "phone": SourceKind.ORGANISATION,
    }
    assert (sources["website"].batch, sources["website"].sheet, sources["website"].row_number) == (batch, "Blad1", 17)
    assert sources["street"].operator is marit


def test_a_mark_that_says_nothing_any_more_goes(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)
    stamp(session, organisation, ["website"], by_hand(None, now))

    stamp(session, organisation, ["website"], by_merge(None, now, former_name="De Naad"))

    assert [mark.note for mark in session.scalars(select(FieldSource))] == ["De Naad"]


def test_what_differs_afterwards_was_said_also_what_was_taken_away(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)
    groen, zorg = a_theme(session, "groen"), a_theme(session, "zorg")
    organisation.themes.append(OrganisationTheme(theme=groen))
    organisation.website, organisation.street = "https://devoeg.example.org", "Voegstraat 12"
    session.flush()
    stamp(session, organisation, ["website", "street", link_field("theme", groen.id)], by_organisation(now))

    with saying(session, organisation, by_hand(None, now)):
        organisation.website, organisation.street = "https://devoeg.example.org/nieuw", ""
        organisation.themes = [OrganisationTheme(theme=zorg)]

    assert {field: mark.kind for field, mark in sources_of(session, organisation).items()} == {
        "website": SourceKind.HAND,
        "street": SourceKind.HAND,
        link_field("theme", groen.id): SourceKind.HAND,
        link_field("theme", zorg.id): SourceKind.HAND,
    }


def test_of_somebody_new_everything_that_is_filled_was_said(session: Session, now: datetime) -> None:
    person = Person(given_name="Samira", mobile="+31600000123", added_at=now, changed_at=now)

    with saying(session, person, by_hand(None, now)):
        session.add(person)

    assert set(sources_of(session, person)) == {"given_name", "mobile", "language", "channel"}


def test_what_the_office_changes_was_said_by_whoever_did_it(session: Session, now: datetime) -> None:
    marit = add_operator(session, "marit@netwerk.example.org", role=OperatorRole.EDITOR, now=now)
    facts = OrganisationFacts(name="De Voeg", website="www.devoeg.example.org")
    organisation = add_organisation(session, facts, now=now, by=None)
    mailbox = a_mailbox(session, "info@devoeg.example.org")

    change_organisation(session, organisation, replace(facts, phone="010-000 0123"), now=now, by=marit)
    give_organisation(session, organisation, mailbox, now=now, by=marit)
    membership = join_network(session, organisation, a_network(session), joined_on=None, now=now, by=marit)

    said = {field: mark.operator for field, mark in sources_of(session, organisation).items()}
    assert said == {
        "name": None,
        "website": None,
        "phone": marit,
        link_field("mailbox", mailbox.id): marit,
        link_field("membership", membership.id): marit,
    }

    take_from_organisation(session, organisation, mailbox, now=now, by=None)
    assert sources_of(session, organisation)[link_field("mailbox", mailbox.id)].operator is None


def test_a_role_is_said_of_the_person(session: Session, now: datetime) -> None:
    person = add_person(session, PersonFacts(given_name="Samira"), now=now, by=None)

    role = appoint(session, person, an_organisation(session), now=now, by=None)

    assert link_field("role", role.id) in sources_of(session, person)
