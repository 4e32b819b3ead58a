"""What organisations were asked, and what they said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.models import CheckLetter, Organisation


def last_check_letter(session: Session, organisation: Organisation) -> CheckLetter | None:
    """Return the newest letter to this organisation, planned ones included."""
    return next(iter(check_letters_of(session, organisation, most=1)), None)


def check_letters_of(session: Session, organisation: Organisation, *, most: int = 20) -> Sequence[CheckLetter]:
    """Return the letters to this organisation, the newest first."""
    mine = select(CheckLetter).where(CheckLetter.organisation_id == organisation.id)
    return session.scalars(mine.order_by(CheckLetter.planned_on.desc(), CheckLetter.id.desc()).limit(most)).all()


def count_planned_letters(session: Session) -> int:
    """Return how many letters wait for their day."""
    return session.scalar(select(func.count(CheckLetter.id)).where(CheckLetter.sent_at.is_(None))) or 0
