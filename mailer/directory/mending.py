"""The rows that could not be imported, as a workbook with their own columns and the reason beside them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mailer.directory.models import ImportBatch, ImportRow
from mailer.directory.queries.imports import rows_to_mend
from mailer.wire.sheets import Table, write_xlsx

REASON = "Waarom niet"


def write_rows_to_mend(session: Session, batch: ImportBatch) -> bytes:
    """Return a workbook of the doubtful and rejected rows; reading it back, the reason is looked past."""
    by_sheet: dict[str, list[ImportRow]] = {}
    for row in rows_to_mend(session, batch):
        by_sheet.setdefault(row.sheet, []).append(row)
    tables = [_table(sheet or batch.file_name.rpartition(".")[0], rows) for sheet, rows in by_sheet.items()]
    return write_xlsx(tables or [Table("Lijst", [REASON], [])])


def _table(name: str, rows: Sequence[ImportRow]) -> Table:
    headers = list(dict.fromkeys(header for row in rows for header in row.cells if header != REASON))
    return Table(
        name,
        [*headers, REASON],
        [[*(row.cells.get(header, "") for header in headers), _reason(row)] for row in rows],
    )


def _reason(row: ImportRow) -> str:
    return " ".join(f"{one['column']}: {one['message']}".removeprefix(": ") for one in row.problems)
