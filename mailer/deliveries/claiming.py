"""Claiming: a worker takes some letters for itself, for as long as it lives, and gives back what it does not send.

A claim is a lease: a worker that stops renewing it loses its letters to others. ``attempt`` rises with each claim, and
every later write names it, so that a worker that was away too long changes nothing (invariant I7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.asking import purpose_of, refusals
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.putting_off import put_off
from mailer.deliveries.quiet import goes_on
from mailer.deliveries.troubles import refused_mailings
from mailer.foundation.database import settings_of
from mailer.mailings.models import Mailing, MailingKind

# When all that was taken waits for its domain, the next letters are looked at; not without end in one transaction.
MOST_ROUNDS = 20

OURS = (DeliveryState.CLAIMED, DeliveryState.HANDING_OVER)


@dataclass(frozen=True)
class Claim:
    """One letter in a worker's hands."""

    delivery_id: int
    attempt: int
    worker: str
    claimed_at: datetime
    mailing_id: int | None
    mailbox_id: int | None
    address: str = ""
    # By which it leaves: the name of a route.
    relay: str = ""


def claim(
    session: Session,
    *,
    worker: str,
    limit: int,
    now: datetime,
    relay: str = "",
    share: ColumnElement[bool] | None = None,
) -> list[Claim]:
    """Take at most so many letters: one-off letters first, then those of one mailing. Empty when nothing waits.

    Of letters that several relays could take only those that are this one's ``share`` (``routing``). Whoever left since
    the audience was frozen is cancelled here, and asked about once more at the gate.
    """
    for cause in _causes(session, now=now):
        mine = cause if share is None else and_(cause, share)
        for _round in range(MOST_ROUNDS):
            taken = _take(session, mine, worker=worker, relay=relay, limit=limit, now=now)
            if not taken:
                break
            if going := _leaving_now(session, _permitted(session, taken, now=now), now=now):
                return going
    return []


def release(session: Session, claims: Sequence[Claim]) -> None:
    """Give claimed letters back unsent; what is no longer ours stays as it is."""
    for one in claims:
        session.execute(
            update(Delivery)
            .where(*is_still(one), Delivery.state == DeliveryState.CLAIMED)
            .values(state=DeliveryState.QUEUED, worker="", lease_until=None)
        )


def renew(session: Session, *, worker_prefix: str, now: datetime) -> None:
    """Keep the leases of a process' workers alive; one that ran out is not revived (invariant I7)."""
    until = now + timedelta(seconds=settings_of(session).lease_seconds)
    session.execute(
        update(Delivery)
        .where(
            Delivery.worker.startswith(worker_prefix, autoescape=True),
            Delivery.state.in_(OURS),
            Delivery.lease_until > now,
        )
        .values(lease_until=until)
        .execution_options(synchronize_session=False)
    )


def is_still(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    """The fence of every later write: the same row, in the same attempt."""
    return Delivery.id == claimed.delivery_id, Delivery.attempt == claimed.attempt


STILL_OURS = (
    Delivery.id == bindparam("delivery"),
    Delivery.attempt == bindparam("in_attempt"),
    Delivery.state == bindparam("before", type_=Delivery.state.type),
)
"""The same fence with its values to be given: for statements that run for every letter."""


def _causes(session: Session, *, now: datetime) -> list[ColumnElement[bool]]:
    """What letters may wait for, most urgent first: one-off letters, then meetings, then newsletters."""
    sending = session.execute(select(Mailing.id, Mailing.kind).where(goes_on(session, now=now)).order_by(Mailing.id))
    refused = refused_mailings(session)
    mailings = sorted(
        (row for row in sending if row.id not in refused), key=lambda row: row.kind is MailingKind.NEWSLETTER
    )
    return [Delivery.mailing_id.is_(None), *(Delivery.mailing_id == row.id for row in mailings)]


def _take(
    session: Session, cause: ColumnElement[bool], *, worker: str, relay: str, limit: int, now: datetime
) -> list[Claim]:
    waiting = (
        select(Delivery.id)
        .where(cause, Delivery.state == DeliveryState.QUEUED)
        .where(or_(Delivery.next_attempt_at.is_(None), Delivery.next_attempt_at <= now))
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(waiting).all()
    if not ids:
        return []
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.QUEUED)
        .values(
            state=DeliveryState.CLAIMED,
            attempt=Delivery.attempt + 1,
            worker=worker,
            relay=relay,
            claimed_at=now,
            lease_until=now + timedelta(seconds=settings_of(session).lease_seconds),
        )
        .returning(Delivery.id, Delivery.attempt, Delivery.mailing_id, Delivery.mailbox_id, Delivery.address)
        .execution_options(synchronize_session=False)
    )
    claims = [
        Claim(row.id, row.attempt, worker, now, row.mailing_id, row.mailbox_id, row.address, relay) for row in taken
    ]
    return sorted(claims, key=lambda one: one.delivery_id)


def _permitted(session: Session, claims: list[Claim], *, now: datetime) -> list[Claim]:
    mailing = session.get(Mailing, claims[0].mailing_id) if claims[0].mailing_id is not None else None
    if mailing is None:
        return claims
    mailbox_ids = [one.mailbox_id for one in claims if one.mailbox_id is not None]
    refused = refusals(session, purpose_of(session, mailing), mailbox_ids, now=now)
    # A mailbox that was erased since has left too.
    reasons = {one: refused.get(one.mailbox_id, "") if one.mailbox_id is not None else "erased" for one in claims}
    for one, reason in reasons.items():
        if reason:
            cancel_claim(session, one, reason=reason, now=now)
    return [one for one, reason in reasons.items() if not reason]


def _leaving_now(session: Session, claims: list[Claim], *, now: datetime) -> list[Claim]:
    later = put_off(session, {one.delivery_id: one.address for one in claims}, now=now)
    return [one for one in claims if one.delivery_id not in later]


def cancel_claim(session: Session, claimed: Claim, *, reason: str, now: datetime) -> None:
    """Cancel a letter that we hold and that may not go any more."""
    session.execute(
        update(Delivery)
        .where(*is_still(claimed), Delivery.state == DeliveryState.CLAIMED)
        .values(state=DeliveryState.CANCELLED, reason=reason, worker="", lease_until=None, settled_at=now)
        .execution_options(synchronize_session=False)
    )
