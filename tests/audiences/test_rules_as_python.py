"""Every rule means the same in SQL as in plain Python: 240 random rules, of every condition, nested to any depth.

Asked of a small directory with all its traps, of the sample, and of directories that are imagined anew; each with a
past of answers, attendance and letters. The same rules at every run, so that a failure is one of the code.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.choosing import chosen
from mailer.audiences.counting import count
from mailer.audiences.models import Reach
from mailer.cli.sample import create_sample
from mailer.directory.models import Mailbox
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.planting import plant_directory
from mailer.subscriptions.sample.planting import plant_permission
from mailer.subscriptions.sample.sender import plant_sender
from tests.audiences.directories import plant_past, plant_small_directory
from tests.audiences.oracle import Oracle
from tests.audiences.random_rules import Rules, rules_for


class Asked:
    """A directory to ask rules of, with its words and its oracle."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        plant_past(session, now)
        self.mailboxes = session.scalars(select(Mailbox.id).order_by(Mailbox.id)).all()
        self.rules: Rules = rules_for(session)
        self.oracle = Oracle(session, now)

    def agrees(self, data: st.DataObject, reach: Reach) -> None:
        rule = data.draw(self.rules)
        audience: dict[str, Any] = {"rule": rule, "reach": reach.value}

        ids = self.session.scalars(chosen(self.session, audience, now=self.now)).all()

        letters = self.oracle.letters(rule, reach)
        assert sorted(ids) == sorted({option[3].id for _o, _p, option in letters if option[3]})
        assert count(self.session, audience, now=self.now) == self.oracle.count(letters)
        asked = data.draw(st.sets(st.sampled_from(self.mailboxes), min_size=1, max_size=2))
        behind = set(self.session.scalars(chosen(self.session, audience, now=self.now, behind=asked)))
        assert behind & asked == set(ids) & asked


def _rules(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.fixture
def small(session: Session, now: datetime) -> Asked:
    plant_small_directory(session)
    return Asked(session, now)


@pytest.fixture
def sample(session: Session, now: datetime) -> Asked:
    create_sample(session)
    return Asked(session, now)


@pytest.fixture
def imagined(session: Session, now: datetime, request: pytest.FixtureRequest) -> Asked:
    plant_directory(session, imagine(request.param, organisation_count=14, person_count=40))
    plant_sender(session)
    plant_permission(session, seed=request.param)
    return Asked(session, now)


@_rules(120)
@given(data=st.data(), reach=st.sampled_from(list(Reach)))
def test_sql_and_python_choose_the_same_of_every_trap(small: Asked, data: st.DataObject, reach: Reach) -> None:
    small.agrees(data, reach)


@_rules(40)
@given(data=st.data(), reach=st.sampled_from(list(Reach)))
def test_sql_and_python_choose_the_same_of_the_sample(sample: Asked, data: st.DataObject, reach: Reach) -> None:
    sample.agrees(data, reach)


@pytest.mark.parametrize("imagined", [1, 2, 3, 4], indirect=True)
@_rules(20)
@given(data=st.data(), reach=st.sampled_from(list(Reach)))
def test_sql_and_python_choose_the_same_of_imagined_directories(
    imagined: Asked, data: st.DataObject, reach: Reach
) -> None:
    imagined.agrees(data, reach)
