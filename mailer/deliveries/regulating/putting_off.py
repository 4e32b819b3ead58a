"""Putting off: claimed letters whose domain is left alone, or has no room, wait for their turn; the others go on.

So a domain never holds up the rest: its letters are not claimed again and again, each gets the moment of its turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState, SendingLimit
from mailer.deliveries.regulating.limits import Limit, domain_scope, every_limit
from mailer.deliveries.regulating.spending import Spending
from mailer.deliveries.regulating.troubles import let_few_go, refusing_domains, waiting_until

LEFT_ALONE, NO_ROOM = "domain_waits", "domain_limit"
"""Reasons of letters that wait for their domain; ``words`` says them."""

# A domain that refuses us gets a few letters at a time, this far apart, until it takes one or is left alone. Of all
# workers together: else each would lose as many readers as one may.
CAREFUL_SECONDS = 2


@dataclass(frozen=True)
class _Later:
    delivery_id: int
    state: DeliveryState
    reason: str
    at: datetime


def put_off(session: Session, addresses: Mapping[int, str], *, now: datetime) -> set[int]:
    """Put off those of these letters (delivery id → address) that cannot leave now; return which.

    For the claim, in its transaction, with the letters it just took. Three small SELECTs when no domain is limited or
    left alone. Who may go to a domain that refuses us is decided last, holding its trouble until the commit.
    """
    waiting, limits, refusing = _waiting_domains(session, now=now), _limited_domains(session), refusing_domains(session)
    if not waiting and not limits and not refusing:
        return set()
    by_domain: dict[str, list[int]] = {}
    for delivery_id, address in addresses.items():
        by_domain.setdefault(domain_scope(address), []).append(delivery_id)
    later: list[_Later] = []
    for scope, ids in sorted(by_domain.items()):
        if scope in waiting:
            later += [_Later(one, DeliveryState.DEFERRED, LEFT_ALONE, waiting[scope]) for one in ids]
            continue
        if scope in limits:
            later += _without_room(session, scope, limits[scope], ids, now=now)
    without_place = {one.delivery_id for one in later}
    for scope in sorted(refusing & by_domain.keys()):
        later += _many(session, scope, [one for one in by_domain[scope] if one not in without_place], now=now)
    _write_down(session, later, before=_IN_HAND)
    return {one.delivery_id for one in later}


def call_back(session: Session, scope: str, *, now: datetime) -> None:
    """Let the letters that wait for this domain come now: a person set another limit, or wants it tried again."""
    waiting = Delivery.reason.in_((LEFT_ALONE, NO_ROOM)), Delivery.next_attempt_at > now, _WAITING
    # Letters before limits, as at the claim (decision 0076); what somebody holds now is on its way already.
    free = select(Delivery.id, Delivery.address).where(*waiting).order_by(Delivery.id)
    rows = session.execute(free.with_for_update(skip_locked=True, key_share=True))
    ids = [row.id for row in rows if domain_scope(row.address) == scope]
    _write_down(session, [_Later(one, DeliveryState.QUEUED, "", now) for one in ids], before=_WAITING)
    session.execute(update(SendingLimit).where(SendingLimit.scope == scope).values(booked_until=None))


def _waiting_domains(session: Session, *, now: datetime) -> dict[str, datetime]:
    return {scope: until for scope, until in waiting_until(session, now=now).items() if scope.startswith("@")}


def _limited_domains(session: Session) -> dict[str, Limit]:
    return {scope: limit for scope, limit in every_limit(session).items() if scope.startswith("@")}


def _many(session: Session, scope: str, ids: list[int], *, now: datetime) -> list[_Later]:
    """Which letters wait for a domain that refuses us: all but a few."""
    if not ids:
        return []
    few, next_at = let_few_go(session, scope, every_seconds=CAREFUL_SECONDS, now=now)
    return [_Later(one, DeliveryState.QUEUED, LEFT_ALONE, next_at) for one in ids[few:]]


def _without_room(session: Session, scope: str, limit: Limit, ids: list[int], *, now: datetime) -> list[_Later]:
    """Which letters wait, and until when: what fits goes now, each of the rest gets the next place in the row."""
    if not limit.windows:
        return []
    # Claims of one limited domain come one after the other: no place is given away twice.
    row = session.get(SendingLimit, scope, with_for_update=True, populate_existing=True)
    if row is None:
        return []  # Somebody changes it at this moment; the gate asks again.
    has_place = set(session.scalars(select(Delivery.id).where(Delivery.id.in_(ids), Delivery.reason == NO_ROOM)))
    spending, later = Spending(session, scope, limit, now=now), []
    for one in ids:
        # Who was given a place goes before who comes now.
        is_booked = row.booked_until is not None and row.booked_until > now
        if spending.wait() <= 0 and (one in has_place or not is_booked):
            spending.take()
            continue
        begins = now + timedelta(seconds=spending.wait())
        after_last = row.booked_until + timedelta(seconds=_pace(limit)) if is_booked and row.booked_until else begins
        row.booked_until = max(begins, after_last)
        later.append(_Later(one, DeliveryState.QUEUED, NO_ROOM, row.booked_until))
    session.flush()
    return later


def _pace(limit: Limit) -> float:
    """Seconds from one place to the next when letters come one by one."""
    return max(seconds / letters for seconds, letters in limit.windows.items())


def _write_down(session: Session, later: Iterable[_Later], *, before: ColumnElement[bool]) -> None:
    values = [{"delivery": one.delivery_id, "state": one.state, "reason": one.reason, "at": one.at} for one in later]
    if values:
        session.connection().execute(_PUT_OFF.where(before), values)


_IN_HAND = Delivery.state == DeliveryState.CLAIMED
_WAITING = or_(Delivery.state == DeliveryState.QUEUED, Delivery.state == DeliveryState.DEFERRED)
_PUT_OFF = (
    update(Delivery)
    .where(Delivery.id == bindparam("delivery"))
    .values(
        state=bindparam("state", type_=Delivery.state.type),
        reason=bindparam("reason"),
        next_attempt_at=bindparam("at", type_=Delivery.next_attempt_at.type),
        worker="",
    )
)
