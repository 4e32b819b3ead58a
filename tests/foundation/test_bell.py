"""The bell wakes whoever waits; a lost ring is no loss but time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailer.foundation.bell import Bell, FileBell, RedisBell, make_bell

REDIS = os.environ.get("TEST_REDIS_URL", "")


def make_pair(kind: str, folder: Path) -> Callable[[], Bell]:
    if kind == "redis":
        if not REDIS:
            pytest.skip("TEST_REDIS_URL names no Redis")
        return lambda: make_bell(REDIS, folder)
    return lambda: make_bell("", folder)


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_a_ring_wakes_whoever_waits_at_once(kind: str, tmp_path: Path) -> None:
    make = make_pair(kind, tmp_path)
    listener, ringer = make(), make()
    listener.wait(0.1)
    threading.Timer(0.3, ringer.ring).start()

    began = time.monotonic()
    woken = listener.wait(20)

    assert woken
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_silence_ends_after_the_time_that_was_asked(kind: str, tmp_path: Path) -> None:
    assert make_pair(kind, tmp_path)().wait(0.2) is False


def test_a_bell_without_redis_stays_silent_and_harms_nobody() -> None:
    bell = RedisBell("redis://127.0.0.1:1/0")

    bell.ring()

    assert bell.wait(0.1) is False


def test_the_kind_of_bell_follows_the_broker(tmp_path: Path) -> None:
    assert isinstance(make_bell("", tmp_path), FileBell)
    assert isinstance(make_bell("redis://127.0.0.1:1/0", tmp_path), RedisBell)
