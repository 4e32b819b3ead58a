"""Portions: what is asked of a database with many values at once, some at a time.

A database takes only so many values in one statement (SQLite 32,766, PostgreSQL's protocol 65,535), and a list of
any length would be held in memory twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 500


def portions(all_of: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield them in their order, ``size`` at a time; the last portion may be smaller. Nothing yields nothing."""
    rest = iter(all_of)
    while some := list(islice(rest, size)):
        yield some
