from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer.audiences.purpose import Purpose
from mailer.audiences.recipients.addressing import Addressees, addressees
from mailer.audiences.recipients.choosing import chosen
from mailer.audiences.showing.counting import AudienceCount, count
from mailer.directory.models import Mailbox, MailboxKind, OrganisationMailbox, PersonMailbox, Role
from mailer.foundation.errors import BadInput
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import Basis, SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.factories import a_mailbox, a_person, a_topic, an_organisation

GREEN = {"theme": ["groen"]}


def reached(session: Session, now: datetime, audience: dict[str, Any], purpose: Purpose | None = None) -> list[str]:
    """The addresses of an audience, sorted; each mailbox must come once."""
    ids = session.scalars(chosen(session, audience, now=now, purpose=purpose or Purpose())).all()
    assert len(ids) == len(set(ids))
    return sorted(session.get(Mailbox, mailbox_id).address.partition("@")[0] for mailbox_id in ids)  # type: ignore[union-attr]


def an_office(session: Session, name: str) -> Mailbox:
    return a_mailbox(session, f"{name}@devoeg.example.org", kind=MailboxKind.FUNCTIONAL, basis=Basis.PUBLISHED)


def test_everyone_is_all_people_and_the_organisations_own_mailbox(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, mailbox="samira@devoeg.example.org")
    a_person(session, of=an_organisation(session, themes=["sport"]), mailbox="sport@devoeg.example.org")

    assert reached(session, now, {"rule": GREEN}) == ["info", "samira"]


def test_two_people_behind_one_mailbox_get_one_letter_that_greets_both(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"])
    shared = an_office(session, "info")
    session.add(OrganisationMailbox(organisation=voeg, mailbox=shared))
    samira = a_person(session, of=voeg, mailbox=shared)
    joost = a_person(session, "Joost", of=voeg, mailbox=shared)
    audience = {"rule": GREEN}

    assert reached(session, now, audience) == ["info"]
    assert addressees(session, audience, now=now) == {shared.id: Addressees((voeg.id,), (samira.id, joost.id))}


def test_one_per_organisation_still_greets_the_people_who_read_its_mailbox(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"])
    shared = an_office(session, "info")
    session.add(OrganisationMailbox(organisation=voeg, mailbox=shared))
    samira = a_person(session, of=voeg, mailbox=shared)
    a_person(session, "Joost", of=voeg, mailbox="joost@devoeg.example.org")
    audience = {"rule": GREEN, "reach": "one_per_organisation"}

    assert addressees(session, audience, now=now) == {shared.id: Addressees((voeg.id,), (samira.id,))}


def test_one_mailbox_of_two_organisations_gets_one_letter_for_both(session: Session, now: datetime) -> None:
    shared = an_office(session, "info")
    first = an_organisation(session, themes=["groen"], mailbox=shared)
    second = an_organisation(session, themes=["groen"], mailbox=shared)
    audience = {"rule": GREEN, "reach": "one_per_organisation"}

    assert addressees(session, audience, now=now) == {shared.id: Addressees((first.id, second.id), ())}
    assert count(session, audience, now=now).organisations == 2


def test_contacts_are_the_people_marked_as_contact(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, is_contact=True, mailbox="samira@devoeg.example.org")
    a_person(session, of=voeg, is_contact=True, mailbox="fatuma@devoeg.example.org")
    a_person(session, of=voeg, mailbox="joost@devoeg.example.org")

    assert reached(session, now, {"rule": GREEN, "reach": "contacts"}) == ["fatuma", "samira"]


def test_without_a_contact_the_organisations_own_mailbox_is_used(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, mailbox="joost@devoeg.example.org")

    assert reached(session, now, {"rule": GREEN, "reach": "contacts"}) == ["info"]


def test_one_per_organisation_prefers_its_own_mailbox(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, is_contact=True, mailbox="samira@devoeg.example.org")

    assert reached(session, now, {"rule": GREEN, "reach": "one_per_organisation"}) == ["info"]


def test_one_per_organisation_takes_the_first_reachable_contact(session: Session, now: datetime) -> None:
    bare = an_organisation(session, themes=["groen"])
    a_person(session, of=bare, mailbox="vrijwilliger@devoeg.example.org")
    a_person(session, of=bare, is_contact=True)
    refused = a_mailbox(session, "eerste@devoeg.example.org", basis=None)
    a_person(session, of=bare, is_contact=True, mailbox=refused)
    a_person(session, of=bare, is_contact=True, mailbox="tweede@devoeg.example.org")
    a_person(session, of=bare, is_contact=True, mailbox="derde@devoeg.example.org")

    assert reached(session, now, {"rule": GREEN, "reach": "one_per_organisation"}) == ["tweede"]


def test_a_contact_stands_in_when_the_organisations_mailbox_bounced(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, is_contact=True, mailbox="samira@devoeg.example.org")
    suppress(session, "info@devoeg.example.org", SuppressionReason.HARD_BOUNCE, now=now)

    assert reached(session, now, {"rule": GREEN, "reach": "one_per_organisation"}) == ["samira"]


def test_whom_nobody_can_stand_in_for_stays_in_the_count_with_the_reason(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    suppress(session, "info@devoeg.example.org", SuppressionReason.HARD_BOUNCE, now=now)
    a_person(session, of=voeg, is_contact=True, mailbox=a_mailbox(session, "samira@devoeg.example.org", basis=None))

    counted = count(session, {"rule": GREEN, "reach": "one_per_organisation"}, now=now)

    assert (counted.mailboxes, counted.mailable, counted.refused) == (1, 0, {"suppressed": 1})
    assert (counted.organisations, counted.organisations_reached) == (1, 0)


def test_the_second_address_is_used_when_the_first_is_refused(session: Session, now: datetime) -> None:
    samira = a_person(session, of=an_organisation(session, themes=["groen"]))
    refused, fine = a_mailbox(session, "werk@devoeg.example.org", basis=None), a_mailbox(session, "thuis@a.example.org")
    session.add(PersonMailbox(person=samira, mailbox=refused, position=1))
    session.add(PersonMailbox(person=samira, mailbox=fine, position=2))
    session.flush()

    assert reached(session, now, {"rule": GREEN}) == ["thuis"]


def test_the_gate_of_the_topic_decides_who_stands_in(session: Session, now: datetime) -> None:
    topic, calls = a_topic(session), a_topic(session, "oproepen")
    info = an_office(session, "info")
    voeg = an_organisation(session, themes=["groen"], mailbox=info)
    a_person(session, of=voeg, is_contact=True, mailbox="samira@devoeg.example.org")
    leave(session, info, topic, door="one-click", now=now)
    audience = {"rule": GREEN, "reach": "one_per_organisation"}

    assert reached(session, now, audience, Purpose(topic)) == ["samira"]
    assert reached(session, now, audience, Purpose(calls)) == ["info"]


def test_conditions_hold_for_one_organisation_at_a_time(session: Session, now: datetime) -> None:
    both = a_person(session, mailbox="samira@devoeg.example.org")
    for organisation in (
        an_organisation(session, themes=["groen"], areas=["bospolder"]),
        an_organisation(session, themes=["sport"], areas=["spangen"]),
    ):
        session.add(Role(person=both, organisation=organisation))
    session.flush()

    assert reached(session, now, {"rule": {"all": [GREEN, {"neighbourhood": "spangen"}]}}) == []
    assert reached(session, now, {"rule": {"all": [GREEN, {"neighbourhood": "bospolder"}]}}) == ["samira"]


def test_stopped_organisations_and_former_roles_leave_the_audience(session: Session, now: datetime) -> None:
    an_organisation(session, themes=["groen"], mailbox="weg@devoeg.example.org", stopped_on=date(2026, 6, 1))
    voeg = an_organisation(session, themes=["groen"])
    former = a_person(session, mailbox="vroeger@devoeg.example.org")
    current = a_person(session, mailbox="nu@devoeg.example.org")
    session.add(Role(person=former, organisation=voeg, until_on=date(2026, 12, 1)))
    session.add(Role(person=current, organisation=voeg, until_on=date(2026, 12, 2)))
    session.flush()

    assert reached(session, now, {"rule": GREEN}) == ["nu"]


def test_somebody_who_took_the_name_out_is_not_reached_through_the_shared_mailbox(
    session: Session, now: datetime
) -> None:
    shared = an_office(session, "info")
    voeg = an_organisation(session, themes=["groen"], mailbox=shared)
    samira = a_person(session, of=voeg)
    session.add(PersonMailbox(person=samira, mailbox=shared, is_addressed=False))
    session.flush()

    assert addressees(session, {"rule": GREEN}, now=now) == {shared.id: Addressees((voeg.id,), ())}
    assert count(session, {"rule": GREEN}, now=now).no_mailbox == 1


def test_people_without_organisation_count_as_a_party_of_their_own(session: Session, now: datetime) -> None:
    key_person = a_person(session, mailbox="los@devoeg.example.org")
    everybody: dict[str, Any] = {"all": []}

    for reach in ("everyone", "contacts", "one_per_organisation"):
        assert reached(session, now, {"rule": everybody, "reach": reach}) == ["los"]
    (found,) = addressees(session, {"rule": everybody}, now=now).values()
    assert found == Addressees((), (key_person.id,))


def test_a_rule_about_people_makes_whoever_fits_the_contact(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, language="tr", mailbox="ayse@devoeg.example.org")
    audience = {"rule": {"language": "tr"}}

    for reach in ("everyone", "contacts", "one_per_organisation"):
        assert reached(session, now, audience | {"reach": reach}) == ["ayse"]


def test_addresses_are_added_and_taken_out_by_hand(session: Session, now: datetime) -> None:
    an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    an_organisation(session, themes=["groen"], mailbox="uit@devoeg.example.org")
    an_organisation(session, themes=["sport"], mailbox="erbij@devoeg.example.org")
    a_mailbox(session, "niemand@devoeg.example.org")

    assert reached(
        session,
        now,
        {
            "rule": GREEN,
            "include": ["ERBIJ@devoeg.example.org", "niemand@devoeg.example.org", "onbekend@devoeg.example.org"],
            "exclude": ["uit@devoeg.example.org"],
        },
    ) == ["erbij", "info", "niemand"]


def test_taking_a_mailbox_out_does_not_pull_in_the_next_choice(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, is_contact=True, mailbox="samira@devoeg.example.org")
    audience = {"rule": GREEN, "reach": "one_per_organisation", "exclude": ["info@devoeg.example.org"]}

    assert reached(session, now, audience) == []


def test_whom_the_rule_leaves_out_does_not_come_back_through_the_reach(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, is_contact=True, mailbox="samira@devoeg.example.org")
    rule = {"all": [GREEN, {"none": [{"address": "info@devoeg.example.org"}]}]}

    assert reached(session, now, {"rule": rule, "reach": "one_per_organisation"}) == ["samira"]
    rule["all"].append({"none": [{"address": "samira@devoeg.example.org"}]})
    assert reached(session, now, {"rule": rule, "reach": "one_per_organisation"}) == []


def test_include_alone_is_an_audience(session: Session, now: datetime) -> None:
    an_organisation(session, mailbox="info@devoeg.example.org")
    an_organisation(session, mailbox="ander@devoeg.example.org")

    assert reached(session, now, {"include": ["info@devoeg.example.org"]}) == ["info"]


def test_the_count_adds_up(session: Session, now: datetime) -> None:
    topic = a_topic(session)
    voeg = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, mailbox="samira@devoeg.example.org")
    a_person(session, of=voeg, mailbox=a_mailbox(session, "excel@devoeg.example.org", basis=None))
    left = a_mailbox(session, "weg@devoeg.example.org")
    leave(session, left, topic, door="one-click", now=now)
    a_person(session, of=voeg, mailbox=left)
    a_person(session, of=voeg)
    an_organisation(session, themes=["groen"])

    assert count(session, {"rule": GREEN}, now=now, purpose=Purpose(topic)) == AudienceCount(
        organisations=2,
        organisations_reached=1,
        people=4,
        people_unreached=3,
        no_mailbox=1,
        mailboxes=4,
        mailable=2,
        refused={"left": 1, "no_basis": 1},
        organisations_no_mailbox=1,
    )


def test_asking_is_one_statement(session: Session, now: datetime) -> None:
    an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")

    statement = str(chosen(session, {"rule": {"any": [GREEN, {"all": []}]}}, now=now))

    assert ";" not in statement


@pytest.mark.parametrize("audience", [{}, {"rule": {}}, {"rule": GREEN, "reach": "all"}, {"rule": GREEN, "who": 1}, []])
def test_a_bad_audience_is_refused(session: Session, now: datetime, audience: Any) -> None:
    with pytest.raises(BadInput):
        chosen(session, audience, now=now)
