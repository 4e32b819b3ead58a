"""Days on which many stay away: public holidays, school holidays, and what staff keeps with its source."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events.marking_days import mark_day, unmark_day
from mailer.events.special_days import special_days, special_on
from mailer.foundation.errors import BadInput
from mailer.staff.models import LogbookEntry

ZOMERCARNAVAL = {"name": "Zomercarnaval", "first_on": date(2027, 7, 24), "source": "voorbeeld.example.org"}


def names_on(session: Session, day: date) -> list[tuple[str, str]]:
    return [(special.kind.value, special.name) for special in special_on(session, day)]


def mark(session: Session, now: datetime, **more: Any) -> None:
    mark_day(session, **{**ZOMERCARNAVAL, **more}, now=now, by=None)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2027, 4, 27), [("public", "Koningsdag"), ("school", "Meivakantie")]),
        (date(2027, 5, 5), [("public", "Bevrijdingsdag")]),
        (date(2026, 10, 17), [("school", "Herfstvakantie")]),
        (date(2027, 1, 14), []),
        (date(2031, 5, 4), [("own", "Dodenherdenking")]),
        (date(2027, 7, 1), [("own", "Keti Koti")]),
        (date(2027, 3, 8), [("own", "Ramadan")]),
        (date(2027, 3, 9), [("own", "Suikerfeest")]),
    ],
)
def test_a_day_says_what_is_special_about_it(session: Session, day: date, found: list[tuple[str, str]]) -> None:
    assert names_on(session, day) == found


def test_what_staff_keeps_is_found_on_each_of_its_days(session: Session, now: datetime) -> None:
    mark(session, now, last_on=date(2027, 7, 25))

    assert ("own", "Zomercarnaval") in names_on(session, date(2027, 7, 25))
    assert ("own", "Zomercarnaval") not in names_on(session, date(2027, 7, 26))
    assert ("own", "Zomercarnaval") not in names_on(session, date(2028, 7, 24))


def test_a_yearly_day_counts_every_year_also_around_new_year(session: Session, now: datetime) -> None:
    mark(session, now, name="Oud en nieuw", first_on=date(2026, 12, 31), last_on=date(2027, 1, 1), is_yearly=True)

    assert ("own", "Oud en nieuw") in names_on(session, date(2029, 12, 31))
    assert ("own", "Oud en nieuw") in names_on(session, date(2030, 1, 1))
    assert ("own", "Oud en nieuw") not in names_on(session, date(2030, 1, 2))


def test_a_leap_day_comes_back_when_there_is_one(session: Session, now: datetime) -> None:
    mark(session, now, name="Schrikkeldag", first_on=date(2028, 2, 29), is_yearly=True)

    assert names_on(session, date(2029, 3, 1)) == []
    assert ("own", "Schrikkeldag") in names_on(session, date(2032, 2, 29))


@pytest.mark.parametrize("last_on", [date(2027, 7, 23), date(2027, 12, 1)])
def test_a_day_that_ends_before_it_begins_or_lasts_a_season_is_refused(
    session: Session, now: datetime, last_on: date
) -> None:
    with pytest.raises(BadInput) as refused:
        mark(session, now, last_on=last_on)

    assert refused.value.field == "last_on"


def test_a_day_is_taken_away_and_the_logbook_says_so(session: Session, now: datetime) -> None:
    mark(session, now)
    before = len(special_days(session))
    (day,) = [one for one in special_days(session) if one.name == "Zomercarnaval"]

    unmark_day(session, day, now=now, by=None)

    assert len(special_days(session)) == before - 1
    actions = session.scalars(select(LogbookEntry.action).where(LogbookEntry.note == "Zomercarnaval"))
    assert sorted(actions) == ["day-marked", "day-unmarked"]
