"""What the tasks of one process share: its database, how many may send at once, and whether it is going home."""

from __future__ import annotations

import threading
from functools import cache

from celery.signals import worker_shutting_down

from mailer.foundation.database import Database
from workers.app import settings

going_home = threading.Event()
"""Set when the worker was asked to stop: whoever is sending finishes the letter in hand and no more."""

sending_places = threading.BoundedSemaphore(settings.connections)
"""One place per connection to the mail server; sweeps need none, so no big mailing keeps the clock waiting."""


@cache
def database() -> Database:
    """The database of this process, opened when first needed: a forked child must not share a connection."""
    return Database(settings)


@worker_shutting_down.connect
def _go_home(**_: object) -> None:
    going_home.set()
