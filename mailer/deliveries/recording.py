"""Recording: what became of a letter, written down once and fenced by its attempt; every try is kept.

A result that comes late is still true: a worker that knows the server's 250 may settle a letter that was thought
uncertain meanwhile, as long as nobody took it up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.asking import suppress_dead_address
from mailer.deliveries.claiming import STILL_OURS, Claim
from mailer.deliveries.lessons import Try, draw_lessons
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState
from mailer.deliveries.routing import next_try
from mailer.deliveries.striking import strike_out
from mailer.foundation.database import settings_of
from mailer.wire.replies import Fault, Outcome, Phase, Verdict

LONGEST_RETRY_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Result:
    """How one try ended."""

    claim: Claim
    outcome: Outcome


def record(session: Session, results: Sequence[Result], *, now: datetime) -> set[str]:
    """Write down how these tries ended; return the domains ("@domain") that are left alone from now on."""
    for result in results:
        _record_one(session, result, now)
    strikes = [one.claim.delivery_id for one in results if one.outcome.fault is Fault.MAILBOX]
    if strikes:
        strike_out(session, strikes, now=now)
    tries = [Try(one.claim.address, one.claim.relay, one.claim.mailing_id, one.outcome) for one in results]
    return draw_lessons(session, tries, now=now)


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
    claimed, reply = result.claim, result.outcome.reply
    written = session.connection().execute(
        _SETTLE,
        {
            "delivery": claimed.delivery_id,
            "in_attempt": claimed.attempt,
            "before": before,
            "code": reply.code or None,
            "text": reply.text[:500],
            **asdict(_ending(session, result, now)),
        },
    )
    return written.rowcount == 1


def _keep_attempt(session: Session, result: Result, now: datetime) -> None:
    reply = result.outcome.reply
    session.connection().execute(
        _KEEP,
        {
            "delivery_id": result.claim.delivery_id,
            "number": result.claim.attempt,
            "worker": result.claim.worker,
            "relay": result.claim.relay,
            "claimed_at": result.claim.claimed_at,
            "ended_at": now,
            "phase": result.outcome.phase.value,
            "outcome": result.outcome.verdict.value,
            "reply_code": reply.code or None,
            "reply_text": reply.text[:2000],
        },
    )


def _this_try(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    return DeliveryAttempt.delivery_id == claimed.delivery_id, DeliveryAttempt.number == claimed.attempt


@dataclass(frozen=True)
class _Ending:
    ends_as: DeliveryState
    why: str = ""
    again_at: datetime | None = None
    settled: datetime | None = None


def _ending(session: Session, result: Result, now: datetime) -> _Ending:
    outcome = result.outcome
    if outcome.verdict is Verdict.ACCEPTED:
        return _Ending(DeliveryState.ACCEPTED, settled=now)
    if outcome.verdict is Verdict.PERMANENT:
        return _Ending(DeliveryState.REJECTED, (outcome.fault or Fault.MAILBOX).value, settled=now)
    if outcome.verdict is Verdict.UNCLEAR:
        return _Ending(DeliveryState.UNCERTAIN, "no_answer", settled=now)
    settings = settings_of(session)
    if not outcome.is_relay_trouble:
        wait = _wait_before_retry(settings.retry_seconds, _tries_so_far(session, result.claim))
        return _Ending(DeliveryState.DEFERRED, "later", again_at=now + wait)
    # Nobody's fault but ours or the relay's. The letter waits for another relay, or with its mailing, which is held
    # (``holding``); a one-off letter has no mailing that waits for it.
    again_at = next_try(session, now=now)
    if result.claim.mailing_id is not None or again_at is None:
        return _Ending(DeliveryState.QUEUED)
    return _Ending(DeliveryState.DEFERRED, "relay", again_at=again_at)


def _tries_so_far(session: Session, claimed: Claim) -> int:
    tries = select(func.count()).where(DeliveryAttempt.delivery_id == claimed.delivery_id)
    return session.connection().execute(tries).scalar_one()


def _wait_before_retry(first_seconds: float, tries_before: int) -> timedelta:
    """Twice as long after each try, never over four hours (RFC 5321 §4.5.4.1)."""
    doubled = first_seconds * 2.0 ** min(tries_before, 16)
    return timedelta(seconds=min(doubled, max(first_seconds, LONGEST_RETRY_SECONDS)))


def _suppress(session: Session, result: Result, now: datetime) -> None:
    address = session.scalar(select(Delivery.address).where(Delivery.id == result.claim.delivery_id))
    if address is not None:
        delivery_id, reply = result.claim.delivery_id, str(result.outcome.reply)
        suppress_dead_address(session, address, reply=reply, delivery_id=delivery_id, now=now)


# Put together once: these run for every letter, and building a statement costs more than running it.
_SETTLE = (
    update(Delivery)
    .where(*STILL_OURS)
    .values(
        state=bindparam("ends_as", type_=Delivery.state.type),
        reason=bindparam("why"),
        next_attempt_at=bindparam("again_at"),
        settled_at=bindparam("settled"),
        reply_code=bindparam("code"),
        reply_text=bindparam("text"),
        worker="",
        lease_until=None,
    )
)
_KEEP = insert(DeliveryAttempt)
