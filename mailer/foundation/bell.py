"""The bell: after a commit the roof rings, and a sleeping worker wakes at once.

Redis PUBLISH where there is Redis, else a file's modification time. The bell carries no truth: losing a ring costs one
tick of the timetable, nothing more.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol


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


def make_bell(broker_url: str, data_dir: Path) -> Bell:
    """Return the bell that fits the broker."""
    if broker_url.startswith(("redis://", "rediss://")):
        # Here: its library takes 13 MB, for nothing where there is no Redis.
        from mailer.foundation.redis_bell import RedisBell  # noqa: PLC0415 - see above

        return RedisBell(broker_url)
    return FileBell(data_dir / "bell")
