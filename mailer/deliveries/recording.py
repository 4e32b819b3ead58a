"""Recording: what became of a letter, written down once and fenced by its attempt; every try is kept.

A result that comes late is still true: a worker that knows the server's 250 may settle a letter that was thought
uncertain meanwhile, as long as nobody took it up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from mailer.deliveries.asking import suppress_dead_address
from mailer.deliveries.claiming import Claim, is_still
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState
from mailer.foundation.database import settings_of
from mailer.wire.replies import Fault, Outcome, Phase, Verdict

LONGEST_RETRY_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Result:
    """How one try ended."""

    claim: Claim
    outcome: Outcome


def record(session: Session, results: list[Result], *, now: datetime) -> None:
    """Write down how these tries ended."""
    for result in results:
        _record_one(session, result, now)


def _record_one(session: Session, result: Result, now: datetime) -> None:
    is_known = _settle(session, result, _state_before(result.outcome), now)
    if not is_known and result.outcome.phase is Phase.AFTER_DOT:
        # Our lease ran out while we waited, and the sweeper wrote this try down as unknown. We know better.
        is_known = _settle(session, result, DeliveryState.UNCERTAIN, now)
        if is_known:
            session.execute(delete(DeliveryAttempt).where(*_this_try(result.claim)))
    if is_known:
        _keep_attempt(session, result, now)
        if result.outcome.fault is Fault.DEAD_ADDRESS:
            _suppress(session, result, now)


def _state_before(outcome: Outcome) -> DeliveryState:
    return DeliveryState.HANDING_OVER if outcome.phase is Phase.AFTER_DOT else DeliveryState.CLAIMED


def _settle(session: Session, result: Result, before: DeliveryState, now: datetime) -> bool:
    reply = result.outcome.reply
    written: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Delivery)
        .where(*is_still(result.claim), Delivery.state == before)
        .values(
            worker="",
            lease_until=None,
            reply_code=reply.code or None,
            reply_text=reply.text[:500],
            **_ending(session, result, now),
        )
        .execution_options(synchronize_session=False)
    )
    return written.rowcount == 1


def _keep_attempt(session: Session, result: Result, now: datetime) -> None:
    reply = result.outcome.reply
    session.execute(
        insert(DeliveryAttempt).values(
            delivery_id=result.claim.delivery_id,
            number=result.claim.attempt,
            worker=result.claim.worker,
            claimed_at=result.claim.claimed_at,
            ended_at=now,
            phase=result.outcome.phase.value,
            outcome=result.outcome.verdict.value,
            reply_code=reply.code or None,
            reply_text=reply.text[:2000],
        )
    )


def _this_try(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    return DeliveryAttempt.delivery_id == claimed.delivery_id, DeliveryAttempt.number == claimed.attempt


def _ending(session: Session, result: Result, now: datetime) -> dict[str, Any]:
    outcome = result.outcome
    if outcome.verdict is Verdict.ACCEPTED:
        return {"state": DeliveryState.ACCEPTED, "reason": "", "settled_at": now}
    if outcome.verdict is Verdict.PERMANENT:
        fault = outcome.fault or Fault.MAILBOX
        return {"state": DeliveryState.REJECTED, "reason": fault.value, "settled_at": now}
    if outcome.verdict is Verdict.UNCLEAR:
        return {"state": DeliveryState.UNCERTAIN, "reason": "no_answer", "settled_at": now}
    if outcome.is_relay_trouble:
        return _back_in_the_queue(session, result, now)
    wait = _wait_before_retry(settings_of(session).retry_seconds, result.claim.attempt)
    return {"state": DeliveryState.DEFERRED, "reason": "later", "next_attempt_at": now + wait}


def _back_in_the_queue(session: Session, result: Result, now: datetime) -> dict[str, Any]:
    """Nobody's fault but ours or the relay's: the letter waits, and its mailing is held (``holding``)."""
    if result.claim.mailing_id is not None:
        return {"state": DeliveryState.QUEUED}
    # A one-off letter has no mailing that waits for it.
    wait = timedelta(seconds=settings_of(session).hold_retry_seconds)
    return {"state": DeliveryState.DEFERRED, "reason": "relay", "next_attempt_at": now + wait}


def _wait_before_retry(first_seconds: float, attempt: int) -> timedelta:
    """Twice as long after each try, never over four hours (RFC 5321 §4.5.4.1)."""
    doubled = first_seconds * 2.0 ** min(attempt - 1, 16)
    return timedelta(seconds=min(doubled, max(first_seconds, LONGEST_RETRY_SECONDS)))


def _suppress(session: Session, result: Result, now: datetime) -> None:
    address = session.scalar(select(Delivery.address).where(Delivery.id == result.claim.delivery_id))
    if address is not None:
        suppress_dead_address(session, address, reply=str(result.outcome.reply), now=now)
