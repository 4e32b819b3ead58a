"""Limits: so many letters a second, a minute, an hour, a day; exact over all workers, before and after a restart.

Each letter takes its allowance in the transaction of its gate. Workers look here before they claim, so that they do not
take what may not leave.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from mailer.deliveries.models import SentAllowance
from mailer.foundation.database import settings_of
from mailer.foundation.settings import Settings

DAY_SECONDS = 86_400
# A letter reaches the mail server a moment after its allowance was written, the last of a crowd later than the first.
# Windows are this much wider, at most, so that the server too never counts more than the limit.
MARGIN_SECONDS = 1.0
# One number for PostgreSQL's advisory lock: two gates may not both count before either has written.
ADVISORY_LOCK = 7346


def limits_of(settings: Settings) -> dict[int, int]:
    """Return what was set: window in seconds → letters in it."""
    windows = {
        1: settings.letters_per_second,
        60: settings.letters_per_minute,
        3600: settings.letters_per_hour,
        DAY_SECONDS: settings.letters_per_day,
    }
    return {seconds: letters for seconds, letters in windows.items() if letters is not None}


def widened(seconds: float) -> float:
    """Return the window that is kept for a limit: one tenth wider, and never more than a second."""
    return seconds + min(MARGIN_SECONDS, seconds / 10)


def room(session: Session, *, now: datetime) -> int | None:
    """Return how many letters may leave now; None when nothing limits them."""
    left = [
        letters - _sent_since(session, now - timedelta(seconds=widened(seconds)))
        for seconds, letters in limits_of(settings_of(session)).items()
    ]
    return max(0, min(left)) if left else None


def take_allowance(session: Session, *, now: datetime) -> float:
    """Take the allowance of one letter: 0 when it may leave now, else the seconds to wait and nothing was taken."""
    limits = limits_of(settings_of(session))
    if not limits:
        return 0.0
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
    waits = [_wait(session, seconds, letters, now) for seconds, letters in limits.items()]
    if max(waits) > 0:
        return max(waits)
    session.add(SentAllowance(transport=_transport(session), at=now, letters=1))
    session.flush()
    return 0.0


def forget_old_allowances(session: Session, *, now: datetime) -> None:
    """Throw away what no window looks at any more."""
    session.execute(delete(SentAllowance).where(SentAllowance.at < now - timedelta(seconds=DAY_SECONDS + 60)))


def _wait(session: Session, seconds: int, letters: int, now: datetime) -> float:
    """Return how long until this window has room: when the letter that fills it has left it."""
    window = widened(seconds)
    filling = session.scalars(
        select(SentAllowance.at)
        .where(SentAllowance.transport == _transport(session), SentAllowance.at > now - timedelta(seconds=window))
        .order_by(SentAllowance.at.desc())
        .offset(letters - 1)
        .limit(1)
    ).one_or_none()
    return 0.0 if filling is None else window - (now - filling).total_seconds()


def _sent_since(session: Session, moment: datetime) -> int:
    counted = session.scalar(
        select(func.coalesce(func.sum(SentAllowance.letters), 0)).where(
            SentAllowance.transport == _transport(session), SentAllowance.at > moment
        )
    )
    return int(counted or 0)


def _transport(session: Session) -> str:
    # The relay and not the user or password in its address.
    return settings_of(session).smtp_url.rpartition("@")[2].removeprefix("smtp://")[:60]
