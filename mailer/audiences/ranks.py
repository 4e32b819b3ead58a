"""How good a choice is, as a number the database can compare: the least is the best. Plain columns, no rules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, literal

# It may be written to, the gate refuses, there is no mailbox, there is nobody.
OPEN, REFUSED, WITHOUT_MAILBOX, NOBODY_THERE = 0, 1, 2, 9

# How many values ids and positions can have in a packed number (``seats.LAST`` is the greatest position).
IDS, POSITIONS = 2**31, 2**20


def packed(*parts: tuple[Any, int]) -> ColumnElement[int]:
    """Return numbers as one, the first weighing most; beside each how many values it can have."""
    together: ColumnElement[int] = cast(literal(0), BigInteger)
    for value, size in parts:
        together = together * literal(size, BigInteger) + value
    return together


def flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return 1 where it holds, else 0: databases can take the greatest of that."""
    return case((condition, 1), else_=0)
