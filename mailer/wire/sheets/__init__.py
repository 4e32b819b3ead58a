"""Spreadsheets as values: bytes become sheets of text cells, and rows become bytes. No meaning, no tables."""

from mailer.wire.sheets.guarding import guard, unguard
from mailer.wire.sheets.reading import read_sheets
from mailer.wire.sheets.separated import CHOSEN_SEPARATORS, ENCODINGS
from mailer.wire.sheets.values import Line, Sheet, Table, TextForm
from mailer.wire.sheets.writing import write_csv, write_xlsx

__all__ = [
    "CHOSEN_SEPARATORS",
    "ENCODINGS",
    "Line",
    "Sheet",
    "Table",
    "TextForm",
    "guard",
    "read_sheets",
    "unguard",
    "write_csv",
    "write_xlsx",
]
