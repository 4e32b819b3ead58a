"""Excel workbooks (.xlsx), read by calamine as text: formulas become their last result, links are not followed.

A workbook is a zip file that anybody can make, so it is inspected before it is read: how large it becomes, and how far
its cells lie apart. calamine keeps a sheet as one full rectangle, so two cells in opposite corners would ask for
gigabytes (standards.md 5.1: refused within two seconds, under 300 MB).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.sheets.guarding import unguard
from mailer.wire.sheets.values import Line, Sheet

UNPACKED_LIMIT_BYTES = 100 * 1024 * 1024
AREA_LIMIT = 2_500_000
_CHUNK_BYTES = 1024 * 1024
_ENTRIES_LIMIT = 1000
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,10})["']""")
_Cell = str | int | float | bool | date | datetime | time | timedelta


def read_workbook(data: bytes) -> list[Sheet]:
    """Return every sheet of the workbook, merged cells filled down.

    Raises ``BadInput`` when it is damaged, protected, has macros, is no workbook, or unpacks to too much.
    """
    _inspect(data)
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            return [_sheet(book.get_sheet_by_name(name)) for name in book.sheet_names]
    except python_calamine.PasswordError as problem:
        raise BadInput(
            _("Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf en probeer het opnieuw.")
        ) from problem
    except (python_calamine.CalamineError, ValueError, OSError) as problem:
        raise _damaged() from problem
    except BaseException as problem:
        # The reader is written in Rust: where it gives up, it panics, and that is no Exception.
        if type(problem).__name__ == "PanicException":
            raise _damaged() from problem
        raise


def _inspect(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            _check_kind({entry.filename for entry in entries})
            if len(entries) > _ENTRIES_LIMIT or any(entry.flag_bits & 1 for entry in entries):
                raise _damaged()
            unpacked = area = 0
            for entry in entries:
                height = width = 0
                for chunk in _unpacked(package, entry):
                    unpacked += len(chunk)
                    if b"<!DOCTYPE" in chunk:
                        raise _damaged()
                    if entry.filename.startswith("xl/worksheets/"):
                        height, width = _corner(chunk, height, width)
                    if unpacked > UNPACKED_LIMIT_BYTES or height * width > AREA_LIMIT:
                        raise _too_much()
                area += height * width
            if area > AREA_LIMIT:
                raise _too_much()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as problem:
        raise _damaged() from problem


def _check_kind(names: set[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput(_("In dit Excel-bestand zitten macro’s. Bewaar het als .xlsx, zonder macro’s."))
    if "xl/workbook.xml" not in names:
        raise BadInput(_("Dit is geen lijst die we kunnen lezen. Bewaar de lijst als .xlsx of .csv."))


def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    # The size an entry claims may be a lie; without this the reading would stop at the claim and not see the bomb.
    entry.file_size = 1 << 40
    tail = b""
    with package.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield tail + chunk
            tail = chunk[-64:]  # A cell's name may lie on the border of two chunks.


def _corner(chunk: bytes, height: int, width: int) -> tuple[int, int]:
    for letters, digits in _CELL.findall(chunk):
        height = max(height, int(digits))
        if letters:
            column = 0
            for letter in letters.upper():
                column = column * 26 + letter - 64
            width = max(width, column)
    return height, max(width, 1) if height else width


def _sheet(sheet: python_calamine.CalamineSheet) -> Sheet:
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (first_row, first_column), (last_row, _last_column) in sheet.merged_cell_ranges or []:
        for row in range(first_row + 1, min(last_row + 1, len(grid))):
            if first_row < len(grid) and first_column < len(grid[row]):
                grid[row][first_column] = grid[first_row][first_column]
    lines = (
        Line(number, tuple(unguard(cell) for cell in cells))
        for number, cells in enumerate(grid, start=1)
        if any(cell.strip() for cell in cells)
    )
    return Sheet(name=sheet.name.strip(), lines=tuple(lines))


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


def _damaged() -> BadInput:
    return BadInput(
        _("Dit Excel-bestand is beschadigd. Open het in Excel, bewaar het opnieuw als .xlsx en probeer het nog eens.")
    )


def _too_much() -> BadInput:
    return BadInput(_("In dit Excel-bestand staan te veel cellen. Kopieer alleen de lijst naar een nieuw bestand."))
