"""Tables become a workbook: days and numbers as such, all else as text. Only here openpyxl writes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import zip_longest
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from mailer.wire.sheets.values import Table

# XML 1.0 knows no control characters but tab and newlines.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DAY = re.compile(r"^(\d{1,2})-(\d{1,2})-(\d{4})$")
# With a zero in front it is a code, and no number.
_NUMBER = re.compile(r"^(?:0|[1-9]\d{0,14})$")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def write_workbook(tables: Iterable[tuple[Table, list[list[str]]]]) -> bytes:
    """Return a workbook with a sheet for each table, and its rows without formulas."""
    book = Workbook(write_only=True)
    for table, rows in tables:
        sheet = book.create_sheet(_SHEET_NAME.sub(" ", table.name)[:31])
        sheet.append([_text_cell(sheet, header) for header in table.headers])
        for row in rows:
            headed = zip_longest(row, table.headers[: len(row)], fillvalue="")
            sheet.append([_cell(sheet, table, header, value) for value, header in headed])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Any, table: Table, header: str, value: str) -> Any:
    """What is no whole day or plain number after all is text like everything else."""
    if header in table.days and (day := _day(value)):
        cell = WriteOnlyCell(sheet, value=day)
        cell.number_format = "d-m-yyyy"
        return cell
    if header in table.numbers and _NUMBER.match(value):
        return WriteOnlyCell(sheet, value=int(value))
    return _text_cell(sheet, value)


def _text_cell(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", value)[:32_767])
    cell.data_type = "s"
    return cell


def _day(value: str) -> datetime | None:
    found = _DAY.match(value)
    # Excel counts days from 1900 on, and thinks that year was a leap year.
    if found is None or int(found[3]) < 1901:
        return None
    try:
        return datetime(int(found[3]), int(found[2]), int(found[1]))  # noqa: DTZ001 - a day has no time zone
    except ValueError:
        return None
