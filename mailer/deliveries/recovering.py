"""Recovering: what the sweep does for letters that nobody looks after any more.

A lease that ran out before the gate is harmless: the letter is queued again. After the gate it is not: the dot may have
gone out, so the letter is *uncertain*, shown by name, and never sent again by itself (invariants I2, I4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, literal, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from mailer.deliveries.holding import go_on
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState
from mailer.mailings.models import Mailing, MailingState
from mailer.wire.replies import Phase, Verdict

_SET_BASED = {"synchronize_session": False}


@dataclass(frozen=True)
class Recovered:
    """How many letters the sweep took up."""

    requeued: int
    uncertain: int
    due: int
    expired: int

    @property
    def total(self) -> int:
        return self.requeued + self.uncertain + self.due + self.expired


def recover(session: Session, *, now: datetime) -> Recovered:
    """Take up letters of workers that are gone, letters whose wait is over, and those that are too old to send."""
    return Recovered(
        uncertain=_doubt_handed_over(session, now=now),
        requeued=_requeue_claimed(session, now=now),
        expired=_expire(session, now=now),
        due=_requeue_due(session, now=now),
    )


def wake_held(session: Session, *, now: datetime) -> int:
    """Let mailings go on that were held until this moment; return how many. Those held for a person stay held."""
    held = session.scalars(
        select(Mailing)
        .where(Mailing.state == MailingState.HELD, Mailing.held_until <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for mailing in held:
        go_on(session, mailing, now=now)
    return len(held)


def _doubt_handed_over(session: Session, *, now: datetime) -> int:
    lost = (Delivery.state == DeliveryState.HANDING_OVER, Delivery.lease_until <= now)
    locked = session.scalars(select(Delivery.id).where(*lost).with_for_update(skip_locked=True)).all()
    if not locked:
        return 0
    _keep_unknown_attempts(session, list(locked), now=now)
    return _update(
        session,
        update(Delivery)
        .where(Delivery.id.in_(locked))
        .values(state=DeliveryState.UNCERTAIN, reason="worker_gone", lease_until=None, settled_at=now),
    )


def _keep_unknown_attempts(session: Session, ids: list[int], *, now: datetime) -> None:
    tries = select(
        Delivery.id,
        Delivery.attempt,
        Delivery.worker,
        Delivery.relay,
        Delivery.claimed_at,
        literal(now, Delivery.claimed_at.type),
        literal(Phase.AFTER_DOT.value),
        literal(Verdict.UNCLEAR.value),
        literal(""),
    ).where(Delivery.id.in_(ids))
    columns = ["delivery_id", "number", "worker", "relay", "claimed_at", "ended_at", "phase", "outcome", "reply_text"]
    session.execute(insert(DeliveryAttempt).from_select(columns, tries))


def _requeue_claimed(session: Session, *, now: datetime) -> int:
    return _update(
        session,
        update(Delivery)
        .where(Delivery.state == DeliveryState.CLAIMED, Delivery.lease_until <= now)
        .values(state=DeliveryState.QUEUED, worker="", lease_until=None),
    )


def _requeue_due(session: Session, *, now: datetime) -> int:
    return _update(
        session,
        update(Delivery)
        .where(Delivery.state == DeliveryState.DEFERRED, Delivery.next_attempt_at <= now)
        .values(state=DeliveryState.QUEUED, reason="", next_attempt_at=None),
    )


def _expire(session: Session, *, now: datetime) -> int:
    """End what is too old to be welcome. What waits because its mailing waits is a person's to decide."""
    too_old = exists().where(Mailing.id == Delivery.mailing_id, Mailing.expires_at <= now)
    goes_on = exists().where(Mailing.id == Delivery.mailing_id, Mailing.state == MailingState.SENDING)
    return _update(
        session,
        update(Delivery)
        .where(Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED)), too_old, goes_on)
        .values(state=DeliveryState.EXPIRED, reason="too_old", next_attempt_at=None, settled_at=now),
    )


def _update(session: Session, statement: Any) -> int:
    written: CursorResult[Any] = session.execute(statement, execution_options=_SET_BASED)  # type: ignore[assignment]
    return written.rowcount
