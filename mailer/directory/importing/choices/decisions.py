"""What somebody chose for a row that waits, or for a column: a value that is made before the reading.

A dry run reads the list again with the choices, so the report tells exactly what applying will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

SAME, NEW, LEFT_OUT = "same", "new", "left-out"
OURS, THEIRS = "ours", "theirs"
ALL_COLUMNS = "*"

Place = tuple[str, int]
"""A sheet and the number of a row on it."""


@dataclass(frozen=True)
class Decision:
    """The choices for one row."""

    # "same" (as ``candidate``), "new", "left-out", or nothing while nobody chose.
    who: str = ""
    # {"organisation": id}, {"person": id} or {"row": number}.
    candidate: Mapping[str, int] = field(default_factory=dict)
    # Column → "ours" or "theirs", where both have a value.
    fields: Mapping[str, str] = field(default_factory=dict)
    # Column → the text that takes the place of the cell: a proposal that was accepted.
    cells: Mapping[str, str] = field(default_factory=dict)
    # Columns that are read as they are, whatever was proposed.
    as_typed: frozenset[str] = frozenset()
    # The list wins from what was changed by hand, or is newer, in this whole row.
    wins: bool = False

    def of_cells(self) -> Decision:
        """Return only how cells are to be read."""
        return Decision(cells=self.cells, as_typed=self.as_typed)

    def as_json(self) -> dict[str, Any]:
        """Return the choices as ``from_json`` reads them back; what was not chosen is left out."""
        found: dict[str, Any] = {
            "who": self.who,
            "candidate": dict(self.candidate),
            "fields": dict(self.fields),
            "cells": dict(self.cells),
            "as_typed": sorted(self.as_typed),
            "wins": self.wins,
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_json(cls, data: Any) -> Decision:
        """Read choices back. Raises ``BadInput`` when this is no such JSON."""
        try:
            found = cls(
                who=str(data.get("who") or ""),
                candidate={str(kind): int(row_id) for kind, row_id in (data.get("candidate") or {}).items()},
                fields={str(column): str(side) for column, side in (data.get("fields") or {}).items()},
                cells={str(column): str(text) for column, text in (data.get("cells") or {}).items()},
                as_typed=frozenset(map(str, data.get("as_typed") or ())),
                wins=bool(data.get("wins")),
            )
            if found.who not in ("", SAME, NEW, LEFT_OUT) or set(found.fields.values()) - {OURS, THEIRS}:
                raise ValueError(data)
        except (AttributeError, TypeError, ValueError) as problem:
            raise BadInput(
                _("Deze keuzes kunnen we niet lezen. Maak ze met: mailer directory import BESTAND --questions KEUZES.")
            ) from problem
        return found

    def __bool__(self) -> bool:
        return bool(self.as_json())


UNDECIDED = Decision()


@dataclass(frozen=True)
class Decisions:
    """The choices for a whole list. ``rows``: place → choices; ``winning``: columns in which the list wins."""

    rows: Mapping[Place, Decision] = field(default_factory=dict)
    winning: frozenset[str] = frozenset()

    def of(self, sheet: str, number: int) -> Decision:
        """Return the choices for a row."""
        return self.rows.get((sheet[:80], number), UNDECIDED)

    def as_json(self) -> dict[str, Any]:
        """Return the choices as a file for the command line."""
        return {
            "winning": sorted(self.winning),
            "rows": [
                {"sheet": sheet, "row": number, **decision.as_json()}
                for (sheet, number), decision in sorted(self.rows.items())
            ],
        }

    @classmethod
    def from_json(cls, data: Any) -> Decisions:
        """Read choices back. Raises ``BadInput`` when this is no such JSON."""
        try:
            rows = {(str(one.get("sheet") or ""), int(one["row"])): Decision.from_json(one) for one in data["rows"]}
            return cls(rows, frozenset(map(str, data.get("winning") or ())))
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise BadInput(
                _("Deze keuzes kunnen we niet lezen. Maak ze met: mailer directory import BESTAND --questions KEUZES.")
            ) from problem


NONE_MADE = Decisions()
