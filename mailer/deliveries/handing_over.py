"""The gate: the last question before a letter's dot, and the only way from *claimed* to *handing over*.

One transaction, durable before the dot goes out. Whatever dies afterwards, the row tells that the letter may have gone
(decision 0012). Locks are taken in one order everywhere: mailing, mailbox, delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from mailer.audiences.choosing import Purpose
from mailer.deliveries.asking import refusal
from mailer.deliveries.claiming import Claim, cancel_claim, is_still, release
from mailer.deliveries.limiting import take_allowance
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import Mailbox
from mailer.foundation.database import settings_of
from mailer.mailings.models import Mailing, MailingState


@dataclass(frozen=True)
class GateAnswer:
    """May the dot go out? When a limit is reached: not yet, and how long to wait."""

    is_open: bool
    wait_seconds: float = 0.0


CLOSED = GateAnswer(is_open=False)


def pass_gate(session: Session, claimed: Claim, purpose: Purpose | None, *, now: datetime) -> GateAnswer:
    """Write down that this letter is being handed over, when it still may; the caller commits before the dot.

    A stop, a pause or a leave that was committed before is respected here (invariant I6). ``purpose`` is None for a
    one-off letter.
    """
    if not _mailing_goes_on(session, claimed):
        release(session, [claimed])
        return CLOSED
    reason = _refusal(session, claimed, purpose, now=now)
    if reason:
        cancel_claim(session, claimed, reason=reason, now=now)
        return CLOSED
    wait = take_allowance(session, now=now)
    if wait > 0:
        return GateAnswer(is_open=False, wait_seconds=wait)
    return GateAnswer(is_open=_begin_handing_over(session, claimed, now=now))


def take_back(session: Session, claimed: Claim) -> None:
    """Undo the gate of a letter whose dot certainly stayed here."""
    session.execute(
        update(Delivery)
        .where(*is_still(claimed), Delivery.state.in_((DeliveryState.HANDING_OVER, DeliveryState.UNCERTAIN)))
        .values(
            state=DeliveryState.QUEUED,
            handovers=Delivery.handovers - 1,
            reason="",
            worker="",
            lease_until=None,
            settled_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def _mailing_goes_on(session: Session, claimed: Claim) -> bool:
    if claimed.mailing_id is None:
        return True
    # Shared lock: who stops the mailing waits for this gate, and the next gate sees the stop.
    state = session.scalar(select(Mailing.state).where(Mailing.id == claimed.mailing_id).with_for_update(read=True))
    return state is MailingState.SENDING


def _refusal(session: Session, claimed: Claim, purpose: Purpose | None, *, now: datetime) -> str:
    if purpose is None:
        return ""
    # Leaving locks the mailbox too (subscriptions.leaving): a leave is before this gate or after it, never beside it.
    asked = (
        select(refusal(purpose, now=now)).where(Mailbox.id == claimed.mailbox_id).with_for_update(read=True, of=Mailbox)
    )
    answer = session.execute(asked).one_or_none()
    return "erased" if answer is None else answer[0] or ""


def _begin_handing_over(session: Session, claimed: Claim, *, now: datetime) -> bool:
    settings = settings_of(session)
    written: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Delivery)
        .where(*is_still(claimed), Delivery.state == DeliveryState.CLAIMED, Delivery.lease_until > now)
        .values(
            state=DeliveryState.HANDING_OVER,
            handovers=Delivery.handovers + 1,
            lease_until=now + timedelta(seconds=settings.lease_seconds),
        )
        .execution_options(synchronize_session=False)
    )
    return written.rowcount == 1
