"""A row of a file, and what an import into an empty directory should make of it."""

from __future__ import annotations

from dataclasses import dataclass, field

Cells = dict[str, str]


@dataclass
class FileRow:
    """The cells by header; ``outcome`` and ``code`` are what the import is expected to say."""

    cells: Cells
    outcome: str = "new"
    # One problem that must be named among the row's; empty: none in particular.
    code: str = ""
    # Number of the nasty case; 0: an ordinary row.
    case: int = 0
    why: str = ""
    # Filled in when the file is laid out: the row's number as the spreadsheet counts.
    number: int = 0
    sheet: str = ""
    # What a title, a total or a note says: it is no record, so it keeps to no columns.
    loose: list[str] = field(default_factory=list)
    # Names of the organisations that a person's row names.
    organisations: list[str] = field(default_factory=list)
