"""Quiet hours: the part of the day in which an installation leaves people in peace, by Amsterdam's wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from mailer.foundation.clock import AMSTERDAM, local, say_time, wall_to_utc
from mailer.foundation.language import gettext as _


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day until another; over midnight when it ends earlier than it begins."""

    begins: time
    ends: time

    def covers(self, moment: datetime) -> bool:
        """Return whether it is quiet at this moment."""
        wall = local(moment).time()
        if self.begins <= self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends

    def until(self, moment: datetime) -> datetime | None:
        """Return when the quiet that this moment is in ends; None when it is not quiet."""
        if not self.covers(moment):
            return None
        wall = local(moment)
        day = wall.date() if wall.time() < self.ends else wall.date() + timedelta(days=1)
        ends = wall_to_utc(datetime.combine(day, self.ends))
        if ends > moment:
            return ends
        # The hour that comes twice, at the end of summer time: it is quiet both times.
        return datetime.combine(day, self.ends, AMSTERDAM).replace(fold=1).astimezone(moment.tzinfo)


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Return the hours that "21:00-08:00" names; None for nothing. Raises ``ValueError`` when it names none."""
    if not text.strip():
        return None
    begins, dash, ends = text.strip().partition("-")
    hours = QuietHours(_time(begins), _time(ends))
    if not dash or hours.begins == hours.ends:
        raise ValueError("must be like 21:00-08:00")
    return hours


def say_goes_on(until: datetime, *, now: datetime) -> str:
    """Return "gaat morgen om 8.00 uur verder", for a mailing in quiet hours."""
    if local(until).date() == local(now).date():
        return _("gaat vandaag om %(time)s uur verder", time=say_time(until))
    return _("gaat morgen om %(time)s uur verder", time=say_time(until))


def _time(text: str) -> time:
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of any day
    except ValueError as problem:
        raise ValueError("must be like 21:00-08:00") from problem
