"""What others proposed of two rows that are one: said once, and recognised when it is said again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Organisation, Proposal, ProposalField, ProposalSource
from mailer.directory.proposing import Origin, propose, propose_contact_left, propose_dead_address
from mailer.records.merging import merge, unmerge
from mailer.records.models import MergeKind
from tests.factories import A_MOMENT, a_mailbox, a_person, an_organisation
from tests.records.dumps import difference, dump

LATER = A_MOMENT + timedelta(days=3)
THEMSELVES = Origin(ProposalSource.ORGANISATION)


def _said(session: Session, organisation: Organisation, field: ProposalField, wanted: Any) -> Proposal:
    made = propose(session, organisation, field, wanted, origin=THEMSELVES, now=A_MOMENT)
    assert made is not None
    return made


def _states(session: Session) -> list[tuple[int | None, str]]:
    rows = session.scalars(select(Proposal).order_by(Proposal.id))
    return [(one.organisation_id, one.state.value) for one in rows]


def test_what_is_said_again_after_a_merge_is_the_same_proposal(session: Session) -> None:
    keep, lose = (an_organisation(session, name) for name in ("De Voeg", "Stichting De Voeg"))
    moved = [
        _said(session, lose, ProposalField.STREET, "Kasseistraat 1"),
        _said(session, lose, ProposalField.STOPPED, "2026-11-01"),
    ]

    merge(session, MergeKind.ORGANISATION, keep.id, lose.id, now=LATER, by=None)
    again = [
        _said(session, keep, ProposalField.STREET, "Kasseistraat 1"),
        _said(session, keep, ProposalField.STOPPED, "2026-12-09"),
    ]

    assert [one.id for one in again] == [one.id for one in moved]
    assert _states(session) == [(keep.id, "open"), (keep.id, "open")]


def test_what_both_have_open_is_open_once_and_comes_back_twice(session: Session) -> None:
    keep, lose = (an_organisation(session, name) for name in ("De Voeg", "Stichting De Voeg"))
    for one in (keep, lose):
        _said(session, one, ProposalField.PHONE, "010-000 0123")
    before = dump(session)

    done = merge(session, MergeKind.ORGANISATION, keep.id, lose.id, now=LATER, by=None)
    together = _states(session)
    unmerge(session, done.id, now=LATER, by=None)

    assert together == [(keep.id, "open"), (keep.id, "overtaken")]
    assert difference(before, dump(session)) == {}


def test_that_somebody_left_is_known_of_the_person_who_stays(session: Session) -> None:
    voeg = an_organisation(session, "De Voeg")
    keep, lose = (a_person(session, "Samira", of=voeg) for _one in range(2))
    for person in (keep, lose):
        propose_contact_left(session, person.roles[0], origin=THEMSELVES, now=A_MOMENT)

    merge(session, MergeKind.PERSON, keep.id, lose.id, now=LATER, by=None)

    rows = session.scalars(select(Proposal).order_by(Proposal.id)).all()
    assert [(one.person_id, one.state.value) for one in rows] == [(keep.id, "open"), (keep.id, "overtaken")]


def test_a_dead_address_that_was_replaced_asks_nothing_any_more(session: Session) -> None:
    old, new = a_mailbox(session, "info@oud.example.org"), a_mailbox(session, "info@nieuw.example.org")
    an_organisation(session, "De Voeg", mailbox=old)
    propose_dead_address(session, old, origin=THEMSELVES, now=A_MOMENT)

    merge(session, MergeKind.MAILBOX, new.id, old.id, now=LATER, by=None)

    assert [(one.mailbox_id, one.state.value) for one in session.scalars(select(Proposal))] == [(new.id, "overtaken")]
