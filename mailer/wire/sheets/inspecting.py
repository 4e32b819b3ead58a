"""A workbook is a zip file that anybody can make, so it is inspected before it is read.

How large it becomes, and how far its filled cells lie apart: calamine keeps a sheet as one full rectangle, so two cells
in opposite corners would ask for gigabytes (standards.md 5.1: refused within two seconds, under 300 MB). Cells that
hold nothing, as in a sheet that was coloured down to its last row, cost nothing and are not counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

UNPACKED_LIMIT_BYTES = 100 * 1024 * 1024
AREA_LIMIT = 2_500_000
# The last row with something in it: a list has no hundred thousand blank rows inside.
HEIGHT_LIMIT = 100_000
_CHUNK_BYTES = 1024 * 1024
# No tag of an honest workbook is longer.
_CARRIED_BYTES = 64 * 1024
_ENTRIES_LIMIT = 1000
_ATTRIBUTES = rb"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*"""
# As Excel itself writes an empty cell: by far the most, and the quickest to see.
_PLAIN_EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]+")?/>')
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c" + _ATTRIBUTES + rb"\s*(?:/>|></(?:\w+:)?c\s*>)")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,10})["']""")
_NAMED_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,10})["']""")


@dataclass
class _Corner:
    """The last row and the last column with something in it, as far as the sheet was read."""

    height: int = 0
    width: int = 0

    @property
    def area(self) -> int:
        return self.height * max(self.width, 1)


def inspect(data: bytes) -> None:
    """Look through a workbook without reading it.

    Raises ``BadInput`` when it is damaged, has macros, is no workbook, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            _check_kind({entry.filename for entry in entries})
            if len(entries) > _ENTRIES_LIMIT or any(entry.flag_bits & 1 for entry in entries):
                raise damaged()
            unpacked = area = 0
            for entry in entries:
                is_sheet = entry.filename.startswith("xl/worksheets/")
                corner = _Corner()
                for chunk in whole_tags(unpack(package, entry)):
                    unpacked += len(chunk)
                    if b"<!DOCTYPE" in chunk:
                        raise damaged()
                    if is_sheet:
                        _widen(corner, chunk)
                    is_far = corner.height > HEIGHT_LIMIT or area + corner.area > AREA_LIMIT
                    if unpacked > UNPACKED_LIMIT_BYTES or is_far:
                        raise _too_much()
                area += corner.area
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as problem:
        raise damaged() from problem


def unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what an entry really holds, in pieces."""
    # The size an entry claims may be a lie; without this the reading would stop at the claim and not see the bomb.
    entry.file_size = 1 << 40
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK_BYTES):
            yield piece


def whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes cut before a tag, never inside one, and never between a cell and its end."""
    carried = b""
    for piece in pieces:
        text = carried + piece
        cut = text.rfind(b"<c", 0, max(text.rfind(b"<"), 0))
        cut = cut if cut > 0 and len(text) - cut < _CARRIED_BYTES else max(text.rfind(b"<"), 0)
        if len(text) - cut > _CARRIED_BYTES:
            cut = len(text)
        yield text[:cut]
        carried = text[cut:]
    yield carried


def _check_kind(names: set[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput(_("In dit Excel-bestand zitten macro’s. Bewaar het als .xlsx, zonder macro’s."))
    if "xl/workbook.xml" not in names:
        raise BadInput(_("Dit is geen lijst die we kunnen lezen. Bewaar de lijst als .xlsx of .csv."))


def _widen(corner: _Corner, chunk: bytes) -> None:
    filled = _EMPTY_CELL.sub(b"", _PLAIN_EMPTY_CELL.sub(b"", chunk))
    cells = _NAMED_CELL.findall(filled)
    # A cell without a place of its own stands where its row says: then every place counts, also of what is empty.
    places = cells if len(cells) == len(_CELL.findall(filled)) else _PLACE.findall(chunk)
    for letters, digits in places:
        corner.height = max(corner.height, int(digits))
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        corner.width = max(corner.width, column)


def damaged() -> BadInput:
    """Return the refusal of a workbook that is not whole."""
    return BadInput(
        _("Dit Excel-bestand is beschadigd. Open het in Excel, bewaar het opnieuw als .xlsx en probeer het nog eens.")
    )


def _too_much() -> BadInput:
    return BadInput(_("In dit Excel-bestand staan te veel cellen. Kopieer alleen de lijst naar een nieuw bestand."))
