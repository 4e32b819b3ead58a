"""Starts the processes of an installation, keeps them running, and ends them together.

Not for deciding what runs: ``running`` says that. Children get sessions of their own, so that Ctrl-C in a terminal is
heard once, here; on Linux they also end when this process is killed.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 20.0
# A child that ends sooner than this after its start was not working: wait before starting it again.
SETTLED_SECONDS = 5.0


@dataclass
class Child:
    """One process and how to start it again."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        self.started_at = time.monotonic()
        self.start_again_at = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.process is not None and self.is_running:
            self.process.send_signal(number)


@dataclass
class Supervisor:
    """A group of processes that live and end together."""

    children: list[Child] = field(default_factory=list)
    stop_asked: bool = False
    settled_seconds: float = SETTLED_SECONDS

    def add(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        self.children.append(Child(name, command, environment))

    def start(self) -> None:
        """Start every child, and listen for Ctrl-C and SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        for child in self.children:
            child.start()

    def watch(self, *, until: Callable[[], bool] = lambda: False, look_every_seconds: float = 0.2) -> None:
        """Keep the children running until somebody asks to stop or ``until`` says so; then end them all."""
        try:
            while not self.stop_asked and not until():
                self._start_the_fallen()
                time.sleep(look_every_seconds)
        finally:
            self.stop()

    def fallen(self) -> list[str]:
        """Return the names of the children that do not run."""
        return [child.name for child in self.children if not child.is_running]

    def stop(self) -> None:
        """End every child: kindly first, by force after the grace time."""
        # The first signal was heard; a second one must not leave half of the children behind.
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and any(child.is_running for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def _start_the_fallen(self) -> None:
        for child in self.children:
            if child.is_running:
                continue
            if child.start_again_at is None:
                lived = time.monotonic() - child.started_at
                child.start_again_at = time.monotonic() + (0 if lived > self.settled_seconds else self.settled_seconds)
                log.warning("Process %s ended by itself; it is started again.", child.name)
            if time.monotonic() >= child.start_again_at:
                child.start()

    def _ask_to_stop(self, *_signal: object) -> None:
        self.stop_asked = True


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
