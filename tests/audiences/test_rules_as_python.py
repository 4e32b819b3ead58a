"""Every rule means the same in SQL as in plain Python: 240 random rules, of every condition, nested to any depth.

Asked of a small directory with all its traps, of the sample, and of directories that are imagined anew; each with a
past of answers, attendance and letters. The same rules at every run, so that a failure is one of the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.purpose import ANY_PURPOSE
from mailer.audiences.recipients.choosing import chosen
from mailer.audiences.rules.understanding import understand
from mailer.audiences.showing.counting import count
from mailer.audiences.why.standing import Standing, standings, standings_behind
from mailer.cli.sample import create_sample
from mailer.directory.models import Mailbox
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.planting import plant_directory
from mailer.subscriptions.sample.planting import plant_permission
from mailer.subscriptions.sample.sender import plant_sender
from tests.audiences.directories import plant_past, plant_small_directory
from tests.audiences.oracle import Oracle
from tests.audiences.random_rules import Rules, rules_for

COLUMNS = [each.name for each in fields(Standing) if each.name not in ("address", "person")]


class Asked:
    """A directory to ask rules of, with its words and its oracle."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        plant_past(session, now)
        self.mailboxes = session.scalars(select(Mailbox.id).order_by(Mailbox.id)).all()
        self.addresses = session.scalars(select(Mailbox.address).order_by(Mailbox.id)).all()
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

    def explains(self, data: st.DataObject, reach: Reach) -> None:
        """What is explained of a few mailboxes, by small statements, is what one statement keeps of everybody."""
        by_hand = st.lists(st.sampled_from(self.addresses), max_size=2)
        audience = understand(
            self.session,
            {
                "rule": data.draw(self.rules),
                "reach": reach.value,
                "include": data.draw(by_hand),
                "exclude": data.draw(by_hand),
            },
        )
        asked = data.draw(st.sets(st.sampled_from(self.mailboxes), min_size=1, max_size=3))

        few = standings_behind(self.session, audience, asked, now=self.now, purpose=ANY_PURPOSE)
        kept = standings(self.session, audience, now=self.now, purpose=ANY_PURPOSE)

        concerned = {row.mailbox_id for row in few}
        all_of_them = self.session.execute(select(kept).where(kept.c.mailbox_id.in_(concerned)))
        organisations = {row.organisation_id for row in few if row.mailbox_id in asked}
        people = {row.person_id for row in few if row.mailbox_id in asked}
        assert asked <= concerned
        assert sorted(_of(few, asked, organisations, people)) == sorted(_of(all_of_them, asked, organisations, people))


def _of(rows: Iterable[Any], asked: set[int], organisations: set[int], people: set[int]) -> list[tuple[Any, ...]]:
    """Those of the mailboxes asked about, and of whoever could stand in for them; nobody's seat fits or does not."""
    return [
        tuple(getattr(row, name) for name in COLUMNS)
        for row in rows
        if row.organisation_id or row.person_id
        if row.mailbox_id in asked
        or row.organisation_id in organisations - {0}
        or (not row.organisation_id and row.person_id in people)
    ]


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


@_rules(60)
@given(data=st.data(), reach=st.sampled_from(list(Reach)))
def test_a_few_mailboxes_are_explained_as_everybody_is_kept(small: Asked, data: st.DataObject, reach: Reach) -> None:
    small.explains(data, reach)
