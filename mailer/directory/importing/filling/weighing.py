"""Which word weighs more, ours or the list's? Ours, when a person gave it or when it is newer; and that is told.

Unless somebody said that the list wins: in the whole list, in a column, or in this row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.directory.importing.cells.cleaning import read_date
from mailer.directory.importing.choices.decisions import ALL_COLUMNS
from mailer.directory.importing.known.weights import Weight
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import SourceKind
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _


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
