"""One person at a time writes in a draft."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.mailings.drafts.taking_turns import take_turn, whose_turn
from mailer.mailings.models import Mailing
from mailer.staff.models import Operator
from tests.factories import a_mailing
from tests.web.visitor import an_operator


@pytest.fixture
def draft(session: Session) -> Mailing:
    return a_mailing(session)


@pytest.fixture
def marit(session: Session) -> Operator:
    return an_operator(session, "marit@tegelpost.example.org")


@pytest.fixture
def joost(session: Session) -> Operator:
    return an_operator(session, "joost@tegelpost.example.org")


def test_who_comes_first_writes(
    session: Session, now: datetime, draft: Mailing, marit: Operator, joost: Operator
) -> None:
    assert take_turn(session, draft, by=marit, now=now) == marit
    assert take_turn(session, draft, by=joost, now=now) == marit
    assert whose_turn(session, draft, now=now) == marit


def test_taking_over_is_done_on_purpose(
    session: Session, now: datetime, draft: Mailing, marit: Operator, joost: Operator
) -> None:
    take_turn(session, draft, by=marit, now=now)

    assert take_turn(session, draft, by=joost, now=now, over=True) == joost
    assert take_turn(session, draft, by=marit, now=now) == joost


def test_a_turn_without_a_sign_of_life_is_over(
    session: Session, now: datetime, draft: Mailing, marit: Operator, joost: Operator
) -> None:
    take_turn(session, draft, by=marit, now=now)
    take_turn(session, draft, by=marit, now=now + timedelta(seconds=90))

    assert take_turn(session, draft, by=joost, now=now + timedelta(seconds=180)) == marit
    assert whose_turn(session, draft, now=now + timedelta(seconds=200)) is None
    assert take_turn(session, draft, by=joost, now=now + timedelta(seconds=200)) == joost


def test_every_draft_has_a_turn_of_its_own(
    session: Session, now: datetime, draft: Mailing, marit: Operator, joost: Operator
) -> None:
    take_turn(session, draft, by=marit, now=now)

    assert take_turn(session, a_mailing(session), by=joost, now=now) == joost
