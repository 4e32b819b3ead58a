"""Pacing: windows and stock last about as long as they should, at the speed at which letters really go."""

from __future__ import annotations

import pytest

from mailer.deliveries.line.pacing import LARGEST_WINDOW, Pace


class Clock:
    """A clock that only goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pace(clock):
    return Pace(2, clock=clock)


def test_a_window_is_what_leaves_in_a_tenth_of_a_second(pace, clock):
    clock.now = 1.0
    pace.settled(1000)

    assert (pace.speed, pace.window) == (1000.0, 100)


def test_letters_go_no_slower_because_the_connections_waited_for_the_database(pace, clock):
    clock.now = 1.0
    pace.starved(0.5)
    pace.settled(500)

    assert pace.speed == 1000.0


def test_the_next_window_is_asked_for_in_time_to_be_written(pace, clock):
    clock.now = 1.0
    pace.settled(1000)
    assert pace.reserve == pace.window // 2

    for _ in range(50):
        pace.turned(0.04)

    assert pace.reserve == pytest.approx(2 * 0.04 * 1000, abs=1)


def test_a_slow_database_never_lets_more_than_two_windows_pass_the_gate(pace, clock):
    clock.now = 1.0
    pace.settled(100_000)
    for _ in range(50):
        pace.turned(10.0)

    assert pace.reserve + pace.window <= 2 * LARGEST_WINDOW
