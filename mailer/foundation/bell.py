"""The bell: after a commit the roof rings, and a sleeping worker wakes at once.

Redis PUBLISH where there is Redis, else a file's modification time. The bell carries no truth: losing a ring costs one
tick of the timetable, nothing more.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Protocol

import redis

log = logging.getLogger(__name__)
CHANNEL = "tegelpost:bell"


class Bell(Protocol):
    def ring(self) -> None:
        """Wake whoever waits."""

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; True when it rang."""


class FileBell:
    """A bell for one machine: a file is touched, a worker looks at its time."""

    def __init__(self, path: Path, *, look_every_seconds: float = 0.1) -> None:
        self._path = path
        self._look_every = look_every_seconds
        self._heard = self._rung_at()

    def ring(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(str(time.time_ns()))

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while True:
            rung = self._rung_at()
            if rung != self._heard:
                self._heard = rung
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(self._look_every, left))

    def _rung_at(self) -> str:
        try:
            return self._path.read_text()
        except OSError:
            return ""


class RedisBell:
    """A bell for several machines."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        # Channels know no database numbers: without this, each installation on a server would wake all the others.
        self._channel = f"{CHANNEL}:{self._client.get_connection_kwargs().get('db', 0)}"
        self._heard: redis.client.PubSub | None = None

    def ring(self) -> None:
        try:
            self._client.publish(self._channel, b"1")
        except redis.RedisError:
            log.info("The bell did not ring; the timetable will wake the workers.")

    def wait(self, seconds: float) -> bool:
        try:
            if self._heard is None:
                self._heard = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                self._heard.subscribe(self._channel)
            return self._heard.get_message(timeout=seconds) is not None
        except redis.RedisError:
            self._heard = None
            time.sleep(seconds)
            return False


def make_bell(broker_url: str, data_dir: Path) -> Bell:
    """Return the bell that fits the broker."""
    if broker_url.startswith(("redis://", "rediss://")):
        return RedisBell(broker_url)
    return FileBell(data_dir / "bell")
