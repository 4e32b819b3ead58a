"""Taking turns: one person at a time writes in a draft. Who comes second reads along, or takes over on purpose.

A turn is kept alive by the open page and by every change; without a sign of life it is over, so that nobody waits for a
laptop that was closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mailer.mailings.models import ComposingTurn, Mailing
from mailer.staff.models import Operator

# Three signs of life of an open page may get lost.
OVER_AFTER = timedelta(seconds=100)


def whose_turn(session: Session, mailing: Mailing, *, now: datetime) -> Operator | None:
    """Return who is writing in this draft, or None."""
    question = select(ComposingTurn).where(
        ComposingTurn.mailing_id == mailing.id, ComposingTurn.seen_at > now - OVER_AFTER
    )
    turn = session.scalars(question.options(joinedload(ComposingTurn.operator))).one_or_none()
    return turn.operator if turn else None


def take_turn(session: Session, mailing: Mailing, *, by: Operator, now: datetime, over: bool = False) -> Operator:
    """Take the turn when it is free or one's own already, or take it ``over``; return whose it is now."""
    # Two who come at the same moment: the row of the mailing lets one of them go first.
    session.execute(select(Mailing.id).where(Mailing.id == mailing.id).with_for_update())
    turn = session.get(ComposingTurn, mailing.id, populate_existing=True)
    if turn is None:
        turn = ComposingTurn(mailing_id=mailing.id, operator=by, operator_id=by.id, taken_at=now, seen_at=now)
        session.add(turn)
    elif turn.operator_id == by.id:
        turn.seen_at = max(turn.seen_at, now)
    elif over or turn.seen_at <= now - OVER_AFTER:
        turn.operator, turn.operator_id, turn.taken_at, turn.seen_at = by, by.id, now, now
    session.flush()
    return turn.operator
