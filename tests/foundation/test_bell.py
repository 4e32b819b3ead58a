"""The bell wakes whoever waits; a lost ring is no loss but time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mailer.foundation.bell import Bell, FileBell, make_bell
from mailer.foundation.redis_bell import RedisBell


@pytest.fixture(params=["file", "redis"])
def make(request: pytest.FixtureRequest, redis_url: str, tmp_path: Path) -> Callable[[], Bell]:
    if request.param == "redis" and not redis_url:
        pytest.skip("TEST_REDIS_URL names no Redis")
    return lambda: make_bell(redis_url if request.param == "redis" else "", tmp_path)


def test_a_ring_wakes_whoever_waits_at_once(make: Callable[[], Bell]) -> None:
    listener, ringer = make(), make()
    listener.wait(0.1)
    threading.Timer(0.3, ringer.ring).start()

    began = time.monotonic()
    woken = listener.wait(20)

    assert woken
    assert time.monotonic() - began < 10


def test_silence_ends_after_the_time_that_was_asked(make: Callable[[], Bell]) -> None:
    assert make().wait(0.2) is False


def test_two_installations_on_one_redis_do_not_wake_each_other(redis_url: str) -> None:
    if not redis_url:
        pytest.skip("TEST_REDIS_URL names no Redis")
    sleeper, neighbour = RedisBell(redis_url), RedisBell(urlsplit(redis_url)._replace(path="/0").geturl())
    sleeper.wait(0.1)

    neighbour.ring()

    assert sleeper.wait(0.5) is False


def test_a_bell_without_redis_stays_silent_and_harms_nobody() -> None:
    bell = RedisBell("redis://127.0.0.1:1/0")

    bell.ring()

    assert bell.wait(0.1) is False


def test_the_kind_of_bell_follows_the_broker(tmp_path: Path) -> None:
    assert isinstance(make_bell("", tmp_path), FileBell)
    assert isinstance(make_bell("redis://127.0.0.1:1/0", tmp_path), RedisBell)
