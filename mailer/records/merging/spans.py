"""Spans of days of one thing, from two rows: what touches becomes one, a gap stays a gap. Pure."""

from __future__ import annotations

from datetime import date

from mailer.directory.spans import Span


def touch(one: Span, other: Span) -> bool:
    """Tell whether there is no day between the two on which neither holds."""
    return _reaches(one[1], other[0]) and _reaches(other[1], one[0])


def widest(one: Span, other: Span) -> Span:
    """Return the span from the first day of both to the last; an open end stays open."""
    return (
        None if one[0] is None or other[0] is None else min(one[0], other[0]),
        None if one[1] is None or other[1] is None else max(one[1], other[1]),
    )


def _reaches(until: date | None, since: date | None) -> bool:
    return until is None or since is None or since <= until
