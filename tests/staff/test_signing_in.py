"""Links to sign in with, without the web around them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput, NotAllowed, NotFound
from mailer.foundation.outbox import OwedLetter
from mailer.staff.letters import sign_in_link
from mailer.staff.logbook import note
from mailer.staff.models import LogbookEntry, Operator, OperatorRole
from mailer.staff.operators import add_operator, change_role, disable, enable
from mailer.staff.roles import Action, require
from mailer.staff.signing_in import (
    ask_sign_in_link,
    current_operator,
    find_sign_in_link,
    make_sign_in_link,
    sign_in,
)


@pytest.fixture
def marit(session: Session, now: datetime) -> Operator:
    return add_operator(session, "Marit@Example.org", role=OperatorRole.SENDER, now=now, name="Marit")


def test_link_is_dead_after_half_an_hour(session: Session, marit: Operator, now: datetime) -> None:
    link = make_sign_in_link(session, marit, now=now)

    assert find_sign_in_link(session, link.id, now=now + timedelta(minutes=29, seconds=59)) is link
    assert find_sign_in_link(session, link.id, now=now + timedelta(minutes=30)) is None


def test_second_use_of_a_link_is_refused(session: Session, marit: Operator, now: datetime) -> None:
    link = make_sign_in_link(session, marit, now=now)

    assert sign_in(session, link.id, now=now) is marit
    with pytest.raises(NotFound):
        sign_in(session, link.id, now=now)


def test_link_of_somebody_who_left_is_refused(session: Session, marit: Operator, now: datetime) -> None:
    link = make_sign_in_link(session, marit, now=now)
    disable(session, marit, now=now, by=None)

    with pytest.raises(NotFound):
        sign_in(session, link.id, now=now)


def test_address_is_recognised_in_any_case(session: Session, marit: Operator, now: datetime) -> None:
    link = ask_sign_in_link(session, " MARIT@example.ORG ", now=now)

    assert link is not None
    (owed,) = session.scalars(select(OwedLetter)).all()
    assert (owed.letter, owed.subject_id, owed.address) == ("sign-in-link", link.id, marit.address)


def test_letter_holds_the_link_and_its_end(session: Session, marit: Operator, now: datetime) -> None:
    link = ask_sign_in_link(session, marit.address, now=now, valid_minutes=10)
    (owed,) = session.scalars(select(OwedLetter)).all()

    content = sign_in_link(session, owed)

    assert link is not None
    assert content.values["name"] == "Marit"
    assert content.values["valid_until"] == now + timedelta(minutes=10)
    assert content.values["link"].startswith("https://tegelpost.example.org/inloggen/")


def test_nobody_works_here_twice(session: Session, marit: Operator, now: datetime) -> None:
    with pytest.raises(BadInput):
        add_operator(session, "marit@example.org", role=OperatorRole.READER, now=now)


def test_a_changed_role_ends_old_sessions(session: Session, marit: Operator, now: datetime) -> None:
    epoch = marit.session_epoch
    assert current_operator(session, marit.id, epoch) is marit

    change_role(session, marit, OperatorRole.READER, now=now, by=None)

    assert current_operator(session, marit.id, epoch) is None
    assert current_operator(session, marit.id, marit.session_epoch) is marit


def test_who_left_may_nothing_until_enabled_again(session: Session, marit: Operator, now: datetime) -> None:
    disable(session, marit, now=now, by=None)
    with pytest.raises(NotAllowed):
        require(marit, Action.LOOK)

    enable(session, marit, now=now, by=None)

    require(marit, Action.SEND)
    with pytest.raises(NotAllowed):
        require(marit, Action.MANAGE)


def test_logbook_names_who_did_what_to_which_row(session: Session, marit: Operator, now: datetime) -> None:
    entry = note(session, marit, "operator-praised", marit, now=now, note="hard gewerkt")

    kept = session.get(LogbookEntry, entry.id)
    assert kept is not None
    assert (kept.operator_id, kept.subject_kind, kept.subject_id) == (marit.id, "operator", marit.id)
    assert (kept.action, kept.at, kept.note) == ("operator-praised", now, "hard gewerkt")
