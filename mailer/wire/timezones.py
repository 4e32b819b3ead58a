"""Describe a time zone to a calendar (VTIMEZONE), from the zone data that Python carries.

The icalendar package can write one too, but dates each change of the clock by the time after it, while
RFC 5545 §3.6.5 counts with the offset before it; and it lists dates, where Exchange wants a yearly rule.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class _Change:
    """One change of the clock: when, in the local time before it, and what is so afterwards."""

    onset: datetime
    offset_before: timedelta
    offset_after: timedelta
    name: str
    is_summer: bool

    def yearly_rule(self) -> tuple[int, str]:
        """Return month and weekday as a rule: `(3, "-1SU")` is the last Sunday of March."""
        last_day = monthrange(self.onset.year, self.onset.month)[1]
        nth = -1 if self.onset.day + 7 > last_day else (self.onset.day - 1) // 7 + 1
        return self.onset.month, f"{nth}{_WEEKDAYS[self.onset.weekday()]}"


@lru_cache(maxsize=64)
def describe_zone(name: str, year: int) -> Timezone:
    """Write the VTIMEZONE that is right for meetings in `year`.

    Where the clock changes by the same rule every year (all of Europe), that rule is written;
    elsewhere the dates of three years.
    """
    zone = ZoneInfo(name)
    before, now = _changes(zone, year - 1), _changes(zone, year)
    described = Timezone()
    described.add("tzid", name)
    follows_rule = [change.yearly_rule() for change in before] == [change.yearly_rule() for change in now]
    for change in before if follows_rule else before + now + _changes(zone, year + 1):
        described.add_component(_observance(change, with_rule=follows_rule))
    if not before and not now:
        described.add_component(_observance(_unchanging(zone, year), with_rule=False))
    return described


def _changes(zone: ZoneInfo, year: int) -> list[_Change]:
    moment, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found = []
    while moment < end:
        following = moment + timedelta(days=1)
        if _offset(zone, moment) != _offset(zone, following):
            found.append(_change_between(zone, moment, following))
        moment = following
    return found


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> _Change:
    # Every clock in living memory changed on a quarter of an hour.
    while after - before > timedelta(minutes=15):
        middle = before + (after - before) / 2
        middle -= timedelta(minutes=middle.minute % 15, seconds=middle.second, microseconds=middle.microsecond)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    local = after.astimezone(zone)
    onset = (after + _offset(zone, before)).replace(tzinfo=None)
    return _Change(onset, _offset(zone, before), _offset(zone, after), local.tzname() or "", bool(local.dst()))


def _unchanging(zone: ZoneInfo, year: int) -> _Change:
    moment = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(zone, moment)
    onset = datetime(1970, 1, 1)  # noqa: DTZ001 – an onset is wall time, by definition without a zone
    return _Change(onset, offset, offset, moment.astimezone(zone).tzname() or "", False)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _observance(change: _Change, *, with_rule: bool) -> TimezoneDaylight | TimezoneStandard:
    observance = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    observance.add("dtstart", change.onset)
    observance.add("tzoffsetfrom", change.offset_before)
    observance.add("tzoffsetto", change.offset_after)
    observance.add("tzname", change.name)
    if with_rule:
        month, day = change.yearly_rule()
        observance.add("rrule", {"freq": "yearly", "bymonth": month, "byday": day})
    return observance
