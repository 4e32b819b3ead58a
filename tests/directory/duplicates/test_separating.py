"""What staff called two is never proposed again, until somebody takes that back."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.duplicates import call_two, propose, take_back_two
from mailer.directory.models import NotDuplicate
from tests.factories import A_MOMENT, a_person, an_organisation


def test_what_was_called_two_is_not_proposed_again(session: Session) -> None:
    one, other = an_organisation(session, "Koor Opsluitband"), an_organisation(session, "Koor Opsluitband")
    third = an_organisation(session, "Stichting Koor Opsluitband")

    call_two(session, other, one, now=A_MOMENT, by=None)

    assert {pair.ids for pair in propose(session)} == {(one.id, third.id), (other.id, third.id)}


def test_saying_it_twice_changes_nothing(session: Session) -> None:
    one, other = a_person(session, mobile="+31600001234"), a_person(session, mobile="+31600001234")

    first = call_two(session, one, other, now=A_MOMENT, by=None)

    assert call_two(session, other, one, now=A_MOMENT, by=None) is first
    assert session.scalar(select(func.count()).select_from(NotDuplicate)) == 1
    assert propose(session) == []


def test_taking_it_back_proposes_the_pair_again(session: Session) -> None:
    one, other = a_person(session, mobile="+31600001234"), a_person(session, mobile="+31600001234")
    call_two(session, one, other, now=A_MOMENT, by=None)

    take_back_two(session, "person", (other.id, one.id))

    assert [pair.ids for pair in propose(session)] == [(one.id, other.id)]
