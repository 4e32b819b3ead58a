"""Of everybody that is known: who said each field, and when."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import FieldSource, SourceKind
from mailer.foundation.clock import today


@dataclass(frozen=True, slots=True)
class Weight:
    """Who said a field, and when: what a mark comes down to."""

    kind: SourceKind
    said_on: date
    # The day the source itself gives, when it does: a list has "laatst gewijzigd".
    as_of: date

    @property
    def is_by_hand(self) -> bool:
        return self.kind in (SourceKind.HAND, SourceKind.ORGANISATION)


NOTHING_WEIGHED: Mapping[str, Weight] = {}
_Mark = tuple[tuple[str, ...], Weight]
_READ_AT_ONCE = 500


class Weights:
    """Of everybody, what we know the source of. Kept mark by mark: a dictionary each would be four times as large."""

    def __init__(self, session: Session) -> None:
        self._marks: dict[str, dict[int, tuple[_Mark, ...]]] = {"organisation": {}, "person": {}}
        columns = (FieldSource.organisation_id, FieldSource.person_id, FieldSource.fields, FieldSource.kind)
        asked = select(*columns, FieldSource.said_at, FieldSource.as_of).order_by(FieldSource.said_at, FieldSource.id)
        # All marks at once would be most of what is held.
        asked = asked.execution_options(yield_per=_READ_AT_ONCE)
        # A list says the same fields of all its rows, at one moment.
        weight_of, once = cache(_weight), cache(_once)
        for organisation_id, person_id, fields, kind, said_at, as_of in session.execute(asked):
            marks = self._marks["organisation" if organisation_id else "person"]
            owner, weight = organisation_id or person_id or 0, weight_of(kind, said_at, as_of)
            plain = tuple(field for field in fields if ":" not in field)
            ties = tuple(field for field in fields if ":" in field and _weighs(field, weight))
            mark = (once(plain), weight)
            marks[owner] = (*marks.get(owner, ()), mark, *([(ties, weight)] if ties else []))

    def of(self, kind: str, number: int) -> Mapping[str, Weight]:
        """Return field → weight of the "organisation" or "person" of this number."""
        marks = self._marks[kind].get(number)
        return {field: weight for fields, weight in marks for field in fields} if marks else NOTHING_WEIGHED


def _once(fields: tuple[str, ...]) -> tuple[str, ...]:
    """The first tuple that said the same: the rows of a list share it."""
    return tuple(map(sys.intern, fields))


def _weighs(tie: str, weight: Weight) -> bool:
    """What a list tied to somebody is only ever added; a role has words of its own."""
    return weight.is_by_hand or tie.startswith("role:")


def _weight(kind: SourceKind, said_at: datetime, as_of: date | None) -> Weight:
    return Weight(kind, today(said_at), as_of or today(said_at))
