"""Limits: so many letters a second, a minute, an hour, a day; exact over all workers, before and after a restart.

A group of letters takes its allowances in the transaction of its gate: one row a limited relay or domain, however many
letters. Workers look here before they claim, so that they do not take what may not leave (decision 0069).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select, text
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState, SentAllowance, WorkerLease
from mailer.deliveries.regulating.limits import DAY_SECONDS, Limit, domain_scope, every_limit, limits_of
from mailer.deliveries.regulating.spending import Spending
from mailer.foundation.database import is_sqlite, settings_of
from mailer.wire.routes import parse_routes

# The first of two numbers for PostgreSQL's advisory locks, the second is made of the scope: two gates may not both
# count before either has written. On SQLite there is one writer at a time.
ADVISORY_LOCK = 7346
# How soon a domain is asked again that has as many letters under way as it may.
AT_ONCE_SECONDS = 0.2


@dataclass(frozen=True)
class Asking:
    """A letter that asks for its dot: which, by which relay (its route's name), and to what address.

    ``is_urgent``: a one-off letter, for which a part of the hour's and the day's letters is kept free.
    """

    key: int
    relay: str
    address: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Allowed:
    """Who may go, in the order they were asked; and for each of the others how many seconds it has to wait."""

    may_go: list[int]
    waits: Mapping[int, float] = field(default_factory=dict)

    @property
    def wait_seconds(self) -> float:
        """The shortest wait of those that may not go; 0 when all may."""
        return min(self.waits.values(), default=0.0)


def take_allowances(session: Session, letters: Sequence[Asking], *, now: datetime) -> Allowed:
    """Take the allowances of a group of letters, first come first served; nothing is taken for those that must wait.

    For the gate: in its transaction, after its other locks (mailing, mailbox, delivery) and before the letters become
    *handing over*; without limits it costs one small SELECT and takes no lock. Commit at once, and send the dots at
    once: an allowance counts from ``now``, and a dot that leaves later than ``MARGIN_SECONDS`` after it may fall into
    the next window of the server's own count. Who must wait for its relay waits with the whole group; who waits for
    its own domain only should be released, so that the others go on (the next claim then puts it off).
    """
    limits = every_limit(session)
    if limits:
        scopes = {one.relay for one in letters} | {domain_scope(one.address) for one in letters}
        limits = {scope: limit for scope, limit in limits.items() if scope in scopes}
    if not limits:
        return Allowed([one.key for one in letters])
    _one_at_a_time(session, limits)
    spendings = {scope: Spending(session, scope, limit, now=now) for scope, limit in limits.items()}
    under_way = _under_way(session, limits, now=now)
    may_go, waits = [], {}
    for one in letters:
        asked = [spendings[scope] for scope in (one.relay, domain_scope(one.address)) if scope in spendings]
        wait = max((spending.wait(is_urgent=one.is_urgent) for spending in asked), default=0.0)
        if any(under_way[spending.scope] >= spending.at_once for spending in asked):
            wait = max(wait, AT_ONCE_SECONDS)
        if wait > 0:
            waits[one.key] = wait
            continue
        may_go.append(one.key)
        for spending in asked:
            spending.take()
            under_way[spending.scope] += 1
    for spending in spendings.values():
        spending.write_down()
    return Allowed(may_go, waits)


def room(session: Session, *, now: datetime, relay: str = "", is_urgent: bool = False) -> int | None:
    """Return how many letters may leave by this relay (the first when none is named) now; None: all there are.

    For mailings less than for one-off letters (``is_urgent``), for whom a part is kept.
    """
    scope = relay or first_relay(session)
    limit = limits_of(session, [scope]).get(scope)
    return None if limit is None else Spending(session, scope, limit, now=now).room(is_urgent=is_urgent)


def first_relay(session: Session) -> str:
    """Return the name of the relay by which letters leave when there is no choice."""
    return parse_routes(settings_of(session).smtp_url)[0].name


def forget_old_allowances(session: Session, *, now: datetime) -> None:
    """Throw away what no window looks at any more."""
    session.execute(delete(SentAllowance).where(SentAllowance.at < now - timedelta(seconds=DAY_SECONDS + 60)))


def _one_at_a_time(session: Session, scopes: Iterable[str]) -> None:
    """Let no other gate count these scopes until we have committed; in one order, so that none waits for another."""
    if is_sqlite(session):
        return
    for number in sorted({zlib.crc32(scope.encode()) - 2**31 for scope in scopes}):
        session.execute(text("SELECT pg_advisory_xact_lock(:room, :scope)"), {"room": ADVISORY_LOCK, "scope": number})


def _under_way(session: Session, limits: Mapping[str, Limit], *, now: datetime) -> Counter[str]:
    """Count the letters that are being handed over, by scope of their domain; only when that is limited."""
    if all(limit.at_once is None for limit in limits.values()):
        return Counter()
    in_hands = and_(Delivery.id.between(WorkerLease.lowest, WorkerLease.highest), Delivery.worker == WorkerLease.worker)
    addresses = select(Delivery.address).join(WorkerLease, in_hands)
    under_way = addresses.where(Delivery.state == DeliveryState.HANDING_OVER, WorkerLease.until > now)
    return Counter(domain_scope(address) for address in session.scalars(under_way))
