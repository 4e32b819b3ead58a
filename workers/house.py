"""What the tasks of one process share: its database, its one place for sending, and whether it is going home."""

from __future__ import annotations

import threading
from functools import cache

from celery.signals import worker_shutting_down

from mailer.deliveries.warming import Warmth
from mailer.foundation.bell import Bell, make_bell
from mailer.foundation.database import Database
from workers.app import settings

going_home = threading.Event()
"""Set when the worker was asked to stop: whoever is sending finishes the letter in hand and no more."""

sending = threading.Lock()
"""One drain per process: it opens all the connections that the settings allow, so a second one would double them."""

reading = threading.Lock()
"""One list at a time per process: a long one takes a whole core and hundreds of megabytes."""


@cache
def database() -> Database:
    """The database of this process, opened when first needed: a forked child must not share a connection."""
    return Database(settings)


@cache
def warmth() -> Warmth:
    """What this process keeps to freeze a large mailing faster."""
    return Warmth(database())


@cache
def bell() -> Bell:
    """The bell that this process hears."""
    return make_bell(settings.broker_url, settings.data_dir)


@worker_shutting_down.connect
def _go_home(**_: object) -> None:
    going_home.set()
