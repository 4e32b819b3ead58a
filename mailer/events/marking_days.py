"""Keeping the days that deserve a thought when one plans: add one, take one away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mailer.events.models import SpecialDay
from mailer.events.special_days import LONGEST
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def mark_day(
    session: Session,
    *,
    name: str,
    first_on: date,
    last_on: date | None = None,
    is_yearly: bool = False,
    source: str,
    now: datetime,
    by: Operator | None,
) -> SpecialDay:
    """Keep a day or a row of days. Raises ``BadInput`` when it ends before it begins, or lasts a season."""
    last_on = last_on or first_on
    if last_on < first_on:
        raise BadInput(_("De laatste dag ligt voor de eerste."), field="last_on")
    if last_on - first_on > LONGEST:
        raise BadInput(_("Dit duurt langer dan drie maanden. Kies een kortere tijd."), field="last_on")
    day = SpecialDay(name=name, first_on=first_on, last_on=last_on, is_yearly=is_yearly, source=source, added_at=now)
    session.add(day)
    session.flush()
    note(session, by, "day-marked", day, now=now, note=name)
    return day


def unmark_day(session: Session, day: SpecialDay, *, now: datetime, by: Operator | None) -> None:
    """Take a day away."""
    note(session, by, "day-unmarked", day, now=now, note=day.name)
    session.delete(day)
    session.flush()
