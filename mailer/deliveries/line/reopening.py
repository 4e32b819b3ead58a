"""Reopening: a letter that was thought gone turns out to be here still, after its mailing was closed or stopped.

A worker that was away too long comes back with that news. Without this the letter would wait in a mailing that nobody
looks at any more (invariant I1).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.given import among
from mailer.foundation.prepared import Prepared
from mailer.mailings.models import Mailing, MailingState

_SET_BASED = {"synchronize_session": False}


def lock_mailings(session: Session, mailing_ids: Collection[int | None]) -> dict[int, MailingState]:
    """Return the states of these mailings (None is none), which nobody else changes until this transaction ends."""
    ids = sorted({one for one in mailing_ids if one is not None})
    if not ids:
        return {}
    return {mailing_id: MailingState(state) for mailing_id, state in _LOCK(session, {"ids": ids})}


def reopen(
    session: Session, waiting: Mapping[int, int | None], states: Mapping[int, MailingState], *, now: datetime
) -> None:
    """See to letters that wait again (delivery → mailing): a closed mailing goes on; after a stop they are cancelled.

    ``states`` are those of ``lock_mailings``, taken before the letters were touched.
    """
    mailings = {one: mailing for one, mailing in waiting.items() if mailing is not None}
    closed = {mailing for mailing in mailings.values() if states.get(mailing) is MailingState.SENT}
    if closed:
        again = update(Mailing).where(Mailing.id.in_(closed)).values(state=MailingState.SENDING, finished_at=None)
        session.execute(again, execution_options=_SET_BASED)
    stopped = [one for one, mailing in mailings.items() if states.get(mailing) is MailingState.CANCELLED]
    if stopped:
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(stopped))
            .values(state=DeliveryState.CANCELLED, reason="stopped", next_attempt_at=None, settled_at=now),
            execution_options=_SET_BASED,
        )


def _lock(_sqlite: bool) -> Select[*tuple[Any, ...]]:
    locked = select(Mailing.id, Mailing.state).where(among(Mailing.id, "ids")).order_by(Mailing.id)
    return locked.with_for_update(read=True)


_LOCK = Prepared(_lock)
