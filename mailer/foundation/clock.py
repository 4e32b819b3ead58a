"""What time it is, and how a moment reads in Dutch. The only caller of ``datetime.now``.

Verbs take ``now`` as an argument; roofs fetch it here.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton

from mailer.foundation.language import current_language

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """Return the moment as the wall clock of the zone shows it."""
    return moment.astimezone(zone)


def today(moment: datetime, zone: ZoneInfo = AMSTERDAM) -> date:
    """Return the day the moment falls on in the zone."""
    return local(moment, zone).date()


def wall_to_utc(wall: datetime, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """Return the UTC moment at which the zone's wall clock shows ``wall`` (naive).

    An hour that the change to summer time skips is read as the hour after it, as calendars do (RFC 5545 §3.3.5).
    """
    return wall.replace(tzinfo=zone).astimezone(UTC)


def say_date(day: date | datetime) -> str:
    """Return "donderdag 14 januari 2027"."""
    if isinstance(day, datetime):
        day = today(day)
    return _in_full(day, current_language())


# A mailing says in thousands of letters since when: a few years of days, and the library takes 60 µs for each.
@lru_cache(maxsize=4096)
def _in_full(day: date, language: str) -> str:
    pattern = "EEEE d MMMM y" if language == "nl" else "EEEE, d MMMM y"
    return str(format_date(day, pattern, locale=language))


def say_day_month(day: date | datetime) -> str:
    """Return "do 14 jan", for lists."""
    if isinstance(day, datetime):
        day = today(day)
    return str(format_date(day, "EEE d MMM", locale=current_language())).replace(".", "")


def say_day_of_year(day: date) -> str:
    """Return "1 juli", for what comes back every year."""
    return str(format_skeleton("MMMMd", day, locale=current_language()))


def say_month(day: date | datetime) -> str:
    """Return "januari 2027"."""
    if isinstance(day, datetime):
        day = today(day)
    return str(format_date(day, "MMMM y", locale=current_language()))


def say_short_month(day: date | datetime) -> str:
    """Return "jan", for a date tile."""
    if isinstance(day, datetime):
        day = today(day)
    return str(format_date(day, "MMM", locale=current_language())).replace(".", "")


def say_time(moment: datetime) -> str:
    """Return "19.30" (Dutch) or "19:30" (English), in Amsterdam."""
    pattern = "H.mm" if current_language() == "nl" else "HH:mm"
    return str(format_datetime(local(moment), pattern, locale=current_language()))


def say_moment(moment: datetime) -> str:
    """Return "donderdag 14 januari 2027, 19.30 uur"."""
    suffix = " uur" if current_language() == "nl" else ""
    return f"{say_date(moment)}, {say_time(moment)}{suffix}"


def say_times(starts_at: datetime, ends_at: datetime) -> str:
    """Return "19.30 – 21.30 uur"."""
    suffix = " uur" if current_language() == "nl" else ""
    return f"{say_time(starts_at)} – {say_time(ends_at)}{suffix}"


def boot_seconds() -> float:
    """Return seconds of a clock that also runs while the process or the machine is stopped."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
