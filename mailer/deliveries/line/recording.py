"""Recording: what became of letters, written down once and fenced by their attempt; every try is kept.

A result that comes late is still true: a worker that knows the server's 250 may settle a letter that was thought
uncertain meanwhile, as long as nobody took it up again. A batch of results is two statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Insert, Table, Update, bindparam, case, func, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mailer.deliveries.asking import DeadAddress, suppress_dead_addresses
from mailer.deliveries.line.claiming import Claim, held, may_be_in_hand
from mailer.deliveries.line.reopening import lock_mailings, reopen
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState
from mailer.deliveries.regulating.lessons import Try, draw_lessons
from mailer.deliveries.regulating.routing import next_try
from mailer.deliveries.regulating.troubles import troubled_scopes
from mailer.deliveries.striking import last_straws
from mailer.foundation.database import settings_of
from mailer.foundation.given import MOMENT, NUMBER, WORDS, given, moment, rows_of
from mailer.foundation.prepared import Prepared
from mailer.wire.replies import Fault, Outcome, Phase, Verdict

LONGEST_RETRY_SECONDS = 4 * 3600


class Result(NamedTuple):
    """How one try ended."""

    claim: Claim
    outcome: Outcome
    # Why it is uncertain, when that is not the server's silence.
    doubt: str = "no_answer"


def record(session: Session, results: Sequence[Result], *, now: datetime) -> set[str]:
    """Write down how these tries ended; return the domains ("@domain") that are left alone from now on.

    What others took up meanwhile, or settled, stays as it is.
    """
    if not results:
        return set()
    tries_before = _tries_before(session, [one for one in results if _is_put_off(one)])
    has_trouble = any(one.outcome.is_relay_trouble for one in results)
    again_at = next_try(session, now=now) if has_trouble else None
    again = {one.claim.delivery_id: one.claim.mailing_id for one in results if _waits_again(one)}
    states = lock_mailings(session, again.values())
    rows = [_row_of(session, one, tries_before, again_at, now) for one in results]
    values = {"moment": now, **rows_of(rows)}
    known = {delivery_id for (delivery_id,) in _SETTLE(session, values)}
    written = [one for one in results if one.claim.delivery_id in known]
    # A worker that was away too long may find its mailing closed or stopped meanwhile.
    reopen(session, {one: mailing for one, mailing in again.items() if one in known}, states, now=now)
    if len(written) < len(results):
        values |= rows_of(row for row in rows if row[0] in known)
    _KEEP(session, values)
    suppress_dead_addresses(session, _dead_addresses(session, written, now=now), now=now)
    if all(one.outcome.verdict is Verdict.ACCEPTED for one in results) and not troubled_scopes(session):
        return set()  # All is well, and was: nothing to learn.
    return draw_lessons(session, [try_of(one) for one in results], now=now)


def try_of(result: Result) -> Try:
    """Return what may be learnt from this."""
    claim = result.claim
    return Try(claim.address, claim.relay, claim.mailing_id, result.outcome)


def _row_of(
    session: Session, result: Result, tries: Mapping[int, int], by_relay_at: datetime | None, now: datetime
) -> tuple[Any, ...]:
    """Return what is written down of a try, in the order of ``_TRIED``."""
    claim, outcome = result.claim, result.outcome
    ends_as, why, again_at = _ending(session, result, tries.get(claim.delivery_id, 0), by_relay_at, now)
    return (
        claim.delivery_id,
        claim.attempt,
        ends_as.value,
        why,
        moment(again_at),
        claim.worker,
        claim.relay,
        moment(claim.claimed_at),
        outcome.phase.value,
        outcome.verdict.value,
        outcome.reply.code or None,
        # A database holds no NUL in a text, whatever a server says.
        outcome.reply.text[:2000].replace("\0", ""),
    )


def _ending(
    session: Session, result: Result, tries: int, by_relay_at: datetime | None, now: datetime
) -> tuple[DeliveryState, str, datetime | None]:
    """Return the state that the letter ends in, why, and when it may be tried again."""
    outcome = result.outcome
    if outcome.verdict is Verdict.ACCEPTED:
        return DeliveryState.ACCEPTED, "", None
    if outcome.verdict is Verdict.PERMANENT:
        return DeliveryState.REJECTED, (outcome.fault or Fault.MAILBOX).value, None
    if outcome.verdict is Verdict.UNCLEAR:
        return DeliveryState.UNCERTAIN, result.doubt, None
    settings = settings_of(session)
    if not outcome.is_relay_trouble:
        return DeliveryState.DEFERRED, "later", now + _wait_before_retry(settings.retry_seconds, tries)
    # Nobody's fault but ours or the relay's. The letter waits for another relay, or with its mailing, which is held
    # (``holding``); a one-off letter has no mailing that waits for it.
    if result.claim.mailing_id is not None or by_relay_at is None:
        return DeliveryState.QUEUED, "", now
    return DeliveryState.DEFERRED, "relay", by_relay_at


def _waits_again(result: Result) -> bool:
    return result.outcome.verdict is Verdict.TEMPORARY


def _is_put_off(result: Result) -> bool:
    return result.outcome.verdict is Verdict.TEMPORARY and not result.outcome.is_relay_trouble


def _tries_before(session: Session, results: Sequence[Result]) -> dict[int, int]:
    if not results:
        return {}
    rows = rows_of((one.claim.delivery_id,) for one in results)
    return dict(_COUNT_TRIES(session, rows))


def _wait_before_retry(first_seconds: float, tries_before: int) -> timedelta:
    """Twice as long after each try, never over four hours (RFC 5321 §4.5.4.1)."""
    doubled = first_seconds * 2.0 ** min(tries_before, 16)
    return timedelta(seconds=min(doubled, max(first_seconds, LONGEST_RETRY_SECONDS)))


def _dead_addresses(session: Session, results: Sequence[Result], *, now: datetime) -> list[DeadAddress]:
    """Return the addresses that do not exist, and those that were refused for the last time."""
    replies = {one.claim.delivery_id: one.outcome.reply for one in results if one.outcome.fault is Fault.DEAD_ADDRESS}
    strikes = [one.claim.delivery_id for one in results if one.outcome.fault is Fault.MAILBOX]
    gone = session.execute(_ADDRESSES.where(Delivery.id.in_(replies))).all() if replies else []
    dead = [DeadAddress(address, delivery_id, str(replies[delivery_id])) for delivery_id, address in gone]
    return dead + (last_straws(session, strikes, now=now) if strikes else [])


# Statements are put together once: they run for every window, and building one costs more than running it.
_ADDRESSES = select(Delivery.id, Delivery.address)
_ATTEMPTS = cast(Table, DeliveryAttempt.__table__)
_SETTLED = (DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.UNCERTAIN)
# What is told of each try, once for both statements.
_TRIED = {
    "ends_as": WORDS,
    "why": WORDS,
    "again_at": MOMENT,
    "worker": WORDS,
    "relay": WORDS,
    "claimed_at": MOMENT,
    "phase": WORDS,
    "outcome": WORDS,
    "reply_code": NUMBER,
    "reply_text": WORDS,
}
_KEPT = ("worker", "relay", "claimed_at", "phase", "outcome", "reply_code", "reply_text")


def _settle(sqlite: bool) -> Update:
    """Settle what is still in these hands. Uncertain too: the lease ran out while we waited, and we know better."""
    rows, ours = held(sqlite, **_TRIED)
    went_out = rows.c.phase == Phase.AFTER_DOT.value
    # The gate counted a dot that did not go out after all.
    too_many = case((Delivery.state == DeliveryState.CLAIMED, 0), (went_out, 0), else_=1)
    is_settled = or_(*(rows.c.ends_as == state.value for state in _SETTLED))
    return (
        ours.where(may_be_in_hand())
        .values(
            state=rows.c.ends_as,
            reason=rows.c.why,
            handovers=Delivery.handovers - too_many,
            next_attempt_at=rows.c.again_at,
            settled_at=case((is_settled, bindparam("moment", type_=Delivery.settled_at.type)), else_=None),
            reply_code=rows.c.reply_code,
            reply_text=func.substr(rows.c.reply_text, 1, 500),
            worker="",
        )
        .returning(Delivery.id)
    )


def _keep(on_sqlite: bool) -> Insert:
    """Keep tries; one that the sweeper wrote down as unknown is replaced by what we know."""
    rows, _ours = held(on_sqlite, **_TRIED)
    kept = {"delivery_id": rows.c.delivery, "number": rows.c.attempt, **{name: rows.c[name] for name in _KEPT}}
    ended = bindparam("moment", type_=DeliveryAttempt.ended_at.type)
    tries = select(*kept.values(), ended).where(true())
    made = sqlite.insert(_ATTEMPTS) if on_sqlite else postgresql.insert(_ATTEMPTS)
    told = ("ended_at", "phase", "outcome", "reply_code", "reply_text")
    return made.from_select([*kept, "ended_at"], tries).on_conflict_do_update(
        index_elements=["delivery_id", "number"], set_={name: made.excluded[name] for name in told}
    )


def _count_tries(sqlite: bool) -> Any:
    rows = given(sqlite=sqlite, delivery=NUMBER)
    counted = select(DeliveryAttempt.delivery_id, func.count())
    own = counted.join_from(rows, DeliveryAttempt, DeliveryAttempt.delivery_id == rows.c.delivery)
    return own.group_by(DeliveryAttempt.delivery_id)


_SETTLE, _KEEP, _COUNT_TRIES = Prepared(_settle), Prepared(_keep), Prepared(_count_tries)
