"""``sleutelfiguren_voorbeeld.xlsx``: 561 rows on two sheets, with merged cells and colours that mean something."""

from __future__ import annotations

import io
from datetime import datetime, time
from itertools import groupby
from random import Random

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from mailer.directory.sample.files.people_dirt import WHERE, duplicates, expect_namesakes, spill
from mailer.directory.sample.files.people_rows import (
    HEADERS,
    SHORT_HEADERS,
    rows_of_people_in_organisations,
    rows_of_people_without,
)
from mailer.directory.sample.files.rows import FileRow
from mailer.directory.sample.sketch import SAMPLE_DAY, Sample

NAME = "sleutelfiguren_voorbeeld.xlsx"
SHEETS = ("Sleutelfiguren", "Zonder organisatie")
TITLE = "Sleutelfiguren (voorbeeld, alles is verzonnen)"
NOTE = "Let op: geel betekent dat iemand nog gebeld moet worden."
YELLOW = PatternFill("solid", start_color="FFF2B7", end_color="FFF2B7")


def people_file(rng: Random, sample: Sample) -> tuple[bytes, list[FileRow]]:
    """Return the workbook, and its rows with what an import should make of each, after the organisations."""
    book = Workbook()
    book.properties.created = book.properties.modified = datetime.combine(SAMPLE_DAY, time(12, 0))
    rows = rows_of_people_in_organisations(rng, sample)
    expect_namesakes(rows, sample)
    spill(rng, rows)
    more = duplicates(rng, rows)
    title = FileRow({}, "rejected", "title", 4, "titel boven de lijst", loose=[TITLE])
    total = FileRow({}, "rejected", "total", 4, "totaalregel", loose=["Totaal", str(len(rows))])
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = SHEETS[0]
    tied = _lay_out(first, HEADERS, [title, None], [*rows, *more, total])
    _merge(first, rows)
    note = FileRow({}, "rejected", "note", 7, "kleuren worden niet ingelezen", loose=[NOTE])
    loose = _lay_out(book.create_sheet(SHEETS[1]), SHORT_HEADERS, [], [*rows_of_people_without(rng, sample), note])
    _colour(rng, first)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue(), [*tied, *loose]


def _lay_out(sheet: Worksheet, headers: list[str], above: list[FileRow | None], below: list[FileRow]) -> list[FileRow]:
    """Write the rows above the column names, the names, and the rows below; number them all."""
    for place, header in enumerate(headers, start=1):
        sheet.cell(len(above) + 1, place, header).font = Font(bold=True)
    numbered = list(enumerate(above, start=1)) + list(enumerate(below, start=len(above) + 2))
    for number, row in numbered:
        if row is None:
            continue
        row.number, row.sheet = number, sheet.title
        typed = row.loose or [row.cells.get(header, "") for header in headers]
        seen: set[str] = set()
        for place, (header, text) in enumerate(zip(headers, typed, strict=False), start=1):
            # Of two columns with one name the first is used.
            if text and (row.loose or header not in seen):
                cell = sheet.cell(number, place, text)
                cell.data_type = "s"
            seen.add(header)
    return [row for _number, row in numbered if row is not None]


def _merge(sheet: Worksheet, rows: list[FileRow]) -> None:
    """People of one organisation share a merged cell: only its first row holds the name."""
    column = HEADERS.index(WHERE) + 1
    for where, group in groupby(rows, key=lambda row: row.cells[WHERE]):
        together = list(group)
        if where and len(together) > 1:
            for row in together[1:]:
                sheet.cell(row.number, column).value = None
                row.case = row.case or 6
            sheet.merge_cells(
                start_row=together[0].number, end_row=together[-1].number, start_column=column, end_column=column
            )


def _colour(rng: Random, sheet: Worksheet) -> None:
    for number in range(4, sheet.max_row, rng.choice([7, 9])):
        for cell in sheet[number]:
            cell.fill = YELLOW
