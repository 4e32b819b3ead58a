"""What was timed, and how it is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any


@dataclass
class Measure:
    """One thing that was timed: seconds of every run."""

    name: str
    target: float | None = None
    seconds: list[float] = field(default_factory=list)

    @property
    def told(self) -> str:
        """The p95, and the least of all runs beside it."""
        ordered = sorted(self.seconds)
        if not ordered:
            return "–"
        if len(ordered) < 3:
            return f"{say(ordered[0])}"
        p95 = ordered[ceil(len(ordered) * 0.95) - 1]
        return f"{say(p95)} [{say(ordered[0])}]"

    def go(self, deed: Callable[[], Any]) -> None:
        """Do it, and add what it took."""
        began = time.perf_counter()
        deed()
        self.seconds.append(time.perf_counter() - began)


def say(seconds: float) -> str:
    """Return "8.3 s" or "304 ms"."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
