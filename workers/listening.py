"""Hear the bell: a letter owed or a mailing sent leaves at once, without waiting for the next tick."""

from __future__ import annotations

import threading

from celery.signals import worker_ready

from workers.house import bell, going_home
from workers.sending import answer

LISTEN_SECONDS = 5.0


def listen() -> None:
    """Answer every ring until this worker goes home."""
    while not going_home.is_set():
        if bell().wait(LISTEN_SECONDS):
            answer.delay()


@worker_ready.connect
def _begin_listening(**_: object) -> None:
    threading.Thread(target=listen, name="bell", daemon=True).start()
