"""The watchdog: a worker that hears no clock any more ends itself, and whoever started it starts it again.

A consumer can go silent while its process lives on: its connection to the broker is gone and it does not notice; or a
child of its pool was killed with the lock in its hands by which all of them take tasks. Then nothing is swept, nothing
leaves, and nobody is told. Ending kindly first: the letters in hand are finished.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Collection

from celery.signals import task_received, worker_ready
from celery.worker import state

from workers.app import settings
from workers.house import going_home, sending

log = logging.getLogger(__name__)

# After being asked to go home, a worker that does not is ended.
PATIENCE_SECONDS = 30.0
STUCK = 75
"""Exit status of a worker that did not go home by itself (EX_TEMPFAIL)."""


class Watchdog:
    """Knows when this worker did something last. A task that runs is a sign of life, but not for ever."""

    def __init__(self, silence_seconds: float, longest_task_seconds: float, clock: Callable[[], float]) -> None:
        self._silence, self._longest, self._clock = silence_seconds, longest_task_seconds, clock
        self._last = clock()
        self._running: dict[str, float] = {}

    def began(self, task_id: str) -> None:
        """A task was taken up."""
        self._last = self._running[task_id] = self._clock()

    def ended(self, task_id: str) -> None:
        """A task came to its end."""
        self._running.pop(task_id, None)
        self._last = self._clock()

    def heard(self) -> None:
        """Something came from the broker."""
        self._last = self._clock()

    def sees(self, task_ids: Collection[str]) -> None:
        """These tasks are being done now, here or by our children; those of before that are not among them ended."""
        for one in set(task_ids) - set(self._running):
            self.began(one)
        for one in set(self._running) - set(task_ids):
            self.ended(one)

    def is_silent(self) -> bool:
        """Return whether nothing was done for too long, and nothing is being done."""
        now = self._clock()
        is_busy = any(now - began < self._longest for began in list(self._running.values()))
        return not is_busy and now - self._last > self._silence


# A slice of sending waits for replies after it, and preparing a large mailing takes its time.
watchdog = Watchdog(
    max(settings.watchdog_seconds, 10 * settings.tick_seconds),
    settings.watchdog_seconds + settings.reply_deadline_seconds + settings.transaction_deadline_seconds,
    time.monotonic,
)


def go_home() -> None:
    """End this process: finish the letters in hand, then ask the worker, then insist."""
    log.error("This worker heard nothing for too long. It ends, to be started again.")
    going_home.set()
    if sending.acquire(timeout=PATIENCE_SECONDS):
        sending.release()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os._exit(STUCK)


@worker_ready.connect
def _begin_watching(**_: object) -> None:
    def watch() -> None:
        while not going_home.is_set():
            time.sleep(min(1.0, settings.watchdog_seconds / 4))
            # Asked of the worker itself: signals of tasks come in its children, where it has some.
            watchdog.sees([request.id for request in list(state.active_requests)])
            if watchdog.is_silent():
                go_home()

    threading.Thread(target=watch, name="watchdog", daemon=True).start()


@task_received.connect
def _task_came(**_: object) -> None:
    watchdog.heard()
