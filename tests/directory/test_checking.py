"""What an organisation answers: only the day it was looked at changes by itself."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.checking import Suggestion, confirm, problems_of, suggest
from mailer.directory.editing import facts_of
from mailer.directory.models import CheckAnswer, CheckLetter, Proposal, ProposalField, ProposalSource
from mailer.directory.proposing import NewContact
from tests.factories import a_person, an_organisation

DAY = date(2026, 12, 1)


def a_letter(session: Session, now: datetime, **more: object) -> CheckLetter:
    letter = CheckLetter(organisation=an_organisation(session, "De Voeg", **more), planned_on=DAY, sent_at=now)
    session.add(letter)
    session.flush()
    return letter


def test_all_right_sets_the_day_and_nothing_else(session: Session, now: datetime) -> None:
    letter = a_letter(session, now, street="Voegstraat 12")
    before = facts_of(letter.organisation)

    confirm(session, letter, now=now)

    assert facts_of(letter.organisation) == before
    assert (letter.organisation.checked_on, letter.answer, letter.answered_at) == (DAY, CheckAnswer.RIGHT, now)
    assert session.scalars(select(Proposal)).all() == []


def test_what_is_filled_in_becomes_proposals(session: Session, now: datetime) -> None:
    letter = a_letter(session, now, street="Voegstraat 12", phone="+31100000123")
    role = a_person(session, of=letter.organisation, is_contact=True).roles[0]
    before = facts_of(letter.organisation)

    made = suggest(
        session,
        letter,
        Suggestion(
            facts={ProposalField.STREET: "Kasseistraat 1", ProposalField.PHONE: "010-0000123"},
            has_stopped=True,
            left=(role,),
            contact=NewContact("Fatuma", address="fatuma@devoeg.example.org"),
            remark="Bel even.",
        ),
        now=now,
    )

    assert [(one.field, one.source, one.check_letter_id) for one in made] == [
        (field, ProposalSource.ORGANISATION, letter.id)
        for field in (
            ProposalField.STREET,
            ProposalField.STOPPED,
            ProposalField.REMARK,
            ProposalField.CONTACT_LEFT,
            ProposalField.NEW_CONTACT,
        )
    ]
    assert facts_of(letter.organisation) == before
    assert (letter.organisation.is_active, role.until_on, letter.organisation.checked_on) == (True, None, DAY)
    assert letter.answer is CheckAnswer.CHANGES


def test_every_field_that_cannot_be_used_is_named_at_once(session: Session) -> None:
    wrong = Suggestion(
        facts={ProposalField.POSTCODE: "30", ProposalField.WEBSITE: "geen"}, contact=NewContact("", address="fatuma@")
    )

    found = problems_of(session, wrong)

    assert sorted(found) == ["address", "given_name", "postcode", "website"]
    assert found["postcode"] == "Een postcode is vier cijfers en twee letters, zoals 3025 ZZ."
