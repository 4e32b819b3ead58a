"""How far it is with a list: told while it is read, and while it is taken back."""

from __future__ import annotations

from collections.abc import Callable

Told = Callable[[int, int], None]
"""Hears how many rows of how many are settled."""


def tell_nobody(_settled: int, _total: int) -> None:
    """Nobody looks at how far it is."""


def counted(told: Told, total: int) -> Callable[[int], None]:
    """Return what hears of some more that are done, and tells how many of all that makes."""
    done = 0

    def hear(more: int) -> None:
        nonlocal done
        done += more
        told(done, total)

    told(0, total)
    return hear
