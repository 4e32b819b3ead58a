"""Quiet hours go by the wall clock, also in the nights in which it is moved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailer.foundation.quiet import parse_quiet_hours, say_goes_on

NIGHT = parse_quiet_hours("21:00-08:00")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (utc(2026, 12, 1, 19, 59), None),
        (utc(2026, 12, 1, 20, 0), utc(2026, 12, 2, 7, 0)),
        (utc(2026, 12, 1, 23, 30), utc(2026, 12, 2, 7, 0)),
        (utc(2026, 12, 2, 6, 59), utc(2026, 12, 2, 7, 0)),
        (utc(2026, 12, 2, 7, 0), None),
        # In summer the wall clock is another hour ahead.
        (utc(2026, 7, 1, 19, 0), utc(2026, 7, 2, 6, 0)),
        # The short night: it begins in winter time and ends in summer time.
        (utc(2027, 3, 27, 20, 30), utc(2027, 3, 28, 6, 0)),
        # The long night, the other way round.
        (utc(2026, 10, 24, 19, 30), utc(2026, 10, 25, 7, 0)),
    ],
)
def test_the_night_is_quiet_until_eight_by_the_wall_clock(moment, until):
    assert NIGHT.until(moment) == until


def test_quiet_hours_within_a_day():
    lunch = parse_quiet_hours("12:00-13:30")

    assert lunch.until(utc(2026, 12, 1, 11, 30)) == utc(2026, 12, 1, 12, 30)
    assert lunch.until(utc(2026, 12, 1, 12, 30)) is None


def test_an_hour_that_comes_twice_is_quiet_twice():
    small_hours = parse_quiet_hours("02:00-02:30")

    assert small_hours.until(utc(2026, 10, 25, 0, 10)) == utc(2026, 10, 25, 0, 30)
    assert small_hours.until(utc(2026, 10, 25, 0, 40)) is None
    assert small_hours.until(utc(2026, 10, 25, 1, 10)) == utc(2026, 10, 25, 1, 30)


def test_an_end_that_the_clock_skips_comes_an_hour_later_on_the_wall():
    until_half_past_two = parse_quiet_hours("23:00-02:30")

    assert until_half_past_two.until(utc(2027, 3, 27, 23, 0)) == utc(2027, 3, 28, 1, 30)


@pytest.mark.parametrize("text", ["nacht", "21:00", "21:00-21:00", "25:00-08:00", "21-8"])
def test_what_names_no_hours_is_refused(text):
    with pytest.raises(ValueError, match="21:00-08:00"):
        parse_quiet_hours(text)


def test_no_setting_is_no_quiet():
    assert parse_quiet_hours(" ") is None


def test_the_sentence_says_today_or_tomorrow():
    assert say_goes_on(utc(2026, 12, 2, 7), now=utc(2026, 12, 1, 20)) == "gaat morgen om 8.00 uur verder"
    assert say_goes_on(utc(2026, 12, 2, 7), now=utc(2026, 12, 2, 3)) == "gaat vandaag om 8.00 uur verder"
