"""Trying failed letters once more because a person says so: the same letters, and only where it can help.

Not for dead and suppressed addresses, nor for a letter that is itself what is wrong; and whoever left meanwhile is
asked about here, at the claim and at the gate, as always.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from mailer.deliveries.asking import purpose_of, refusal
from mailer.deliveries.deciding import SEND_AGAIN, note_decisions, queue_again, reopen
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import Mailbox
from mailer.mailings.models import Mailing
from mailer.staff.models import Operator
from mailer.wire.replies import Fault

RETRYABLE = frozenset(
    {
        (DeliveryState.REJECTED, Fault.MAILBOX.value),
        (DeliveryState.REJECTED, Fault.POLICY.value),
        (DeliveryState.REJECTED, "unwritable"),
        (DeliveryState.EXPIRED, "too_old"),
    }
)
"""(State, reason) of letters that may go well another time: a full mailbox is emptied, a refusal is lifted."""


def count_retryable(session: Session, mailing: Mailing, *, now: datetime) -> int:
    """Return how many failed letters of this mailing could be tried once more."""
    if mailing.topic is None:
        return 0
    return session.scalar(select(func.count()).select_from(_retryable(session, mailing, now=now).subquery())) or 0


def retry_failed(session: Session, mailing: Mailing, *, by: Operator | None, now: datetime) -> int:
    """Queue them again, with their own Message-ID; return how many.

    Raises ``Conflict`` when the mailing was stopped, or its meeting has begun.
    """
    reopen(session, mailing, now=now)
    ids = list(session.scalars(_retryable(session, mailing, now=now).with_for_update(of=Delivery, key_share=True)))
    queue_again(session, ids, now=now)
    note_decisions(session, ids, SEND_AGAIN, by=by, now=now)
    return len(ids)


def _retryable(session: Session, mailing: Mailing, *, now: datetime) -> Select[int]:
    return (
        select(Delivery.id)
        .join(Mailbox, Mailbox.id == Delivery.mailbox_id)
        .where(
            Delivery.mailing_id == mailing.id,
            Delivery.reason != "",
            tuple_(Delivery.state, Delivery.reason).in_(sorted(RETRYABLE)),
            refusal(purpose_of(session, mailing), now=now).is_(None),
        )
        .order_by(Delivery.id)
    )
