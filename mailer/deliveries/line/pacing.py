"""Pacing: how much a worker has in its hands, measured by the time that it lasts.

Few letters when they go slowly, so that nobody else waits for them and a stop is felt at once; many when they go fast,
so that their share of a transaction is small.
"""

from __future__ import annotations

import time
from collections.abc import Callable

# What passes the gate at once leaves within about this time.
WINDOW_SECONDS = 0.1
LARGEST_WINDOW = 250
# So much is made ready before its gate; a claim costs the same for ten letters as for a thousand. One-off letters go
# before all of it, and a stop takes it back.
STOCK_SECONDS = 1.0
LARGEST_STOCK = 1000
# How fast the measured speed follows.
_SMOOTHING = 0.3
_MEASURE_SECONDS = 0.02


class Pace:
    """The speed of one worker, and what follows from it."""

    def __init__(self, connections: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._least = connections
        self._clock = clock
        self._since = clock()
        self._settled = 0
        # Letters a second.
        self.speed = 0.0
        # How long a window takes to write.
        self.turn_seconds = 0.0

    def settled(self, letters: int) -> None:
        """Count letters that were settled."""
        self._settled += letters
        now = self._clock()
        if now - self._since < _MEASURE_SECONDS:
            return
        measured = self._settled / (now - self._since)
        self.speed += _SMOOTHING * (measured - self.speed) if self.speed else measured
        self._settled, self._since = 0, now

    def starved(self, seconds: float) -> None:
        """Leave out this time, in which the connections waited for us: it tells nothing of how fast letters go."""
        self._since += seconds

    def turned(self, seconds: float) -> None:
        """Remember how long a window took."""
        self.turn_seconds += _SMOOTHING * (seconds - self.turn_seconds)

    @property
    def window(self) -> int:
        """How many letters may be past the gate and not yet with the connections.

        Enough to go on with while the next window is written: on a slow database it takes longer to do more at once,
        and still costs less.
        """
        seconds = max(WINDOW_SECONDS, 3 * self.turn_seconds)
        return min(LARGEST_WINDOW, max(self._least, int(self.speed * seconds)))

    @property
    def reserve(self) -> int:
        """The next window is asked for when no more letters than this are left past the gate.

        They last until it is written, also when that takes twice as long as usual.
        """
        return min(self.window, max(self.window // 2, int(self.speed * 2 * self.turn_seconds)))

    @property
    def stock(self) -> int:
        """How many letters may be ready before the gate."""
        seconds = max(STOCK_SECONDS, 6 * self.turn_seconds)
        return min(LARGEST_STOCK, max(2 * self._least, int(self.speed * seconds)))
