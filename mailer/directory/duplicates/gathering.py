"""Rows that share something, brought together: only these are compared, so that the work grows with the directory."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import combinations

# A trace of more than so many is a shared building or a collecting site, and says nothing.
CROWD = 4
# A name of more than so many ("Buurthuis") is no name to know anybody by.
MANY_NAMESAKES = 40


class Groups:
    """What each id leaves behind (a name, a site, a number), and who left the same."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        # Most traces are one row's own, so a group begins with the second: a directory has half a million of them.
        self._first: dict[Hashable, int] = {}
        self._groups: dict[Hashable, set[int]] = {}

    def put(self, trace: Hashable, member: int) -> None:
        """Write down that this id left this trace."""
        first = self._first.setdefault(trace, member)
        if first != member:
            self._groups.setdefault(trace, {first}).add(member)

    def is_rare(self, trace: Hashable) -> bool:
        """Return whether not too many left this trace."""
        return len(self._groups.get(trace, ())) <= self._most

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield every two ids that share a trace, the lower id first; crowds are left out."""
        for members in self._groups.values():
            if len(members) <= self._most:
                yield from combinations(sorted(members), 2)
