"""Each reach has an order of preference; who stands in for whom is said, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer.audiences.why.explaining import Explanation, Outcome, explain, stand_ins
from mailer.audiences.why.telling import say_outcome
from mailer.directory.models import Mailbox, Organisation, PersonMailbox
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.factories import a_mailbox, a_person, an_organisation

GREEN: dict[str, Any] = {"theme": ["groen"]}
CONTACTS = {"rule": GREEN, "reach": "contacts"}
ONE = {"rule": GREEN, "reach": "one_per_organisation"}


@pytest.fixture
def voeg(session: Session) -> Organisation:
    """De Voeg with its own mailbox and Samira as contact."""
    found = an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=found, is_contact=True, mailbox="samira@devoeg.example.org")
    return found


def bounced(session: Session, name: str, now: datetime) -> None:
    suppress(session, f"{name}@devoeg.example.org", SuppressionReason.HARD_BOUNCE, now=now)


def told(session: Session, audience: dict[str, Any], name: str, now: datetime) -> Explanation:
    return explain(session, audience, f"{name}@devoeg.example.org", now=now)


def test_the_organisations_own_mailbox_stands_in_for_a_contact_that_bounced(
    session: Session, voeg: Organisation, now: datetime
) -> None:
    bounced(session, "samira", now)

    info = told(session, CONTACTS, "info", now)
    samira = told(session, CONTACTS, "samira", now)

    assert info.because[-1] == (
        "Contactpersoon Samira el Mozaïek, samira@devoeg.example.org (niet meer mailen) kan deze mail niet krijgen, "
        "dus gaat hij naar het eigen postvak info@devoeg.example.org."
    )
    assert (samira.outcome, samira.goes_to) == (Outcome.PASSED_OVER, ["info@devoeg.example.org"])
    assert samira.because[1] == (
        "De mail gaat naar info@devoeg.example.org, want dit postvak kan de mail niet krijgen (niet meer mailen)."
    )


def test_a_contact_stands_in_for_the_organisations_own_mailbox(
    session: Session, voeg: Organisation, now: datetime
) -> None:
    bounced(session, "info", now)

    assert list(stand_ins(session, ONE, now=now).values()) == [
        "Het eigen postvak info@devoeg.example.org (niet meer mailen) kan deze mail niet krijgen, "
        "dus gaat hij naar contactpersoon Samira el Mozaïek, samira@devoeg.example.org."
    ]


def test_nobody_stands_in_when_the_first_choice_can_be_written_to(
    session: Session, voeg: Organisation, now: datetime
) -> None:
    assert stand_ins(session, ONE, now=now) == {}
    assert stand_ins(session, CONTACTS, now=now) == {}
    assert stand_ins(session, {"rule": GREEN}, now=now) == {}


def test_every_contact_that_was_passed_over_is_named(session: Session, now: datetime) -> None:
    bare = an_organisation(session, "De Stoep", themes=["groen"])
    a_person(session, "Eva", of=bare, is_contact=True, mailbox=a_mailbox(session, "eva@devoeg.example.org", basis=None))
    a_person(session, "Bo", of=bare, is_contact=True, mailbox=a_mailbox(session, "bo@devoeg.example.org", basis=None))
    a_person(session, "Ali", of=bare, is_contact=True, mailbox="ali@devoeg.example.org")
    a_person(session, "Zoë", of=bare, is_contact=True, mailbox="zoe@devoeg.example.org")

    sentences = list(stand_ins(session, ONE, now=now).values())

    assert sentences == [
        "Contactpersoon Eva el Mozaïek, eva@devoeg.example.org (nog geen toestemming) en contactpersoon Bo el Mozaïek, "
        "bo@devoeg.example.org (nog geen toestemming) kunnen deze mail niet krijgen, "
        "dus gaat hij naar contactpersoon Ali el Mozaïek, ali@devoeg.example.org."
    ]
    assert told(session, ONE, "zoe", now).because[-1] == (
        "De mail gaat naar ali@devoeg.example.org, want Ali el Mozaïek (De Stoep) komt als eerste in de rij."
    )


def test_an_organisation_without_a_mailbox_of_its_own_is_reached_through_its_contact(
    session: Session, now: datetime
) -> None:
    bare = an_organisation(session, "De Stoep", themes=["groen"])
    a_person(session, "Eva", of=bare, is_contact=True, mailbox="eva@devoeg.example.org")
    a_person(session, "Bo", of=bare, mailbox="bo@devoeg.example.org")

    assert told(session, ONE, "eva", now).because[-1] == (
        "De Stoep heeft geen eigen postvak, dus gaat de mail naar contactpersoon Eva el Mozaïek, "
        "eva@devoeg.example.org."
    )
    assert told(session, ONE, "bo", now).because[-1] == (
        "De mail gaat naar eva@devoeg.example.org, want Bo el Mozaïek (De Stoep) is geen contactpersoon."
    )


def test_contacts_go_before_the_own_mailbox_and_colleagues(session: Session, voeg: Organisation, now: datetime) -> None:
    a_person(session, "Joost", of=voeg, mailbox="joost@devoeg.example.org")

    assert told(session, CONTACTS, "info", now).because[-1] == (
        "De mail gaat naar samira@devoeg.example.org, want de contactpersonen gaan voor."
    )
    assert told(session, CONTACTS, "joost", now).because[-1] == (
        "De mail gaat naar samira@devoeg.example.org, want Joost el Mozaïek (De Voeg) is geen contactpersoon."
    )


def test_a_second_mailbox_stands_in_for_the_one_somebody_likes_best(session: Session, now: datetime) -> None:
    samira = a_person(session, of=an_organisation(session, "De Voeg", themes=["groen"]))
    for position, name in enumerate(("eerste", "tweede"), 1):
        mailbox = a_mailbox(session, f"{name}@devoeg.example.org")
        session.add(PersonMailbox(person=samira, mailbox=mailbox, position=position))
    session.flush()
    before = told(session, {"rule": GREEN}, "tweede", now)
    bounced(session, "eerste", now)

    after = told(session, {"rule": GREEN}, "tweede", now)

    assert before.because[-1] == (
        "De mail gaat naar eerste@devoeg.example.org, want dat postvak gebruikt Samira el Mozaïek (De Voeg) het liefst."
    )
    assert (after.outcome, after.because[-1]) == (
        Outcome.LETTER,
        "Samira el Mozaïek, eerste@devoeg.example.org (niet meer mailen) kan deze mail niet krijgen, "
        "dus gaat hij naar Samira el Mozaïek, tweede@devoeg.example.org.",
    )


def test_whom_nobody_replaces_is_told_so_when_the_choice_was_taken_out_by_hand(
    session: Session, voeg: Organisation, now: datetime
) -> None:
    audience = {**ONE, "exclude": ["info@devoeg.example.org"]}

    assert told(session, audience, "info", now).outcome is Outcome.OUT_BY_HAND
    assert told(session, audience, "samira", now).because[-1] == (
        "De mail zou naar info@devoeg.example.org gaan, maar dat is met de hand uit de selectie gehaald. "
        "Dan komt er niemand voor in de plaats."
    )


def test_somebody_without_an_organisation_is_explained_apart(session: Session, now: datetime) -> None:
    person = a_person(session, "Fatuma", mailbox="fatuma@devoeg.example.org")
    other = a_mailbox(session, "anders@devoeg.example.org")
    session.add(PersonMailbox(person=person, mailbox=other, position=2))
    session.flush()

    found = told(session, {"rule": {"all": []}, "reach": "contacts"}, "anders", now)

    assert isinstance(other, Mailbox)
    assert (found.outcome, found.goes_to) == (Outcome.PASSED_OVER, ["fatuma@devoeg.example.org"])


def test_where_nobody_may_be_written_to_no_mail_is_promised(
    session: Session, voeg: Organisation, now: datetime
) -> None:
    for name in ("info", "samira"):
        bounced(session, name, now)

    found = told(session, CONTACTS, "info", now)

    assert (found.outcome, found.goes_to) == (Outcome.PASSED_OVER, [])
    assert found.because[1] == (
        "De mail zou naar samira@devoeg.example.org (niet meer mailen) gaan, maar daar mag hij niet heen. "
        "Er gaat dus geen mail."
    )
    assert say_outcome(found) == "Past bij de regel, maar er gaat geen mail."
