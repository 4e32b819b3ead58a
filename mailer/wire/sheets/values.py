"""What a file of rows holds, as text: no numbers, no dates, no formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is not empty. ``number`` is what the spreadsheet shows beside it, from 1."""

    number: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many cells say something."""
        return sum(1 for cell in self.cells if cell.strip())


@dataclass(frozen=True)
class TextForm:
    """How a text file is written; an empty value means: as its bytes tell."""

    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or a whole text file (then without a name)."""

    name: str
    lines: tuple[Line, ...]
    # How a text file was read; a workbook has none.
    form: TextForm | None = None
    # Numbers of the rows in which somebody gave a cell a colour.
    coloured: frozenset[int] = field(default=frozenset(), compare=False)


@dataclass(frozen=True)
class Table:
    """What is written out: a name, headers, and rows of text."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    # Columns that a workbook keeps as what they are; all others are text, so that no telephone loses its zero.
    days: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
