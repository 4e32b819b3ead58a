"""Strikes: a mailbox that is full, switched off or unwilling, mailing after mailing, is not written to any more.

One refusal says little: people are on holiday, and quotas grow. A strike is a refused letter itself; nothing else is
kept of it. (A dead address needs no strikes: ``asking.suppress_dead_addresses``.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mailer.deliveries.asking import DeadAddress
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.subscriptions.models import Consent
from mailer.wire.replies import Fault

STRIKES = 3
OVER_AT_LEAST = timedelta(days=14)
# Older ones are forgotten: a mailbox that is full once in two years is not given up.
REMEMBERED = timedelta(days=365)


def last_straws(session: Session, delivery_ids: Iterable[int], *, now: datetime) -> list[DeadAddress]:
    """Return the mailboxes of these refused letters for which it was the third mailing, over fourteen days or more.

    For recording, after these letters became *rejected*: nobody is to write to them again.
    """
    struck = session.scalars(_ANEW.where(Delivery.id.in_(list(delivery_ids)), Delivery.mailbox_id.is_not(None))).all()
    strikes = strikes_of(session, [one.mailbox_id for one in struck if one.mailbox_id is not None], now=now)
    return [
        DeadAddress(one.address, one.id, f"{one.reply_code or ''} {one.reply_text}".strip())
        for one in struck
        if one.mailbox_id in strikes and strikes[one.mailbox_id].is_out
    ]


_ANEW = select(Delivery).execution_options(populate_existing=True)


@dataclass(frozen=True)
class Strikes:
    """In how many mailings a mailbox refused lately, and over what time."""

    mailings: int
    over: timedelta

    @property
    def is_out(self) -> bool:
        return self.mailings >= STRIKES and self.over >= OVER_AT_LEAST


def strikes_of(session: Session, mailbox_ids: Iterable[int], *, now: datetime) -> dict[int, Strikes]:
    """Return mailbox id → its strikes; a mailbox without any has no entry."""
    # New consent is a new beginning: who asks for our mail again had the mailbox emptied.
    renewed = select(func.max(Consent.recorded_at)).where(Consent.mailbox_id == Delivery.mailbox_id).scalar_subquery()
    rows = session.execute(
        select(
            Delivery.mailbox_id,
            func.count(Delivery.mailing_id.distinct()),
            func.min(Delivery.settled_at),
            func.max(Delivery.settled_at),
        )
        .where(
            Delivery.mailbox_id.in_(list(mailbox_ids)),
            Delivery.state == DeliveryState.REJECTED,
            Delivery.reason == Fault.MAILBOX.value,
            Delivery.settled_at > now - REMEMBERED,
            or_(renewed.is_(None), Delivery.settled_at > renewed),
        )
        .group_by(Delivery.mailbox_id)
    )
    return {
        mailbox_id: Strikes(mailings, last - first)
        for mailbox_id, mailings, first, last in rows
        if mailbox_id is not None and first is not None and last is not None
    }
