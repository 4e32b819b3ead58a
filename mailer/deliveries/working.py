"""Working: when letters are sent. What Celery's tasks and ``mailer work`` call; they add nothing of their own.

``sweep`` does what the clock asks (owed letters, planned letters whose day came, due schedules, lost leases),
``answer`` of that what a ring is about, ``drain`` sends for a slice of time, ``work`` does all in turn. The rows are
the queue: a ring or a task that is lost costs a tick, no more.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from mailer.audiences.checking import owe_planned
from mailer.deliveries.holding import finish, hold_refused_letters
from mailer.deliveries.letters.notices import take_owed
from mailer.deliveries.line.recovering import forget_boards, recover, take_up_strays, wake_held
from mailer.deliveries.line.sending import Crew, Sender, Until
from mailer.deliveries.preparing import prepare_due
from mailer.deliveries.queries import has_letters_due, is_idle
from mailer.deliveries.regulating.limiting import forget_old_allowances
from mailer.deliveries.regulating.routing import connections_of, working_routes
from mailer.deliveries.regulating.troubles import forget_old_troubles
from mailer.deliveries.resending import resend_doubtful
from mailer.deliveries.restored.guarding import stand_guard
from mailer.deliveries.restored.withholding import is_withheld
from mailer.deliveries.warming import Warmth
from mailer.foundation.bell import Bell
from mailer.foundation.database import Clock, Database, database_moment
from mailer.foundation.settings import Settings
from mailer.wire import crew as wire
from mailer.wire.routes import Route

log = logging.getLogger(__name__)

T = TypeVar("T")

# A slice of work: a task that lasts longer would look dead to whoever watches the workers.
SLICE_SECONDS = 50.0

OpenCrew = Callable[[Settings, Route, int], Crew]
"""Settings, a route and a number of connections → the crew that works there."""


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


def open_crew(settings: Settings, route: Route, connections: int) -> wire.Crew:
    """Return a crew for the relay of this route; it connects when the first letters come."""
    patience = wire.Patience(
        connect=settings.connect_deadline_seconds,
        transaction=settings.transaction_deadline_seconds,
        reply=settings.reply_deadline_seconds,
        letters=settings.letters_per_connection,
    )
    return wire.Crew(route.relay, helo=settings.mail_domain, connections=connections, patience=patience)


def answer(database: Database, *, clock: Clock = database_moment) -> bool:
    """Do what a ring is about, before all housekeeping: letters owed, mailings that are due. Return whether any were.

    Somebody looks at a screen and waits for a letter; a ``sweep`` finds the same, a tick later at most.
    """
    stand_guard(database, clock=clock)
    with database.transaction() as session:
        owed = take_owed(session, now=clock(session))
    return prepare_due(database, clock=clock) + owed > 0


def sweep(database: Database, *, clock: Clock = database_moment, warmth: Warmth | None = None) -> Swept:
    """Do what is due that is not sending. Any number of workers may do this at the same time.

    ``warmth`` is what this process keeps to freeze a large mailing faster (``warming``).
    """
    stand_guard(database, clock=clock)
    if warmth:
        warmth.tend(clock=clock)

    def step(verb: Callable[..., T]) -> T:
        """A transaction each: what one of them holds, the next need not wait with (decision 0076)."""
        with database.transaction() as session:
            return verb(session, now=clock(session))

    recovered, woken = step(recover), step(wake_held)
    step(resend_doubtful)
    step(_owe_planned)
    notices = step(take_owed)
    step(hold_refused_letters)
    finished = step(finish)
    step(take_up_strays)
    step(forget_old_allowances)
    step(forget_old_troubles)
    with database.transaction(writes=False) as session:
        forget_boards(session)
    prepared = prepare_due(database, clock=clock)
    return Swept(prepared, notices, recovered.total + woken, len(finished))


def _owe_planned(session: Session, *, now: datetime) -> None:
    if not is_withheld(session):
        owe_planned(session, now=now)


def drain(
    database: Database,
    open_crew: OpenCrew = open_crew,
    *,
    seconds: float = SLICE_SECONDS,
    connections: int | None = None,
    stop: threading.Event | None = None,
    clock: Clock = database_moment,
) -> int:
    """Send what is due for at most so long; return how many letters were tried.

    ``connections`` is how many at once to each relay (what the settings allow, unless told otherwise). After ``stop``
    the letters in hand are finished, and no more. A relay in trouble ends its part; the others go on.
    """
    until = Until(seconds, stop)
    tried = 0
    while not until.has_come:
        with database.transaction(writes=False) as session:
            now = clock(session)
            if not has_letters_due(session, now=now):
                break
            numbers = connections_of(session)
            working = [(route, connections or numbers[route.name]) for route in working_routes(session, now=now)]
        if not working or not stand_guard(database, sends=True, clock=clock):
            break
        sent, has_trouble = _send(database, open_crew, working, until, clock)
        tried += sent
        if not has_trouble:
            break
    with database.transaction() as session:
        finish(session, now=clock(session))
    return tried


def work(
    database: Database,
    *,
    bell: Bell,
    until_idle: bool = False,
    stop: threading.Event | None = None,
    open_crew: OpenCrew = open_crew,
) -> None:
    """Sweep and drain in turn until told to stop, or until nothing is due or in hand."""
    stop, warmth, rang = stop or threading.Event(), Warmth(database), False
    while not stop.is_set():
        found_work = rang and answer(database)
        rang = False
        if not found_work:
            found_work = sweep(database, warmth=warmth).found_work
        with _meanwhile(
            lambda: sweep(database, warmth=warmth), every_seconds=database.settings.tick_seconds, name="clock"
        ):
            tried = drain(database, open_crew, stop=stop)
        if found_work or tried:
            continue
        with database.transaction(writes=False) as session:
            if until_idle and is_idle(session, now=database_moment(session)):
                return
        rang = bell.wait(database.settings.tick_seconds)


def _send(
    database: Database, open_crew: OpenCrew, working: list[tuple[Route, int]], until: Until, clock: Clock
) -> tuple[int, bool]:
    worker = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    crews = {route.name: open_crew(database.settings, route, number) for route, number in working}
    try:
        sender = Sender(database, crews, worker, clock)
        with _meanwhile(lambda: stand_guard(database, sends=True, clock=clock), every_seconds=1, name="guard"):
            return sender.run(until), sender.has_trouble
    finally:
        for crew in crews.values():
            crew.close()


@contextmanager
def _meanwhile(deed: Callable[[], object], *, every_seconds: float, name: str) -> Iterator[None]:
    """Do this now and then in a thread, for as long as we are inside."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(every_seconds):
            try:
                deed()
            except Exception:
                # Safe to miss: a lease that is not renewed runs out, a sweep comes again. Who sends will tell.
                log.exception("Could not see to the %s.", name)

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
