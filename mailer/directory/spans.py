"""Spans of days: from the first day up to, and not including, the day it ends. People say "tot en met" the last day.

An open end is None: since before we kept dates, or still so.
"""

from __future__ import annotations

from datetime import date, timedelta

from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _

Span = tuple[date | None, date | None]


def last_day(until: date | None) -> date | None:
    """Return the last day it is so, as people say it, of the first day it is no longer so."""
    return until - timedelta(days=1) if until else None


def day_after(last: date | None) -> date | None:
    """Return the first day it is no longer so, as we keep it, of the last day it is."""
    return last + timedelta(days=1) if last else None


def overlap(one: Span, other: Span) -> bool:
    """Tell whether a day lies in both."""
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def touch(one: Span, other: Span) -> bool:
    """Tell whether there is no day between the two on which neither holds."""
    return _reaches(one[1], other[0]) and _reaches(other[1], one[0])


def widest(one: Span, other: Span) -> Span:
    """Return the span from the first day of both to the last; an open end stays open."""
    return (
        None if one[0] is None or other[0] is None else min(one[0], other[0]),
        None if one[1] is None or other[1] is None else max(one[1], other[1]),
    )


def say_span(since: date | None, until: date | None) -> str:
    """Return "van 1 maart 2020 tot en met 31 december 2024" ("1 maart 2020 tot en met …" when an end is open)."""
    first, last = (_without_weekday(day) for day in (since, last_day(until)))
    if since and until and since >= until:
        return _("op geen enkele dag")
    if first and last:
        return _("van %(first)s tot en met %(last)s", first=first, last=last)
    if first:
        return _("sinds %(first)s", first=first)
    return _("tot en met %(last)s", last=last) if last else _("sinds wanneer weten we niet")


def _begins_before_end(one: Span, other: Span) -> bool:
    since, until = one[0], other[1]
    return since is None or until is None or since < until


def _reaches(until: date | None, since: date | None) -> bool:
    return until is None or since is None or since <= until


def _without_weekday(day: date | None) -> str:
    return say_date(day).partition(" ")[2] if day else ""
