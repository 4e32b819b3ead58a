"""Days as people say them, and as we keep them."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.directory.spans import day_after, last_day, overlap, say_span, touch, widest

NEW_YEAR = date(2025, 1, 1)


def test_the_last_day_as_people_say_it_is_the_day_before_the_one_we_keep() -> None:
    assert (last_day(NEW_YEAR), day_after(date(2024, 12, 31))) == (date(2024, 12, 31), NEW_YEAR)
    assert (last_day(None), day_after(None)) == (None, None)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((None, NEW_YEAR), (NEW_YEAR, None), False),
        ((None, date(2025, 1, 2)), (NEW_YEAR, None), True),
        ((None, None), (NEW_YEAR, date(2025, 1, 2)), True),
        ((date(2026, 1, 1), None), (None, NEW_YEAR), False),
        ((NEW_YEAR, None), (date(2030, 1, 1), None), True),
    ],
)
def test_spans_that_touch_share_no_day(one: tuple, other: tuple, both: bool) -> None:
    assert (overlap(one, other), overlap(other, one)) == (both, both)


def test_spans_that_touch_make_one_and_spans_with_a_gap_do_not() -> None:
    before, after, later = (None, NEW_YEAR), (NEW_YEAR, date(2026, 1, 1)), (date(2025, 1, 2), None)

    assert (touch(before, after), touch(after, before)) == (True, True)
    assert (touch(before, later), touch(later, before)) == (False, False)
    assert widest(before, after) == (None, date(2026, 1, 1))


def test_a_span_is_said_with_its_last_day() -> None:
    assert say_span(date(2020, 3, 1), NEW_YEAR) == "van 1 maart 2020 tot en met 31 december 2024"
    assert say_span(date(2020, 3, 1), None) == "sinds 1 maart 2020"
    assert say_span(None, NEW_YEAR) == "tot en met 31 december 2024"
    assert say_span(None, None) == "sinds wanneer weten we niet"
    assert say_span(NEW_YEAR, NEW_YEAR) == "op geen enkele dag"
