"""Look what is due, and send it. Thin: what is due, and how it is sent, is known to ``mailer.deliveries.working``."""

from __future__ import annotations

from mailer.deliveries import working
from workers.app import app, settings
from workers.house import database, going_home, sending, warmth
from workers.importing import look_for_lists


@app.task
def answer() -> None:
    """Somebody rang: send what that is about, then do what the clock asks."""
    if going_home.is_set():
        return
    if working.answer(database()):
        _ask_to_drain()
    sweep.apply_async(expires=5 * settings.tick_seconds)


@app.task
def sweep() -> None:
    """Do what the clock asks; then see whether letters are due."""
    if going_home.is_set():
        return
    working.sweep(database(), warmth=warmth())
    look_for_lists()
    _ask_to_drain()


@app.task
def drain() -> None:
    """Send what is due for a slice of time. A process that is already sending does not begin twice."""
    if going_home.is_set() or not sending.acquire(blocking=False):
        return
    try:
        working.drain(database(), stop=going_home)
    finally:
        sending.release()


def _ask_to_drain() -> None:
    if not sending.locked():
        # No truth in the message: lost, late or twice, the next tick asks again.
        drain.apply_async(expires=5 * settings.tick_seconds)
