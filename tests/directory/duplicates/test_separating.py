"""What staff called two is never proposed again, until somebody takes that back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.duplicates import call_two, propose, proposed_later, put_off, take_back_two
from mailer.directory.models import NotDuplicate
from tests.factories import A_MOMENT, a_person, an_organisation


def test_what_was_called_two_is_not_proposed_again(session: Session) -> None:
    one, other = an_organisation(session, "Koor Opsluitband"), an_organisation(session, "Koor Opsluitband")
    third = an_organisation(session, "Stichting Koor Opsluitband")

    call_two(session, other, one, now=A_MOMENT, by=None)

    assert {pair.ids for pair in propose(session, day=A_MOMENT.date())} == {(one.id, third.id), (other.id, third.id)}


def test_saying_it_twice_changes_nothing(session: Session) -> None:
    one, other = a_person(session, mobile="+31600001234"), a_person(session, mobile="+31600001234")

    first = call_two(session, one, other, now=A_MOMENT, by=None)

    assert call_two(session, other, one, now=A_MOMENT, by=None) is first
    assert session.scalar(select(func.count()).select_from(NotDuplicate)) == 1
    assert propose(session, day=A_MOMENT.date()) == []


def test_taking_it_back_proposes_the_pair_again(session: Session) -> None:
    one, other = a_person(session, mobile="+31600001234"), a_person(session, mobile="+31600001234")
    call_two(session, one, other, now=A_MOMENT, by=None)

    take_back_two(session, other, one, now=A_MOMENT, by=None)
    take_back_two(session, other, one, now=A_MOMENT, by=None)

    assert [pair.ids for pair in propose(session, day=A_MOMENT.date())] == [(one.id, other.id)]


def test_what_is_for_later_is_proposed_again_after_thirty_days(session: Session) -> None:
    one, other = an_organisation(session, "Koor Opsluitband"), an_organisation(session, "Koor Opsluitband")
    put_off(session, other, one, now=A_MOMENT, by=None)
    put_off(session, one, other, now=A_MOMENT, by=None)
    day = A_MOMENT.date()

    proposed = [
        [[pair.ids for pair in found(session, day=day + timedelta(days=days))] for found in (propose, proposed_later)]
        for days in (0, 29, 30)
    ]

    assert proposed == [[[], [(one.id, other.id)]], [[], [(one.id, other.id)]], [[(one.id, other.id)], []]]


def test_what_was_for_later_can_be_called_two_for_good_and_not_the_other_way_round(session: Session) -> None:
    one, other = an_organisation(session, "Koor Opsluitband"), an_organisation(session, "Koor Opsluitband")

    put_off(session, one, other, now=A_MOMENT, by=None)
    call_two(session, one, other, now=A_MOMENT, by=None)
    put_off(session, one, other, now=A_MOMENT, by=None)

    assert propose(session, day=A_MOMENT.date() + timedelta(days=400)) == []
    assert session.scalar(select(func.count()).select_from(NotDuplicate)) == 1
