"""Excel workbooks (.xlsx), read by calamine as text: formulas become their last result, links are not followed."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import python_calamine

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.sheets.colours import coloured_rows
from mailer.wire.sheets.guarding import unguard
from mailer.wire.sheets.inspecting import AREA_LIMIT, damaged, inspect
from mailer.wire.sheets.values import Line, Sheet

_Cell = str | int | float | bool | date | datetime | time | timedelta


def read_workbook(data: bytes) -> list[Sheet]:
    """Return every sheet of the workbook, merged cells filled down.

    Raises ``BadInput`` when it is damaged, protected, has macros, is no workbook, or unpacks to too much.
    """
    inspect(data)
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
            colours = coloured_rows(data)
            # A workbook that we could not count has no colours that we could name.
            colours = colours if len(colours) == len(sheets) else [frozenset()] * len(sheets)
            return [_sheet(sheet, coloured) for sheet, coloured in zip(sheets, colours, strict=True)]
    except python_calamine.PasswordError as problem:
        raise BadInput(
            _("Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf en probeer het opnieuw.")
        ) from problem
    except (python_calamine.CalamineError, ValueError, OSError) as problem:
        raise damaged() from problem
    except BaseException as problem:
        # The reader is written in Rust: where it gives up, it panics, and that is no Exception.
        if type(problem).__name__ == "PanicException":
            raise damaged() from problem
        raise


def _sheet(sheet: python_calamine.CalamineSheet, coloured: frozenset[int]) -> Sheet:
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_merged(grid, sheet.merged_cell_ranges or [])
    lines = (
        Line(number, tuple(unguard(cell) for cell in cells))
        for number, cells in enumerate(grid, start=1)
        if any(cell.strip() for cell in cells)
    )
    return Sheet(name=sheet.name.strip(), lines=tuple(lines), coloured=coloured)


def _fill_merged(grid: list[list[str]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Excel keeps only the first cell of those it merged; every row of them says the same."""
    filled = 0
    for (first_row, first_column), (last_row, _last_column) in ranges:
        last_row = min(last_row, len(grid) - 1)
        filled += max(last_row - first_row, 0)
        # Ranges never overlap, save in a file made to keep us busy.
        if filled > AREA_LIMIT:
            raise damaged()
        for row in range(first_row + 1, last_row + 1):
            if first_column < len(grid[row]):
                grid[row][first_column] = grid[first_row][first_column]


def _text(cell: _Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        has_time = (cell.hour, cell.minute) != (0, 0)
        return f"{cell.day}-{cell.month}-{cell.year}" + (f" {cell.hour}.{cell.minute:02}" if has_time else "")
    if isinstance(cell, date):
        return f"{cell.day}-{cell.month}-{cell.year}"
    return str(cell)
