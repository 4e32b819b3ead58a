"""Telephone numbers in a row, with what is to be said about those that cannot be read."""

from __future__ import annotations

from mailer.directory.importing.cells.cleaning import say_nothing
from mailer.directory.importing.rows.row import Row
from mailer.foundation.language import gettext as _
from mailer.wire.phones import read_phones


def read_cell_phones(row: Row, name: str) -> list[str]:
    """Return the numbers in the field's columns as E.164."""
    numbers: list[str] = []
    for header, text in row.texts(name):
        said = say_nothing(text)
        row.remark(header, *said.remarks)
        found = read_phones(said.value)
        numbers += [number for number in found.numbers if number not in numbers]
        if found.is_broken_by_excel:
            message = _("Excel heeft dit nummer kapotgemaakt: %(typed)s. Vul het opnieuw in, als tekst.", typed=text)
            row.tell(name, "broken-by-excel", message)
        elif found.unreadable:
            message = _("“%(typed)s” is geen telefoonnummer. We lezen dit niet in.", typed=", ".join(found.unreadable))
            row.tell(name, "no-phone", message)
    return numbers
