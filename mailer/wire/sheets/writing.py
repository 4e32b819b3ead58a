"""Rows become bytes that Dutch Excel opens with one click: UTF-8 with a byte order mark and ";", or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from mailer.wire.sheets.guarding import guard
from mailer.wire.sheets.values import Table


def write_csv(table: Table) -> bytes:
    """Return the table as text: UTF-8 with a byte order mark, ";", formulas guarded."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.headers)
    writer.writerows(guarded(table.rows))
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(tables: Iterable[Table]) -> bytes:
    """Return a workbook with a sheet per table: days and numbers as such, all else as text, formulas guarded."""
    # Here: openpyxl takes 10 MB, and who sends letters all day writes no workbook.
    from mailer.wire.sheets.workbooks import write_workbook  # noqa: PLC0415 - see above

    return write_workbook((table, guarded(table.rows)) for table in tables)


def guarded(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return the rows with formulas made harmless."""
    return [[guard(cell) for cell in row] for row in rows]
