"""Files made on the spot, as people send them, and what came of reading them in."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing import Report, import_file
from mailer.directory.importing.columns.reading import ColumnChoice, Reading, SheetChoice
from mailer.directory.models import Organisation, Person

NOW = datetime.fromisoformat("2027-01-05T15:12:00+00:00")


@dataclass(frozen=True)
class Read:
    """What reading a file left behind."""

    report: Report
    session: Session

    @property
    def outcomes(self) -> list[str]:
        return [row.outcome.value for row in self.report.rows]

    @property
    def organisations(self) -> list[Organisation]:
        return list(self.session.scalars(select(Organisation).order_by(Organisation.id)))

    @property
    def people(self) -> list[Person]:
        return list(self.session.scalars(select(Person).order_by(Person.id)))

    def codes(self, row: int = 0) -> list[str]:
        return [problem.code for problem in self.report.rows[row].problems]

    def messages(self, row: int = 0) -> list[str]:
        return [problem.message for problem in self.report.rows[row].problems]


def csv_of(*lines: str, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def xlsx_of(
    *rows: Sequence[object], style: Callable[[openpyxl.worksheet.worksheet.Worksheet], None] | None = None
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    if style:
        style(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_in(
    session: Session, data: bytes, *, name: str = "lijst.csv", reading: Reading | None = None, apply: bool = True
) -> Read:
    """Read real bytes in, the way the command line does, and apply what is sure."""
    report = import_file(session, data, file_name=name, now=NOW, apply=apply, reading=reading)
    session.flush()
    return Read(report, session)


def choosing(**columns: ColumnChoice) -> Reading:
    """Choices for columns of a text file, by name with _ for a space."""
    return Reading(sheets={"": SheetChoice(columns={name.replace("_", " "): one for name, one in columns.items()})})
