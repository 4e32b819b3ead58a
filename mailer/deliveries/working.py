"""Working: when letters are sent. What Celery's tasks and ``mailer work`` call; they add nothing of their own.

``sweep`` does what the clock asks (owed letters, planned letters whose day came, due schedules, lost leases), ``drain``
sends for a slice of time, ``work`` does both in turn. The rows are the queue: a ring or a task that is lost costs a
tick, no more.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from mailer.audiences.checking import owe_planned
from mailer.deliveries.claiming import renew
from mailer.deliveries.gatekeeping import Gatekeeper
from mailer.deliveries.holding import finish, hold_refused_letters
from mailer.deliveries.limiting import forget_old_allowances
from mailer.deliveries.notices import take_owed
from mailer.deliveries.preparing import prepare_due
from mailer.deliveries.queries import has_letters_due, is_idle
from mailer.deliveries.recovering import recover, wake_held
from mailer.deliveries.routing import connections_of, working_routes
from mailer.deliveries.sending import Lane, Until
from mailer.deliveries.troubles import forget_old_troubles
from mailer.foundation.bell import Bell
from mailer.foundation.database import Clock, Database, database_moment
from mailer.foundation.settings import Settings
from mailer.wire.routes import Route
from mailer.wire.smtp import SmtpTransport
from mailer.wire.transports import Transport

log = logging.getLogger(__name__)

# A slice of work: a task that lasts longer would look dead to whoever watches the workers.
SLICE_SECONDS = 50.0

OpenTransport = Callable[[Settings, Route], Transport]


@dataclass(frozen=True)
class Swept:
    """What a sweep found to do."""

    prepared: int
    notices: int
    recovered: int
    finished: int

    @property
    def found_work(self) -> bool:
        return any((self.prepared, self.notices, self.recovered, self.finished))


def open_smtp(settings: Settings, route: Route) -> SmtpTransport:
    """Return a transport to the relay of this route; it connects when the first letter comes."""
    return SmtpTransport(
        route.relay,
        helo=settings.mail_domain,
        transaction_seconds=settings.transaction_deadline_seconds,
        reply_seconds=settings.reply_deadline_seconds,
    )


def sweep(database: Database, *, clock: Clock = database_moment) -> Swept:
    """Do what is due that is not sending. Any number of workers may do this at the same time."""
    with database.transaction() as session:
        now = clock(session)
        recovered = recover(session, now=now)
        woken = wake_held(session, now=now)
        owe_planned(session, now=now)
        notices = take_owed(session, now=now)
        hold_refused_letters(session, now=now)
        finished = finish(session, now=now)
        forget_old_allowances(session, now=now)
        forget_old_troubles(session, now=now)
    prepared = prepare_due(database, clock=clock)
    return Swept(prepared=prepared, notices=notices, recovered=recovered.total + woken, finished=len(finished))


def drain(
    database: Database,
    open_transport: OpenTransport = open_smtp,
    *,
    seconds: float = SLICE_SECONDS,
    lanes: int | None = None,
    stop: threading.Event | None = None,
    clock: Clock = database_moment,
) -> int:
    """Send what is due for at most so long; return how many letters were tried.

    ``lanes`` is how many connections at once (all we may have, unless told otherwise). After ``stop`` each finishes the
    letter in hand and no more.
    """
    with database.transaction(writes=False) as session:
        if not has_letters_due(session, now=clock(session)):
            return 0
        working = working_routes(session, now=clock(session))
        connections = connections_of(session)
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    places = [route for route in working for _ in range(lanes or connections[route.name])]
    if not places:
        return 0
    until = Until(seconds, stop)
    keeper = Gatekeeper(database, clock)
    with _leases_alive(database, name, clock), ThreadPoolExecutor(len(places)) as pool:
        running = [
            pool.submit(_run_lane, database, open_transport, route, f"{name}:{lane}", until, keeper)
            for lane, route in enumerate(places)
        ]
        tried = sum(lane.result() for lane in running)
    with database.transaction() as session:
        finish(session, now=clock(session))
    return tried


def work(
    database: Database,
    *,
    bell: Bell,
    until_idle: bool = False,
    stop: threading.Event | None = None,
    open_transport: OpenTransport = open_smtp,
) -> None:
    """Sweep and drain in turn until told to stop, or until nothing is due or in hand."""
    stop = stop or threading.Event()
    while not stop.is_set():
        swept = sweep(database)
        with _meanwhile(lambda: sweep(database), every_seconds=database.settings.tick_seconds, name="clock"):
            tried = drain(database, open_transport, stop=stop)
        if swept.found_work or tried:
            continue
        with database.transaction(writes=False) as session:
            if until_idle and is_idle(session, now=database_moment(session)):
                return
        bell.wait(database.settings.tick_seconds)


def _run_lane(
    database: Database, open_transport: OpenTransport, route: Route, worker: str, until: Until, keeper: Gatekeeper
) -> int:
    transport = open_transport(database.settings, route)
    try:
        return Lane(database, transport, worker, keeper.clock, keeper, route).run(until)
    finally:
        transport.close()


@contextmanager
def _leases_alive(database: Database, worker_prefix: str, clock: Clock) -> Iterator[None]:
    """Renew our leases while lanes wait for a slow server; when this process dies or is stopped, that ends too."""

    def keep_alive() -> None:
        with database.transaction() as session:
            renew(session, worker_prefix=worker_prefix, now=clock(session))

    with _meanwhile(keep_alive, every_seconds=database.settings.lease_seconds / 4, name="leases"):
        yield


@contextmanager
def _meanwhile(deed: Callable[[], object], *, every_seconds: float, name: str) -> Iterator[None]:
    """Do this now and then in a thread, for as long as we are inside."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(every_seconds):
            try:
                deed()
            except Exception:
                # Safe to miss: a lease that is not renewed runs out, a sweep comes again. The lanes will tell.
                log.exception("Could not see to the %s.", name)

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
