"""Tables that were worked out of the copied ones, kept until one of those they speak of changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Select, Table, TableClause, column, table

from mailer.foundation.mirror.shelves import parts_of

# So many are kept; the one that was not asked for longest goes first.
MOST = 4

Ask = Callable[..., Any]


@dataclass(frozen=True)
class _Kept:
    table: TableClause
    speaks_of: frozenset[str]


class KeptTables:
    """What was worked out; ``ask(statement, before=…)`` asks a statement of the mirror."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._kept: dict[Hashable, _Kept] = {}
        self._stale: list[_Kept] = []
        self._numbers = count()

    def get(self, key: Hashable, statement: Callable[[], Select[*tuple[Any, ...]]]) -> TableClause:
        """Return the table of this key: worked out by the statement when it is not there (any more)."""
        kept = self._kept.pop(key, None) or self._make(statement())
        self._kept[key] = kept
        while len(self._kept) > MOST:
            self._stale.append(self._kept.pop(next(iter(self._kept))))
        self._throw_away()
        return kept.table

    def forget_those_about(self, names: Iterable[str]) -> None:
        """Forget what was worked out of these tables."""
        changed = set(names)
        for key in [key for key, kept in self._kept.items() if kept.speaks_of & changed]:
            self._stale.append(self._kept.pop(key))

    def _make(self, statement: Select[*tuple[Any, ...]]) -> _Kept:
        self._throw_away()
        name = f"kept_{next(self._numbers)}"
        self._ask(statement, before=f'CREATE TABLE "{name}" AS ')
        columns = (column(each.name, each.type) for each in statement.selected_columns)
        names = frozenset(part.name for part in parts_of(statement) if isinstance(part, Table))
        return _Kept(table(name, *columns), names)

    def _throw_away(self) -> None:
        while self._stale:
            self._ask(None, before=f'DROP TABLE "{self._stale.pop().table.name}"')
