"""Days on which people stay away or have something else: public holidays, school holidays, and rows of staff.

Public and school holidays come from the ``holidays`` library, worked out on this machine; what it does not know
(Ramadan, Keti Koti, a street's own feast) are rows, each with its source.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailer.events.models import SpecialDay
from mailer.foundation.database import settings_of


class DayKind(enum.StrEnum):
    """Where a day comes from."""

    PUBLIC = "public"
    SCHOOL = "school"
    OWN = "own"


@dataclass(frozen=True)
class Special:
    """What is special on a day."""

    kind: DayKind
    name: str
    source: str = ""


def special_on(session: Session, day: date) -> list[Special]:
    """Return what is special on this day, public holidays first."""
    return [*_public(day), *_school(day, settings_of(session).school_region), *_own(session, day)]


def special_days(session: Session) -> list[SpecialDay]:
    """Return the days that staff keeps, in the order of the calendar."""
    return list(session.scalars(select(SpecialDay).order_by(SpecialDay.first_on, SpecialDay.id)))


def _holidays() -> Any:
    """The calendar of countries, loaded by who asks for a day: workers that send letters know this file too."""
    return import_module("holidays").country_holidays


def _public(day: date) -> Iterator[Special]:
    found = _holidays()("NL", years=day.year, categories=("public", "optional"), language="nl")
    if day in found:
        yield Special(DayKind.PUBLIC, found[day])


def _school(day: date, region: str) -> Iterator[Special]:
    if not region:
        return
    found = _holidays()("NL", subdiv=region, years=day.year, categories=("school",), language="nl")
    if day in found:
        yield Special(DayKind.SCHOOL, found[day])


def _own(session: Session, day: date) -> Iterator[Special]:
    fits = or_(SpecialDay.is_yearly, (SpecialDay.first_on <= day) & (SpecialDay.last_on >= day))
    for row in session.scalars(select(SpecialDay).where(fits).order_by(SpecialDay.first_on, SpecialDay.id)):
        if not row.is_yearly or _falls_on(row, day):
            yield Special(DayKind.OWN, row.name, row.source)


def _falls_on(row: SpecialDay, day: date) -> bool:
    """A yearly row counts every year; 29 February only in a year that has one."""
    length = row.last_on - row.first_on
    for year in (day.year - 1, day.year):
        try:
            first = row.first_on.replace(year=year)
        except ValueError:
            continue
        if first <= day <= first + length:
            return True
    return False


# A row that lasts longer says something of a whole season, and would be on every page.
LONGEST = timedelta(days=92)
