"""Routing: by which relays letters may leave now, whose turn a letter is, and what a relay in trouble does.

A relay in trouble waits by itself, longer each time; the others take its share. Only when none works, mailings are held
(``holding.hold_for_relay``).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.deliveries.regulating.limiting import room
from mailer.deliveries.regulating.troubles import make_wait, note_trouble, waiting_until
from mailer.foundation.database import settings_of
from mailer.wire.replies import Outcome
from mailer.wire.routes import Route, parse_routes


def routes_of(session: Session) -> tuple[Route, ...]:
    """Return the relays of this installation, as they were set."""
    return parse_routes(settings_of(session).smtp_url)


def working_routes(session: Session, *, now: datetime) -> list[Route]:
    """Return the routes that are not waiting after a trouble."""
    resting = waiting_until(session, now=now)
    return [route for route in routes_of(session) if route.name not in resting]


def open_routes(
    session: Session, *, among: Container[str], now: datetime, is_urgent: bool = False
) -> tuple[list[Route], int | None]:
    """Return the routes by which letters may leave now, and how many together (None: any number).

    Those of ``among`` (by name) that work and whose limits have room. For the claim: letters are taken for these only,
    each in its ``turns``.
    """
    ours = [route for route in working_routes(session, now=now) if route.name in among]
    rooms = [room(session, now=now, relay=route.name, is_urgent=is_urgent) for route in ours]
    free = [route for route, number in zip(ours, rooms, strict=True) if number != 0]
    return free, None if None in rooms else sum(number or 0 for number in rooms)


def turns(among: Sequence[Route]) -> Callable[[int], str]:
    """Return whose turn a letter is among these routes, by weight: its number → the name of a route.

    By the number of the letter: each route gets its part of every mailing, and a letter that is tried again goes by the
    same relay as before, as long as the same ones work.
    """
    names = [route.name for route in among for _ in range(route.weight)]
    return lambda delivery_id: names[delivery_id % len(names)]


def rest(session: Session, relay: str, outcome: Outcome, *, now: datetime) -> datetime:
    """Let this relay wait after a trouble; return until when. Flushes."""
    trouble, settings = note_trouble(session, relay, outcome, now=now), settings_of(session)
    first, longest = settings.hold_retry_seconds, settings.hold_longest_seconds
    return make_wait(session, trouble, first_seconds=first, longest_seconds=longest, now=now)


def next_try(session: Session, *, now: datetime) -> datetime | None:
    """Return when a letter can be tried again by some relay; None: now."""
    if working_routes(session, now=now):
        return None
    resting = waiting_until(session, now=now)
    return min(resting[route.name] for route in routes_of(session))


def connections_of(session: Session) -> dict[str, int]:
    """Return how many connections each route gets in one process: its own number, else its part of the whole by weight.

    Every route gets one at least.
    """
    routes, whole = routes_of(session), settings_of(session).connections
    weights = sum(route.weight for route in routes)
    return {route.name: route.connections or max(1, round(whole * route.weight / weights)) for route in routes}
