"""Spending: how much of one limit is used in its windows, how long until there is room, and taking from it.

Allowances carry a running total, so a window is one subtraction: the newest total less what it was when the window
began. Each question is one step in an index, for a second as for a day.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import SentAllowance
from mailer.deliveries.regulating.limits import Limit

# A letter reaches the mail server a moment after its allowance was written, the last of a crowd later than the first.
# Windows are this much wider, at most, so that the server too never counts more than the limit.
MARGIN_SECONDS = 1.0
# Of the letters of an hour and a day, one in so many is kept for one-off letters: a sign-in link must not wait until
# tomorrow because a newsletter took the whole day.
KEPT_FREE = 20
LONG_WINDOW_SECONDS = 3600


def widened(seconds: float) -> float:
    """Return the window that is kept for a limit: one tenth wider, and never more than a second."""
    return seconds + min(MARGIN_SECONDS, seconds / 10)


class Spending:
    """What one scope has spent at this moment. Whoever takes from it holds the scope's lock until the commit."""

    def __init__(self, session: Session, scope: str, limit: Limit, *, now: datetime) -> None:
        self._session = session
        self.scope = scope
        self._windows = limit.windows
        self.at_once: float = math.inf if limit.at_once is None else limit.at_once
        newest = session.execute(
            select(SentAllowance.total, SentAllowance.at)
            .where(SentAllowance.scope == scope)
            .order_by(SentAllowance.total.desc())
            .limit(1)
        ).one_or_none()
        self._total = newest.total if newest else 0
        # A gate that waited for the lock may have looked at the clock before the one that went first.
        self._now = max(now, newest.at) if newest else now
        self._used = {seconds: self._total - self._total_before(seconds) for seconds in limit.windows}
        self._taken = 0

    def room(self, *, is_urgent: bool = False) -> int | None:
        """Return how many letters may go now; None when no window limits them."""
        left = [self._left(seconds, is_urgent=is_urgent) for seconds in self._windows]
        return max(0, min(left)) if left else None

    def wait(self, *, is_urgent: bool = False) -> float:
        """Return how many seconds until one more letter may go; 0: now."""
        full = [seconds for seconds in self._windows if self._left(seconds, is_urgent=is_urgent) <= 0]
        return max((self._wait(seconds, is_urgent=is_urgent) for seconds in full), default=0.0)

    def take(self) -> None:
        """Count one letter."""
        self._taken += 1

    def write_down(self) -> None:
        """Write what was taken, as one row."""
        if self._taken and self._windows:
            values = {"scope": self.scope, "at": self._now, "letters": self._taken, "total": self._total + self._taken}
            self._session.execute(insert(SentAllowance).values(values))

    def _left(self, seconds: int, *, is_urgent: bool) -> int:
        return self._allowed(seconds, is_urgent=is_urgent) - self._used[seconds] - self._taken

    def _allowed(self, seconds: int, *, is_urgent: bool) -> int:
        letters = self._windows[seconds]
        return letters if is_urgent or seconds < LONG_WINDOW_SECONDS else letters - letters // KEPT_FREE

    def _total_before(self, seconds: int) -> int:
        """The total when the window began: that of its first row without its own letters."""
        began = self._session.execute(
            select(SentAllowance.total - SentAllowance.letters)
            .where(
                SentAllowance.scope == self.scope, SentAllowance.at > self._now - timedelta(seconds=widened(seconds))
            )
            .order_by(SentAllowance.at, SentAllowance.total)
            .limit(1)
        ).scalar_one_or_none()
        return self._total if began is None else began

    def _wait(self, seconds: int, *, is_urgent: bool) -> float:
        """Until the letter that fills this window has left it; those that this group takes leave it last."""
        filling = self._total + self._taken - self._allowed(seconds, is_urgent=is_urgent) + 1
        at = self._session.execute(
            select(SentAllowance.at)
            .where(SentAllowance.scope == self.scope, SentAllowance.total >= filling)
            .order_by(SentAllowance.total)
            .limit(1)
        ).scalar_one_or_none()
        return widened(seconds) - (self._now - (at or self._now)).total_seconds()
