"""Questions about deliveries: the figures of a mailing, which always add up, and its letters by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from mailer.audiences.checking import is_time_to_owe
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState, MailingProgress, WorkerLease
from mailer.deliveries.regulating.quiet import goes_on
from mailer.deliveries.restored.withholding import is_withheld
from mailer.directory.models import ImportJob
from mailer.foundation.outbox import OwedLetter
from mailer.mailings.models import Mailing, MailingState


@dataclass(frozen=True)
class Figures:
    """How many letters of a mailing are where; the ten after ``planned`` add up to it (invariant I1)."""

    planned: int
    skipped: int
    queued: int
    claimed: int
    handing_over: int
    accepted: int
    deferred: int
    rejected: int
    uncertain: int
    cancelled: int
    expired: int

    @property
    def to_send(self) -> int:
        """All that were to leave: planned without the skipped ones."""
        return self.planned - self.skipped

    @property
    def settled(self) -> int:
        """Those whose story is over, for better or worse."""
        return self.accepted + self.rejected + self.uncertain + self.cancelled + self.expired

    @property
    def unsure(self) -> int:
        """Those that may have gone: at their dot at this moment, or without an answer to it."""
        return self.uncertain + self.handing_over

    @property
    def waiting(self) -> int:
        return self.to_send - self.settled

    @property
    def percentage(self) -> int:
        """How far sending is, 0–100, rounded down: 100 only when nothing waits."""
        return 100 * self.settled // self.to_send if self.to_send else 100


def figures(session: Session, mailing_id: int) -> Figures:
    """Count the letters of a mailing, in one query: the sums hold while workers send."""
    rows = session.execute(
        select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing_id).group_by(Delivery.state)
    )
    counted = {state: int(number) for state, number in rows}
    return Figures(planned=sum(counted.values()), **{state.value: counted.get(state, 0) for state in DeliveryState})


def status(session: Session, mailing: Mailing) -> dict[str, Any]:
    """Return what ``mailer mailing status`` prints."""
    return {"state": mailing.state.value, **asdict(figures(session, mailing.id))}


def skipped_reasons(session: Session, mailing_id: int) -> dict[str, int]:
    """Return reason → number of letters that the gate refused when the audience was frozen."""
    rows = session.execute(
        select(Delivery.reason, func.count())
        .where(Delivery.mailing_id == mailing_id, Delivery.state == DeliveryState.SKIPPED)
        .group_by(Delivery.reason)
        .order_by(Delivery.reason)
    )
    return {reason: int(number) for reason, number in rows}


def letters(session: Session, mailing_id: int) -> Iterator[dict[str, Any]]:
    """Yield what ``mailer mailing deliveries`` prints: a letter each, in the order in which they leave."""
    tries = select(func.count()).where(DeliveryAttempt.delivery_id == Delivery.id).correlate(Delivery).scalar_subquery()
    rows = session.execute(
        select(Delivery, tries).where(Delivery.mailing_id == mailing_id).order_by(Delivery.id)
    ).yield_per(1000)
    for delivery, attempts in rows:
        yield {
            "address": delivery.address,
            "state": delivery.state.value,
            "reason": delivery.reason or None,
            "message_id": delivery.message_id,
            "attempts": attempts,
            "code": delivery.reply_code,
        }


def has_letters_due(session: Session, *, now: datetime) -> bool:
    """Return whether a letter waits that may leave now."""
    return any(session.scalar(question.limit(1)) is not None for question in _queued_and_due(session, now))


def is_idle(session: Session, *, now: datetime) -> bool:
    """Return whether nothing is due or in hand; what waits for a later moment or for a person does not count."""
    if not is_withheld(session) and is_time_to_owe(session, now=now):
        return False
    return all(session.scalar(question.limit(1)) is None for question in _due_or_in_hand(session, now))


def _due_or_in_hand(session: Session, now: datetime) -> list[Select[Any]]:
    return [
        select(WorkerLease.worker),
        select(Delivery.id).where(Delivery.state == DeliveryState.DEFERRED, Delivery.next_attempt_at <= now),
        *_queued_and_due(session, now),
        select(Mailing.id).where(Mailing.state == MailingState.PREPARING),
        select(Mailing.id).where(Mailing.state == MailingState.SCHEDULED, Mailing.scheduled_at <= now),
        select(Mailing.id).where(Mailing.state == MailingState.HELD, Mailing.held_until <= now),
        select(OwedLetter.id).where(OwedLetter.taken_at.is_(None)),
        # A list that somebody waits for.
        select(ImportJob.id).where(ImportJob.done_at.is_(None), ImportJob.cancelled_at.is_(None)),
    ]


def _queued_and_due(session: Session, now: datetime) -> list[Select[int]]:
    """One-off letters, letters whose moment came, and letters of a mailing that were never claimed."""
    waiting = select(Delivery.id).where(Delivery.state == DeliveryState.QUEUED)
    due = waiting.where(Delivery.next_attempt_at <= now)
    sending = select(Mailing.id).where(goes_on(session, now=now))
    return [
        due.where(Delivery.mailing_id.is_(None)),
        due.where(Delivery.mailing_id.in_(sending)),
        _with_fresh(session, now),
    ]


def _with_fresh(session: Session, now: datetime) -> Select[int]:
    """Mailings that are being sent and have letters that were never claimed."""
    # Said in so many words: inside EXISTS it would by itself speak of every mailing instead of this one.
    claimed_to = select(MailingProgress.claimed_to).where(MailingProgress.mailing_id == Mailing.id).correlate(Mailing)
    fresh = exists().where(
        Delivery.mailing_id == Mailing.id,
        Delivery.id > func.coalesce(claimed_to.scalar_subquery(), 0),
        Delivery.state == DeliveryState.QUEUED,
        Delivery.next_attempt_at.is_(None),
    )
    return select(Mailing.id).where(goes_on(session, now=now), fresh)
