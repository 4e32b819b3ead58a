"""A new name keeps the old one, by whichever door it came: the office, a proposal, a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from mailer.directory.editing import change_organisation, facts_of
from mailer.directory.importing import import_file
from mailer.directory.importing.recognising.organisations import mark_of
from mailer.directory.models import Organisation, ProposalField, ProposalSource
from mailer.directory.proposing import Origin, accept, propose
from mailer.directory.queries import OrganisationFilter, organisations
from mailer.wire.spelling import fold_name
from tests.factories import an_organisation

Door = Callable[[Session, Organisation, datetime], object]


def by_hand(session: Session, organisation: Organisation, now: datetime) -> None:
    change_organisation(session, organisation, replace(facts_of(organisation), name="Groene Hoek"), now=now, by=None)


def by_proposal(session: Session, organisation: Organisation, now: datetime) -> None:
    themselves = Origin(ProposalSource.ORGANISATION)
    made = propose(session, organisation, ProposalField.NAME, "Groene Hoek", origin=themselves, now=now)
    assert made is not None
    accept(session, made, by=None, now=now)


def by_list(session: Session, organisation: Organisation, now: datetime) -> None:
    rows = f"Kenmerk;Nr;Naam organisatie\n{mark_of(organisation)};17;Groene Hoek\n"
    import_file(session, rows.encode(), file_name="lijst.csv", now=now, apply=True)


@pytest.mark.parametrize("door", [by_hand, by_proposal, by_list])
def test_the_former_name_is_still_found(session: Session, now: datetime, door: Door) -> None:
    organisation = an_organisation(session, "Buurttuin De Voeg", list_number="17")
    organisation.name_key = fold_name(organisation.name)

    door(session, organisation, now)
    found = session.scalars(organisations(OrganisationFilter(text="buurttuin voeg"), day=now.date())).all()

    assert (organisation.name, [alias.name for alias in organisation.aliases]) == ("Groene Hoek", ["Buurttuin De Voeg"])
    assert found == [organisation]
