"""How a file would be read, before it is: its sheets, what each column is about, and what somebody should decide.

Nothing here changes anything; the choices come back as a ``Reading``.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailer.directory.importing.cells.cleaning import mojibake
from mailer.directory.importing.columns.fields import ERASABLE, OFF_BY_DEFAULT
from mailer.directory.importing.columns.headers import Column, Layout, find_layout, layout_or_refusal
from mailer.directory.importing.columns.lines import lines_of
from mailer.directory.importing.columns.reading import ColumnChoice, Reading, SheetChoice
from mailer.directory.importing.columns.sources import recognise
from mailer.directory.importing.columns.unknown_words import UnknownWord, unknown_words
from mailer.directory.models import ImportSource
from mailer.foundation.database import settings_of
from mailer.wire.sheets import Line, Sheet, TextForm, read_sheets

SHOWN_LINES = 10
_EXAMPLES = 3
# More of the same would tell nothing more about a column.
_LOOKED_AT = 2000


@dataclass(frozen=True)
class ProposedColumn:
    """A column with what there is to know before one says what it is about."""

    column: Column
    examples: tuple[str, ...]
    # Cells whose accents broke before, one of them, and what it would become.
    broken: int
    broken_example: str
    mended_example: str
    # Cells that are empty under one that is not.
    gaps: int

    @property
    def header(self) -> str:
        return self.column.header

    @property
    def is_unnamed(self) -> bool:
        return not self.column.spelling and bool(self.examples)

    @property
    def is_named_twice(self) -> bool:
        header = self.column.header
        is_numbered = header.endswith(")") and "(" not in self.column.spelling and header[-2:-1].isdigit()
        return bool(self.examples) and is_numbered

    @property
    def holds_remarks(self) -> bool:
        return self.column.proposed in OFF_BY_DEFAULT or self.column.field in OFF_BY_DEFAULT

    @property
    def may_erase(self) -> bool:
        return self.column.field in ERASABLE

    @property
    def needs_a_look(self) -> bool:
        """Whether nobody can be sure of it without looking."""
        return bool(self.examples) and not self.column.field and not self.column.proposed


@dataclass(frozen=True)
class ProposedSheet:
    """One sheet: its layout (none: it is left out), the rows to look at, and how many there are."""

    name: str
    layout: Layout | None
    columns: tuple[ProposedColumn, ...]
    first_lines: tuple[Line, ...]
    # Rows that could hold the column names: number and the beginning of what they say.
    header_rows: tuple[tuple[int, str], ...]
    rows: int


@dataclass(frozen=True)
class Proposal:
    """How the whole file would be read."""

    file_name: str
    reading: Reading
    sheets: tuple[ProposedSheet, ...]
    words: tuple[UnknownWord, ...]
    # How a text file is read; None for a workbook.
    form: TextForm | None
    # A piece of the text with accents in it: whoever reads it sees at once whether they are right.
    accents: str
    has_colours: bool
    # The source it was recognised by.
    source: ImportSource | None

    @property
    def rows(self) -> int:
        return sum(sheet.rows for sheet in self.sheets if sheet.layout)

    def as_choices(self) -> Reading:
        """Return the proposal as choices, every column named, to be changed and handed back."""
        sheets = {sheet.name: _as_choice(sheet) for sheet in self.sheets}
        words: dict[str, dict[str, tuple[str, ...]]] = {sort: dict(said) for sort, said in self.reading.words.items()}
        return Reading(self.form or TextForm(), sheets, words)

    @property
    def is_sure(self) -> bool:
        """Whether there is nothing to decide: one press is enough."""
        columns = [column for sheet in self.sheets for column in sheet.columns]
        asked = [word for word in self.words if word.chosen is None and word.sort != "role"]
        return not asked and not any(column.needs_a_look or column.broken for column in columns)


def propose(session: Session, data: bytes, *, file_name: str, reading: Reading | None = None) -> Proposal:
    """Return how the file would be read: as ``reading`` says, else as the last list of this source was read.

    Raises ``BadInput`` for a file that cannot be read, or has no row of column names.
    """
    limit = settings_of(session).upload_limit_bytes
    sheets = read_sheets(data, limit_bytes=limit)
    recognised = recognise(session, sheets)
    chosen = reading or (recognised.reading if recognised else Reading())
    if chosen.form != TextForm():
        sheets = read_sheets(data, limit_bytes=limit, form=chosen.form)
    layout_or_refusal(sheets, file_name=file_name, reading=chosen)
    proposed = tuple(_sheet(sheet, file_name, chosen) for sheet in sheets if sheet.lines)
    readable = [(sheet, one.layout) for sheet, one in zip(_filled(sheets), proposed, strict=True) if one.layout]
    return Proposal(
        file_name=file_name,
        reading=chosen,
        sheets=proposed,
        words=tuple(unknown_words(session, readable, chosen)),
        form=sheets[0].form,
        accents=_accents(sheets),
        has_colours=any(sheet.coloured - {layout.header_number} for sheet, layout in readable),
        source=recognised.source if recognised else None,
    )


def known_reading(session: Session, data: bytes) -> Reading:
    """Return how a list of this source was read before; a source that is new is read as it proposes itself."""
    recognised = recognise(session, read_sheets(data, limit_bytes=settings_of(session).upload_limit_bytes))
    return recognised.reading if recognised else Reading()


def _as_choice(sheet: ProposedSheet) -> SheetChoice:
    if sheet.layout is None:
        return SheetChoice(is_left_out=True)
    columns = {
        one.header: ColumnChoice(one.column.field, one.column.erases, one.column.fills_down, one.column.mends)
        for one in sheet.columns
    }
    return SheetChoice(sheet.layout.header_number, sheet.layout.subject, columns)


def _filled(sheets: list[Sheet]) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.lines]


def _sheet(sheet: Sheet, file_name: str, reading: Reading) -> ProposedSheet:
    layout = find_layout(sheet, file_name=file_name, choice=reading.sheet(sheet.name))
    lines = lines_of(sheet, layout) if layout else []
    below = [line for line in lines if layout and line.number > layout.header_number]
    return ProposedSheet(
        name=sheet.name,
        layout=layout,
        columns=tuple(_column(column, below[:_LOOKED_AT]) for column in layout.columns) if layout else (),
        first_lines=tuple(below[:SHOWN_LINES]),
        header_rows=tuple((line.number, _beginning(line)) for line in sheet.lines[:SHOWN_LINES]),
        rows=len(lines),
    )


def _column(column: Column, lines: list[Line]) -> ProposedColumn:
    cells = [line.cells[column.place].strip() if column.place < len(line.cells) else "" for line in lines]
    filled = [cell for cell in cells if cell]
    broken = [cell for cell in filled if mojibake(cell)]
    first = next((place for place, cell in enumerate(cells) if cell), len(cells))
    return ProposedColumn(
        column=column,
        examples=tuple(dict.fromkeys(cell[:80] for cell in filled[:50]))[:_EXAMPLES],
        broken=len(broken),
        broken_example=broken[0] if broken else "",
        mended_example=mojibake(broken[0]) if broken else "",
        gaps=sum(1 for cell in cells[first:] if not cell),
    )


def _beginning(line: Line) -> str:
    return " · ".join(cell.strip() for cell in line.cells if cell.strip())[:80]


def _accents(sheets: list[Sheet]) -> str:
    """Return the first few words with a letter that encodings disagree about."""
    for sheet in sheets:
        for line in sheet.lines[:_LOOKED_AT]:
            for cell in line.cells:
                if any(letter.isalpha() and not letter.isascii() for letter in cell) or "\ufffd" in cell:
                    return " ".join(cell.split())[:120]
    return ""
