"""Strikes: a mailbox that is full, switched off or unwilling, mailing after mailing, is not written to any more.

One refusal says little: people are on holiday, and quotas grow. A strike is a refused letter itself; nothing else is
kept of it. (A dead address needs no strikes: ``asking.suppress_dead_address``.)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.deliveries.asking import suppress_dead_address
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.subscriptions.models import Consent
from mailer.wire.replies import Fault

STRIKES = 3
OVER_AT_LEAST = timedelta(days=14)
# Older ones are forgotten: a mailbox that is full once in two years is not given up.
REMEMBERED = timedelta(days=365)


def strike_out(session: Session, delivery_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Suppress the mailboxes of these refused letters for which it was the third mailing, over fourteen days or more.

    For recording, after these letters became *rejected*. Returns the letters that were the last straw.
    """
    last_straws = []
    for delivery in session.scalars(_ANEW.where(Delivery.id.in_(list(delivery_ids)))):
        if delivery.mailbox_id is not None and _is_out(session, delivery.mailbox_id, now=now):
            reply = f"{delivery.reply_code or ''} {delivery.reply_text}".strip()
            suppress_dead_address(session, delivery.address, reply=reply, delivery_id=delivery.id, now=now)
            last_straws.append(delivery.id)
    return last_straws


_ANEW = select(Delivery).execution_options(populate_existing=True)


def _is_out(session: Session, mailbox_id: int, *, now: datetime) -> bool:
    # New consent is a new beginning: who asks for our mail again had the mailbox emptied.
    renewed = session.scalar(select(func.max(Consent.recorded_at)).where(Consent.mailbox_id == mailbox_id))
    since = max(now - REMEMBERED, renewed) if renewed else now - REMEMBERED
    strikes, first, last = session.execute(
        select(
            func.count(Delivery.mailing_id.distinct()), func.min(Delivery.settled_at), func.max(Delivery.settled_at)
        ).where(
            Delivery.mailbox_id == mailbox_id,
            Delivery.state == DeliveryState.REJECTED,
            Delivery.reason == Fault.MAILBOX.value,
            Delivery.settled_at > since,
        )
    ).one()
    return bool(strikes >= STRIKES and last and first and last - first >= OVER_AT_LEAST)
