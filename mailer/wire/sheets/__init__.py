"""Spreadsheets as values: bytes become sheets of text cells, and rows become bytes. No meaning, no tables."""

from mailer.wire.sheets.guarding import guard, unguard
from mailer.wire.sheets.reading import read_sheets
from mailer.wire.sheets.values import Line, Sheet, Table
from mailer.wire.sheets.writing import write_csv, write_xlsx

__all__ = ["Line", "Sheet", "Table", "guard", "read_sheets", "unguard", "write_csv", "write_xlsx"]
