"""The gate: the last question before a letter's dot, and the only way from *claimed* to *handing over*.

One transaction, durable before the dot goes out. Whatever dies afterwards, the row tells that the letter may have gone
(decision 0012). Locks are taken in one order everywhere: mailing, mailbox, delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.asking import GateQuestion
from mailer.deliveries.claiming import STILL_OURS, Claim, cancel_claim, is_still, release
from mailer.deliveries.limiting import Asking, first_relay, take_allowances
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.database import settings_of
from mailer.mailings.models import Mailing, MailingState


@dataclass(frozen=True)
class GateAnswer:
    """May the dot go out? When a limit is reached: not yet, and how long to wait."""

    is_open: bool
    wait_seconds: float = 0.0


CLOSED = GateAnswer(is_open=False)


def pass_gate(session: Session, claimed: Claim, question: GateQuestion | None, *, now: datetime) -> GateAnswer:
    """Write down that this letter is being handed over, when it still may; the caller commits before the dot.

    A stop, a pause or a leave that was committed before is respected here (invariant I6). ``question`` is None for a
    one-off letter.
    """
    if not _mailing_goes_on(session, claimed):
        release(session, [claimed])
        return CLOSED
    reason = question.refusal(session, claimed.mailbox_id, now=now) if question else ""
    if reason:
        cancel_claim(session, claimed, reason=reason, now=now)
        return CLOSED
    asking = Asking(
        claimed.delivery_id,
        claimed.relay or first_relay(session),
        claimed.address,
        is_urgent=claimed.mailing_id is None,
    )
    allowed = take_allowances(session, [asking], now=now)
    if not allowed.may_go:
        return GateAnswer(is_open=False, wait_seconds=allowed.wait_seconds)
    return GateAnswer(is_open=_begin_handing_over(session, claimed, now=now))


def take_back(session: Session, claimed: Claim, *, now: datetime) -> None:
    """Undo the gate of a letter whose dot certainly stayed here, also when the sweeper doubted it meanwhile.

    It waits again, and so does its mailing when that was closed already; after a stop it is cancelled.
    """
    mailing = session.get(Mailing, claimed.mailing_id, with_for_update=True) if claimed.mailing_id else None
    is_stopped = mailing is not None and mailing.state is MailingState.CANCELLED
    written = session.connection().execute(
        update(Delivery)
        .where(*is_still(claimed), Delivery.state.in_((DeliveryState.HANDING_OVER, DeliveryState.UNCERTAIN)))
        .values(
            state=DeliveryState.CANCELLED if is_stopped else DeliveryState.QUEUED,
            handovers=Delivery.handovers - 1,
            reason="stopped" if is_stopped else "",
            worker="",
            lease_until=None,
            settled_at=now if is_stopped else None,
        )
    )
    if written.rowcount and mailing is not None and mailing.state is MailingState.SENT:
        mailing.state, mailing.finished_at = MailingState.SENDING, None
    session.flush()


def _mailing_goes_on(session: Session, claimed: Claim) -> bool:
    if claimed.mailing_id is None:
        return True
    state = session.connection().execute(_MAILING_STATE, {"mailing": claimed.mailing_id}).scalar_one_or_none()
    return state is MailingState.SENDING


def _begin_handing_over(session: Session, claimed: Claim, *, now: datetime) -> bool:
    lease = timedelta(seconds=settings_of(session).lease_seconds)
    written = session.connection().execute(
        _BEGIN,
        {
            "delivery": claimed.delivery_id,
            "in_attempt": claimed.attempt,
            "before": DeliveryState.CLAIMED,
            "moment": now,
            "until": now + lease,
        },
    )
    return written.rowcount == 1


# Put together once: these run for every letter, and building a statement costs more than running it.
# The shared lock makes who stops the mailing wait for this gate; the next gate sees the stop.
_MAILING_STATE = select(Mailing.state).where(Mailing.id == bindparam("mailing")).with_for_update(read=True)
_BEGIN = (
    update(Delivery)
    .where(*STILL_OURS, Delivery.lease_until > bindparam("moment"))
    .values(
        state=DeliveryState.HANDING_OVER,
        handovers=Delivery.handovers + 1,
        lease_until=bindparam("until"),
    )
)
