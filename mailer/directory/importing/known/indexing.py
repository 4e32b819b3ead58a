"""By which names something is found. Most names have one owner; a list for each would be half of all that is held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Index(Generic[T]):
    """Name → everybody who goes by it, in the order in which they became known."""

    def __init__(self) -> None:
        self._one: dict[str, T] = {}
        self._more: dict[str, list[T]] = {}

    def add(self, name: str, one: T) -> None:
        """Make it findable by the name; saying it twice changes nothing."""
        first = self._one.setdefault(name, one)
        if first is not one:
            more = self._more.setdefault(name, [])
            if one not in more:
                more.append(one)

    def of(self, name: str) -> Sequence[T]:
        """Return everybody of this name."""
        first = self._one.get(name)
        return () if first is None else (first, *self._more.get(name, ()))
