"""Recovering: what the sweep does for letters that nobody looks after any more.

A lease that ran out before the gate is harmless: the letter is queued again. After the gate it is not: the dot may have
gone out. What the worker left on its board tells for which letters; those are *uncertain*, shown by name, and never
sent again by themselves (invariants I2, I4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from mailer.deliveries.holding import go_on, lock_all, perhaps_at_rest
from mailer.deliveries.line import leasing
from mailer.deliveries.line.board import Told, read_board, throw_away
from mailer.deliveries.line.claiming import OURS, Claim, release
from mailer.deliveries.line.handing_over import take_back
from mailer.deliveries.line.recording import Result, record
from mailer.deliveries.line.reopening import lock_mailings
from mailer.deliveries.models import Delivery, DeliveryState, MailingProgress, WorkerLease
from mailer.directory.identities import keep_identities
from mailer.foundation.database import settings_of
from mailer.foundation.settings import Settings
from mailer.mailings.models import Mailing, MailingState
from mailer.wire.replies import Outcome, Phase, Reply, Verdict

_SET_BASED = {"synchronize_session": False}
UNKNOWN = Outcome(Verdict.UNCLEAR, Phase.AFTER_DOT, Reply(0))
"""What is known of a letter whose worker died after its dot."""


@dataclass(frozen=True)
class Recovered:
    """How many letters the sweep took up."""

    requeued: int = 0
    uncertain: int = 0
    # Their worker knew the server's answer, and it was still on its board.
    answered: int = 0
    due: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        return self.requeued + self.uncertain + self.answered + self.due + self.expired


def recover(session: Session, *, now: datetime) -> Recovered:
    """Take up letters of workers that are gone, letters whose wait is over, and those that are too old to send."""
    keep_identities(session)
    # Of all workers that are gone at once: what is locked is locked in one order (decision 0076).
    gone = [one for one in leasing.run_out(session, now=now) if not _may_be_told_elsewhere(session, one, now=now)]
    claimed, gated = _in_hands_of(session, gone) if gone else ([], [])
    release(session, claimed, again_at=now)
    known, doubted, kept = _sort(session, gated, gone)
    record(session, [*known, *(Result(one, UNKNOWN, doubt="worker_gone") for one in doubted)], now=now)
    take_back(session, kept, now=now)
    for lease in gone:
        leasing.end(session, lease.worker)
    requeued, expired, due = len(claimed) + len(kept), _expire(session, now=now), _requeue_due(session, now=now)
    return Recovered(requeued, len(doubted), len(known), due=due, expired=expired)


def take_up_strays(session: Session, *, now: datetime) -> int:
    """Take up letters that no rule finds: in nobody's hands, waiting for nothing, and their mailing does not end.

    There are none, as far as we know. Should a mistake of ours make one, it is not lost: it is claimed anew, or in
    doubt when its dot may have gone (invariant I1). After ``holding.finish``; returns how many.
    """
    if session.scalar(select(WorkerLease.worker).limit(1)) is not None:
        return 0
    ids = [one.id for one in lock_all(session, Mailing.id.in_(perhaps_at_rest(session)))]
    if not ids:
        return 0
    session.execute(
        update(MailingProgress).where(MailingProgress.mailing_id.in_(ids)).values(claimed_to=0),
        execution_options=_SET_BASED,
    )
    ours = update(Delivery).where(Delivery.mailing_id.in_(ids))
    doubted = ours.where(Delivery.state == DeliveryState.HANDING_OVER).values(
        state=DeliveryState.UNCERTAIN, reason="worker_gone", worker="", settled_at=now
    )
    again = ours.where(Delivery.state.in_((DeliveryState.CLAIMED, DeliveryState.QUEUED, DeliveryState.DEFERRED)))
    return _update(session, doubted) + _update(
        session, again.values(state=DeliveryState.QUEUED, worker="", next_attempt_at=now)
    )


def boards(settings: Settings) -> Path:
    """Return the folder in which workers of this machine keep their boards."""
    return settings.data_dir / "boards"


def forget_boards(session: Session) -> None:
    """Throw away the boards of workers whose letters were taken up."""
    throw_away(boards(settings_of(session)), but=session.scalars(select(WorkerLease.worker)).all())


def _may_be_told_elsewhere(session: Session, lease: WorkerLease, *, now: datetime) -> bool:
    """The machine of that worker may still tell what became of its letters; it gets half a lease for that."""
    if not lease.host or lease.host == leasing.this_host():
        return False
    return now < lease.until + timedelta(seconds=settings_of(session).lease_seconds / 2)


def _in_hands_of(session: Session, leases: Sequence[WorkerLease]) -> tuple[list[Claim], list[Claim]]:
    """Return the letters of these workers before their gates, and those after; held here, after their mailings.

    Nobody adds to them meanwhile: the leases are held.
    """
    of_each = (and_(Delivery.id.between(one.lowest, one.highest), Delivery.worker == one.worker) for one in leases)
    in_hands = or_(*of_each), Delivery.state.in_(OURS)
    lock_mailings(session, session.scalars(select(Delivery.mailing_id).where(*in_hands).distinct()).all())
    rows = session.execute(
        select(
            Delivery.state,
            Delivery.id,
            Delivery.attempt,
            Delivery.worker,
            func.coalesce(Delivery.claimed_at, Delivery.created_at),
            Delivery.mailing_id,
            Delivery.mailbox_id,
            Delivery.address,
            Delivery.relay,
        )
        .where(*in_hands)
        .order_by(Delivery.id)
        .with_for_update(key_share=True)
    ).all()
    claims = {state: [Claim(*row[1:]) for row in rows if row[0] is state] for state in OURS}
    return claims[DeliveryState.CLAIMED], claims[DeliveryState.HANDING_OVER]


def _sort(
    session: Session, gated: Sequence[Claim], leases: Sequence[WorkerLease]
) -> tuple[list[Result], list[Claim], list[Claim]]:
    """Return the letters of which the answer is known, those in doubt, and those whose dot stayed here."""
    told = {one.worker: _told_by(session, one) for one in leases}
    known, doubted, kept = [], [], []
    for one in gated:
        board, letter = told[one.worker], (one.delivery_id, one.attempt)
        if board is None or (letter in board.dots and letter not in board.outcomes):
            doubted.append(one)
        elif letter in board.outcomes:
            known.append(Result(one, board.outcomes[letter]))
        else:
            kept.append(one)
    return known, doubted, kept


def _told_by(session: Session, lease: WorkerLease) -> Told | None:
    """What the worker left on its board; only its own machine can tell."""
    return read_board(boards(settings_of(session)), lease.worker) if lease.host == leasing.this_host() else None


def wake_held(session: Session, *, now: datetime) -> int:
    """Let mailings go on that were held until this moment; return how many. Those held for a person stay held."""
    held = session.scalars(
        select(Mailing)
        .where(Mailing.state == MailingState.HELD, Mailing.held_until <= now)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    for mailing in held:
        go_on(session, mailing, now=now)
    return len(held)


def _requeue_due(session: Session, *, now: datetime) -> int:
    due = Delivery.state == DeliveryState.DEFERRED, Delivery.next_attempt_at <= now
    return _update(session, _where_free(*due).values(state=DeliveryState.QUEUED, reason=""))


def _expire(session: Session, *, now: datetime) -> int:
    """End what is too old to be welcome. What waits because its mailing waits is a person's to decide."""
    old = session.scalars(select(Mailing.id).where(Mailing.state == MailingState.SENDING, Mailing.expires_at <= now))
    ids = list(old)
    if not ids:
        return 0
    waits = Delivery.mailing_id.in_(ids), Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED))
    ended = {"state": DeliveryState.EXPIRED, "reason": "too_old", "next_attempt_at": None, "settled_at": now}
    return _update(session, _where_free(*waits).values(ended))


def _where_free(*conditions: ColumnElement[bool]) -> Update:
    """Letters that somebody holds at this moment are left to the next sweep: it waits for nobody's letters."""
    free = select(Delivery.id).where(*conditions).order_by(Delivery.id)
    return update(Delivery).where(Delivery.id.in_(free.with_for_update(skip_locked=True, key_share=True)))


def _update(session: Session, statement: Any) -> int:
    written: CursorResult[Any] = session.execute(statement, execution_options=_SET_BASED)  # type: ignore[assignment]
    return written.rowcount
