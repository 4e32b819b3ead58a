"""Moments read as a Dutch person would write them, on both sides of the change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailer.foundation.clock import say_date, say_day_month, say_moment, say_time, today, wall_to_utc
from mailer.foundation.language import speaking

MATCHAVOND = datetime(2027, 1, 14, 18, 30, tzinfo=UTC)


def test_a_moment_reads_in_dutch_and_in_amsterdam() -> None:
    assert say_moment(MATCHAVOND) == "donderdag 14 januari 2027, 19.30 uur"
    assert say_day_month(MATCHAVOND) == "do 14 jan"


def test_the_same_moment_reads_in_english() -> None:
    with speaking("en"):
        assert say_moment(MATCHAVOND) == "Thursday, 14 January 2027, 19:30"


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime(2027, 3, 28, 10, 0), datetime(2027, 3, 28, 8, 0, tzinfo=UTC)),
        (datetime(2027, 3, 27, 10, 0), datetime(2027, 3, 27, 9, 0, tzinfo=UTC)),
        (datetime(2027, 10, 31, 10, 0), datetime(2027, 10, 31, 9, 0, tzinfo=UTC)),
        # 2.30 does not exist that night: the hour after it is meant.
        (datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_wall_clock_of_amsterdam_is_turned_into_utc(wall: datetime, utc: datetime) -> None:
    assert wall_to_utc(wall) == utc


def test_a_late_evening_is_still_that_day_in_amsterdam() -> None:
    just_past_midnight = datetime(2027, 6, 24, 22, 15, tzinfo=UTC)

    assert today(just_past_midnight).isoformat() == "2027-06-25"
    assert say_time(just_past_midnight) == "0.15"
    assert say_date(just_past_midnight) == "vrijdag 25 juni 2027"
