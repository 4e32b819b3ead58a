"""How many connections may be tried at a moment."""

from __future__ import annotations

from mailer.wire.crew.growing import LONGEST_WAIT_SECONDS, Growth


def may(growth: Growth, *, is_open: int = 0, arriving: int = 0, now: float = 0.0) -> int:
    return growth.may_open(is_open=is_open, arriving=arriving, now=now)


def test_the_first_is_tried_alone_and_then_all_together():
    growth = Growth(16)

    assert (may(growth), may(growth, arriving=1)) == (1, 0)

    growth.has_opened()
    assert (may(growth, is_open=1), may(growth, is_open=1, arriving=15), may(growth, is_open=16)) == (15, 0, 0)


def test_a_relay_alone_in_trouble_is_tried_again_at_once_and_then_ever_later():
    growth, now, waits = Growth(16), 0.0, []
    for _ in range(9):
        growth.has_failed(is_open=0, now=now)
        wait = next(second for second in range(100) if may(growth, now=now + second))
        waits.append(wait)
        now += wait

    assert waits == [0, 2, 4, 8, 16, 32, 60, 60, 60]
    assert max(waits) == LONGEST_WAIT_SECONDS


def test_a_relay_that_wants_fewer_is_asked_for_one_more_a_while_later():
    growth = Growth(16)
    growth.has_opened()
    growth.has_failed(is_open=5, now=10.0)
    # Those that were tried together fail together: that counts once.
    growth.has_failed(is_open=5, now=10.1)

    assert may(growth, is_open=5, now=10.5) == 0
    assert may(growth, is_open=5, now=11.0) == 1

    growth.has_opened()
    assert may(growth, is_open=6, now=11.0) == 10
