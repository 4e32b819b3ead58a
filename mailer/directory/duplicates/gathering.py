"""Rows that share something, brought together: only these are compared, so that the work grows with the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations

# A trace of more than so many is a shared building or a collecting site, and says nothing.
CROWD = 4
# A name of more than so many ("Buurthuis") is no name to know anybody by.
MANY_NAMESAKES = 40


class Groups:
    """What each id leaves behind (a name, a site, a number), and who left the same."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._members: dict[Hashable, list[int]] = defaultdict(list)

    def put(self, trace: Hashable, member: int) -> None:
        """Write down that this id left this trace; an empty trace is none."""
        if trace and (not (there := self._members[trace]) or there[-1] != member):
            there.append(member)

    def is_shared(self, traces: Iterable[Hashable], others: Iterable[Hashable]) -> bool:
        """Return whether both left a trace that not too many others left as well."""
        return any(0 < len(self._members.get(trace, ())) <= self._most for trace in set(traces) & set(others) if trace)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield every two ids that share a trace, the lower id first; crowds are left out."""
        for members in self._members.values():
            if 1 < len(members) <= self._most:
                yield from combinations(sorted(set(members)), 2)
