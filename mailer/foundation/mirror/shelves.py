"""A shelf: a table of the mirror, with the columns that questions need and the key by which its rows are taken anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Table

# What a column becomes; everything else is text.
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (BigInteger, "BIGINT"),
    (Integer, "INTEGER"),
    (Boolean, "BOOLEAN"),
    (Date, "DATE"),
    (DateTime, "TIMESTAMPTZ"),
)


@dataclass(frozen=True)
class Shelf:
    """One table: ``key`` names the column that the triggers note (an id, or the owner of a link)."""

    table: Table
    key: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def kinds(self) -> dict[str, str]:
        """Column → its type in the mirror, in order."""
        return {name: _kind(self.table.c[name]) for name in self.columns}


def shelf(model: Any, *columns: Any, key: str = "id") -> Shelf:
    """Return a shelf of these columns of a model; the key comes with them."""
    names = dict.fromkeys((key, *(column.key for column in columns)))
    return Shelf(model.__table__, key, tuple(names))


def are_shelved(statement: Any, shelves: Iterable[Shelf]) -> bool:
    """Return whether a statement asks for nothing but columns of these shelves, and of tables kept beside them."""
    by_table = {each.table: set(each.columns) for each in shelves}
    for element in parts_of(statement):
        if isinstance(element, Table) and element not in by_table:
            return False
        if isinstance(element, Column) and element.name not in by_table.get(element.table, {element.name}):
            return False
    return True


def parts_of(statement: Any) -> Iterator[Any]:
    """Walk over all a statement is made of, each part once: what is named ten times is gone through once."""
    # The parts themselves are held: the number of one that is gone would be given to another.
    seen, rest = {id(statement): statement}, [statement]
    while rest:
        part = rest.pop()
        yield part
        for child in part.get_children():
            if id(child) not in seen:
                seen[id(child)] = child
                rest.append(child)


def _kind(column: Column[Any]) -> str:
    # The type underneath a decorated one (UtcDateTime) decides.
    kind = getattr(column.type, "impl_instance", column.type)
    return next((name for type_, name in _KINDS if isinstance(kind, type_)), "VARCHAR")
