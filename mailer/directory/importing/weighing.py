"""Which word weighs more, ours or the list's? Ours, when a person gave it or when it is newer; and that is told.

Unless somebody said that the list wins: in the whole list, in a column, or in this row.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.cells import read_date
from mailer.directory.importing.deciding import ALL_COLUMNS
from mailer.directory.importing.rows import Row
from mailer.directory.models import FieldSource, SourceKind
from mailer.foundation.clock import say_date, today
from mailer.foundation.language import gettext as _


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


@dataclass(frozen=True)
class Scales:
    """The weights of one organisation or person: field → weight."""

    weights: Mapping[str, Weight]
    winning: frozenset[str] = frozenset()

    def list_wins(self, row: Row, field: str) -> bool:
        """Return whether somebody said that the list wins here."""
        return row.decision.wins or ALL_COLUMNS in self.winning or row.header(field) in self.winning

    def keeps(self, row: Row, field: str, named: str, ours: str, theirs: str) -> bool:
        """Return whether ours is kept, and tell it on the row."""
        weight = self.weights.get(named)
        if weight is None or self.list_wins(row, field):
            return False
        if weight.is_by_hand:
            row.tell(field, "kept-by-hand", _kept(weight, ours or "–", theirs or "–"))
            return True
        said_on = read_date(row.text("changed_on"))
        if ours and said_on is not None and said_on < weight.as_of:
            message = _(
                "Ouder dan wat we hebben: deze rij is van %(day)s. We houden “%(ours)s”. "
                "In de lijst staat “%(theirs)s”.",
                day=say_date(said_on),
                ours=ours,
                theirs=theirs or "–",
            )
            row.tell(field, "older", message)
            return True
        return False

    def keeps_out(self, row: Row, field: str, named: str, said: str) -> bool:
        """Return whether somebody took it out by hand, so that the list does not put it back; and tell it."""
        weight = self.weights.get(named)
        if weight is None or not weight.is_by_hand or self.list_wins(row, field):
            return False
        message = _(
            "“%(said)s” komt er niet weer bij: dat is met de hand weggehaald op %(day)s.",
            said=said,
            day=say_date(weight.said_on),
        )
        row.tell(field, "kept-by-hand", message)
        return True


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


def _kept(weight: Weight, ours: str, theirs: str) -> str:
    day = say_date(weight.said_on)
    if weight.kind is SourceKind.ORGANISATION:
        return _(
            "We houden “%(ours)s” (zo gaf de organisatie het zelf door op %(day)s). In de lijst staat “%(theirs)s”.",
            ours=ours,
            theirs=theirs,
            day=day,
        )
    return _(
        "We houden “%(ours)s” (met de hand gewijzigd op %(day)s). In de lijst staat “%(theirs)s”.",
        ours=ours,
        theirs=theirs,
        day=day,
    )
