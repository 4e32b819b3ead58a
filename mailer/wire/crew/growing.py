"""When the crew may open another connection, and how many at once. Numbers and moments; no sockets."""

from __future__ import annotations

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0


class Growth:
    """Grows to ``most`` connections, tries one alone first, and backs off from a relay that wants no more."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._failures = 0
        self._not_before = 0.0

    def may_open(self, *, is_open: int, arriving: int, now: float) -> int:
        """Return how many connections may be tried now.

        Without an open one it is one at a time: a wrong password is tried once, not sixteen times.
        """
        if now < self._not_before:
            return 0
        most = self.most if is_open and not self._failures else is_open + 1
        return max(0, min(most, self.most) - is_open - arriving)

    def has_opened(self) -> None:
        """A connection was opened: the relay takes us."""
        self._failures = 0

    def has_failed(self, *, is_open: int, now: float) -> None:
        """The relay would not have another connection, or ended one with 421: wait, longer each time.

        Alone and for the first time we try again at once: whoever offers the next letter decides whether it is time.
        """
        if now < self._not_before:
            return
        wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**self._failures)
        if is_open or self._failures:
            self._not_before = now + wait
        self._failures += 1
