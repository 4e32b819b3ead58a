"""How somebody wants a file to be read: where its column names are, what each column is about, what its words mean.

A value that is made before the reading and never changed by it. Whatever it leaves open is proposed by the file itself
(``headers``). It is kept as JSON with a batch, and remembered for the next list from the same source (``sources``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mailer.directory.importing.columns.fields import Subject
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.sheets import CHOSEN_SEPARATORS, ENCODINGS, TextForm

AS_ITS_BYTES_TELL = TextForm()


@dataclass(frozen=True)
class ColumnChoice:
    """What to do with one column. An empty field means: do not read it in."""

    field: str
    # An empty cell takes the value away that we have.
    erases: bool = False
    # An empty cell means what the row above said.
    fills_down: bool = False
    # Accents that broke on the way are mended in this column.
    mends: bool = False


@dataclass(frozen=True)
class SheetChoice:
    """How to read one sheet; what is empty is proposed. ``columns``: name of the column → choice."""

    header_number: int | None = None
    subject: Subject | None = None
    columns: Mapping[str, ColumnChoice] = field(default_factory=dict)
    # The whole sheet is left out.
    is_left_out: bool = False


@dataclass(frozen=True)
class Reading:
    """All choices for one file. ``words``: sort of word → spelling, folded → slugs (none: do not read it in)."""

    form: TextForm = AS_ITS_BYTES_TELL
    sheets: Mapping[str, SheetChoice] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def sheet(self, name: str) -> SheetChoice:
        """Return the choices for a sheet; none when it has none of its own."""
        return self.sheets.get(name, SheetChoice())

    def as_json(self) -> dict[str, Any]:
        """Return the choices as ``from_json`` reads them back."""
        return {
            "encoding": self.form.encoding,
            "separator": self.form.separator,
            "sheets": {name: _sheet_as_json(choice) for name, choice in self.sheets.items()},
            "words": {
                sort: {spelling: list(slugs) for spelling, slugs in words.items()} for sort, words in self.words.items()
            },
        }

    @classmethod
    def from_json(cls, data: Any) -> Reading:
        """Read choices back.

        Raises ``BadInput`` when this is no such JSON.
        """
        try:
            form = TextForm(str(data.get("encoding") or ""), str(data.get("separator") or ""))
            if form.encoding not in ("", *ENCODINGS) or form.separator not in ("", *CHOSEN_SEPARATORS):
                raise ValueError(form)
            return cls(
                form,
                {str(name): sheet_from_json(sheet) for name, sheet in (data.get("sheets") or {}).items()},
                {
                    str(sort): {str(spelling): tuple(map(str, slugs)) for spelling, slugs in words.items()}
                    for sort, words in (data.get("words") or {}).items()
                },
            )
        except (AttributeError, TypeError, ValueError, KeyError) as problem:
            raise BadInput(
                _("Deze keuzes kunnen we niet lezen. Maak ze met: mailer directory columns BESTAND --json.")
            ) from problem


def _sheet_as_json(choice: SheetChoice) -> dict[str, Any]:
    return {
        "header": choice.header_number,
        "subject": choice.subject.value if choice.subject else None,
        "left_out": choice.is_left_out,
        "columns": {header: asdict(column) for header, column in choice.columns.items()},
    }


def sheet_from_json(data: Any) -> SheetChoice:
    """Read the choices for one sheet back."""
    columns = (data.get("columns") or {}).items()
    return SheetChoice(
        int(data["header"]) if data.get("header") else None,
        Subject(data["subject"]) if data.get("subject") else None,
        {
            str(header): ColumnChoice(
                str(one["field"] or ""), bool(one.get("erases")), bool(one.get("fills_down")), bool(one.get("mends"))
            )
            for header, one in columns
        },
        bool(data.get("left_out")),
    )
