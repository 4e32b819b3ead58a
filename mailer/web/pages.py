"""A long list in pages: which part is shown, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PER_PAGE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: its rows, its number (from 1), and how many rows and pages there are in all."""

    rows: Sequence[Row]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def count(self) -> int:
        """The number of pages; an empty list has one."""
        return max(1, -(-self.total // self.per_page))


def turn_to(session: Session, question: Select[Any], number: int, *, per_page: int = PER_PAGE) -> Page[Any]:
    """Return page ``number`` of a select of one entity; a number that is too high gives the last page."""
    total = session.scalar(select(func.count()).select_from(question.order_by(None).subquery())) or 0
    last = max(1, -(-total // per_page))
    here = min(max(1, number), last)
    rows = session.scalars(question.limit(per_page).offset((here - 1) * per_page)).unique().all()
    return Page(rows, here, total, per_page)


def page_number(text: str | None) -> int:
    """Read the page number from an address; whatever is not a number is 1."""
    return int(text) if text and text.isdecimal() and len(text) < 7 else 1
