"""Who belonged where on a day: the first day, the last one, twice a member, and organisations that stopped."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.audiences.recipients.addressing import addressees
from mailer.audiences.recipients.choosing import chosen
from mailer.directory.belonging import change_membership, end_role, join_network
from mailer.directory.editing import resume_organisation, stop_organisation
from mailer.directory.models import Mailbox, Organisation, OrganisationMailbox, Role
from mailer.directory.queries import OrganisationFilter, members_on, organisations
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from tests.factories import a_mailbox, a_network, a_person, an_organisation

FIRST, LAST, GONE = date(2024, 3, 1), date(2024, 12, 31), date(2025, 1, 1)


def a_former_member(session: Session, now: datetime) -> Organisation:
    organisation = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
    join_network(session, organisation, a_network(session), joined_on=FIRST, left_on=GONE, now=now, by=None)
    return organisation


def members(session: Session, now: datetime, day: date) -> int:
    """How many organisations the rule, the list and the network's page find; they must agree."""
    rule = {"rule": {"network": "welzijnscoalitie", "on": day.isoformat()}}
    by_rule = len(session.scalars(chosen(session, rule, now=now)).all())
    by_list = len(session.scalars(organisations(OrganisationFilter(network="welzijnscoalitie"), day=day)).all())
    by_page = len(members_on(session, a_network(session), day))
    assert by_rule == by_list == by_page
    return by_rule


@pytest.mark.parametrize(
    ("day", "number"),
    [(FIRST - timedelta(days=1), 0), (FIRST, 1), (LAST, 1), (GONE, 0), (date(2020, 1, 1), 0)],
)
def test_a_member_is_one_from_the_first_day_to_the_last(
    session: Session, now: datetime, day: date, number: int
) -> None:
    a_former_member(session, now)

    assert members(session, now, day) == number


def test_who_joined_again_is_a_member_once_and_not_in_between(session: Session, now: datetime) -> None:
    organisation = a_former_member(session, now)
    join_network(session, organisation, a_network(session), joined_on=date(2026, 1, 1), now=now, by=None)

    found = [members(session, now, day) for day in (LAST, date(2025, 6, 1), date(2026, 1, 1), date(2030, 1, 1))]

    assert found == [1, 0, 1, 1]


def test_who_joined_before_we_kept_dates_was_always_a_member(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, mailbox="info@devoeg.example.org")
    membership = join_network(session, organisation, a_network(session), joined_on=None, now=now, by=None)
    change_membership(session, membership, joined_on=membership.joined_on, left_on=GONE, now=now, by=None)

    assert [members(session, now, day) for day in (date(1990, 1, 1), LAST, GONE)] == [1, 1, 0]


def test_who_joins_next_month_is_no_member_yet(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, mailbox="info@devoeg.example.org")
    coming = today(now) + timedelta(days=30)
    join_network(session, organisation, a_network(session), joined_on=coming, now=now, by=None)

    assert members(session, now, today(now)) == 0
    assert members(session, now, coming) == 1


def test_two_memberships_of_one_network_never_share_a_day(session: Session, now: datetime) -> None:
    organisation = a_former_member(session, now)
    network = a_network(session)
    later = join_network(session, organisation, network, joined_on=GONE, now=now, by=None)

    for joined_on, left_on in ((None, None), (LAST, GONE + timedelta(days=1)), (date(2020, 1, 1), date(2024, 3, 2))):
        with pytest.raises(BadInput):
            join_network(session, organisation, network, joined_on=joined_on, left_on=left_on, now=now, by=None)
    with pytest.raises(BadInput) as refusal:
        change_membership(session, later, joined_on=LAST, left_on=None, now=now, by=None)
    change_membership(session, later, joined_on=date(2025, 2, 1), left_on=date(2025, 3, 1), now=now, by=None)

    assert "is dan al lid" in refusal.value.sentence
    assert (later.joined_on, later.left_on) == (date(2025, 2, 1), date(2025, 3, 1))
    assert len(organisation.memberships) == 2


def test_a_role_counts_on_its_last_day_and_not_on_the_next(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, "De Voeg")
    person = a_person(session, of=organisation, mailbox="samira@mail.example.org")
    (role,) = person.roles
    rule = {"rule": {"organisation": [organisation.slug]}}

    end_role(session, role, until_on=today(now) + timedelta(days=1), now=now, by=None)
    on_the_last_day = session.scalars(chosen(session, rule, now=now)).all()
    on_the_next_day = session.scalars(chosen(session, rule, now=now + timedelta(days=1))).all()

    assert (len(on_the_last_day), len(on_the_next_day)) == (1, 0)


def test_a_role_that_still_has_to_begin_reaches_nobody(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, "De Voeg")
    person = a_person(session, mailbox="samira@mail.example.org")
    session.add(Role(person=person, organisation=organisation, since_on=today(now) + timedelta(days=1)))
    session.flush()

    rule = {"rule": {"organisation": [organisation.slug]}}

    assert session.scalars(chosen(session, rule, now=now)).all() == []


def test_a_stopped_organisation_leaves_audiences_and_its_people_keep_their_other_hats(
    session: Session, now: datetime
) -> None:
    stopped = an_organisation(session, "Gestopt", themes=["groen"], mailbox="info@gestopt.example.org")
    other = an_organisation(session, "Ander", themes=["sport"])
    shared = a_mailbox(session, "samen@mail.example.org")
    session.add_all([OrganisationMailbox(organisation=one, mailbox=shared, position=2) for one in (stopped, other)])
    person = a_person(session, of=stopped, mailbox="samira@mail.example.org")
    session.add(Role(person=person, organisation=other))
    session.flush()

    stop_organisation(session, stopped, on=today(now), because="Geen geld meer", now=now, by=None)
    green = {"rule": {"theme": ["groen"]}}
    behind = addressees(session, {"rule": {"all": []}}, now=now)

    assert session.scalars(chosen(session, green, now=now)).all() == []
    reached = {session.get_one(Mailbox, mailbox_id).address: who.organisations for mailbox_id, who in behind.items()}
    assert reached == {"samen@mail.example.org": (other.id,), "samira@mail.example.org": (other.id,)}

    resume_organisation(session, stopped, now=now, by=None)
    assert len(session.scalars(chosen(session, green, now=now)).all()) == 2
    assert (stopped.stopped_on, stopped.stopped_because) == (None, "")


def test_an_organisation_cannot_stop_on_a_day_to_come(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)

    with pytest.raises(BadInput) as refusal:
        stop_organisation(session, organisation, on=today(now) + timedelta(days=1), now=now, by=None)

    assert refusal.value.field == "stopped_on"
    assert organisation.is_active
