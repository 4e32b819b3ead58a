"""Which rows of a workbook somebody coloured. A colour means something to a person; to us only that it is there.

calamine does not read colours, so the parts themselves are looked through, after ``inspecting`` found them harmless.
Whatever is not understood has no colour: a warning too few does no harm.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from mailer.wire.sheets.inspecting import unpack, whole_tags

_STYLES_LIMIT_BYTES = 4 * 1024 * 1024
_FILL = re.compile(rb"<fill>(.*?)</fill>", re.DOTALL)
_CELL_STYLES = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<xf\b([^>]*)>")
_FILL_OF = re.compile(rb'\bfillId="(\d+)"')
_NO_COLOUR = re.compile(
    rb'patternType="(?:none|gray125)"|<fgColor[^>]*\b(?:rgb="(?:FF|00)?FFFFFF"|indexed="(?:9|65)"|theme="0"/)'
)
_SHEET = re.compile(rb"<sheet\b([^>]*)/?>")
_LINK = re.compile(rb"<Relationship\b([^>]*)/?>")
_CELL = re.compile(rb'<c\s(?=[^<>]*\br="[A-Z]{1,3}(\d{1,7})")(?=[^<>]*\bs="(\d{1,5})")')


def coloured_rows(data: bytes) -> list[frozenset[int]]:
    """Return for every sheet, in the order of the workbook, the numbers of rows with a coloured cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        styles = _coloured_styles(_read(package, "xl/styles.xml"))
        return [_rows(package, part, styles) if styles else frozenset() for part in _parts(package)]


def _coloured_styles(text: bytes) -> set[bytes]:
    fills = [b"patternType" in fill and not _NO_COLOUR.search(fill) for fill in _FILL.findall(text)]
    cell_styles = _CELL_STYLES.search(text)
    found: set[bytes] = set()
    for number, attributes in enumerate(_STYLE.findall(cell_styles[0]) if cell_styles else ()):
        fill = _FILL_OF.search(attributes)
        if fill and int(fill[1]) < len(fills) and fills[int(fill[1])]:
            found.add(str(number).encode())
    return found


def _parts(package: zipfile.ZipFile) -> Iterator[str]:
    links = {
        _attribute(attributes, b"Id"): _attribute(attributes, b"Target")
        for attributes in _LINK.findall(_read(package, "xl/_rels/workbook.xml.rels"))
    }
    for attributes in _SHEET.findall(_read(package, "xl/workbook.xml")):
        target = links.get(_attribute(attributes, rb"\w+:id"), "")
        yield target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attribute(attributes: bytes, name: bytes) -> str:
    found = re.search(rb"""(?<![\w:])""" + name + rb"""\s*=\s*["']([^"']*)["']""", attributes)
    return found[1].decode(errors="replace") if found else ""


def _rows(package: zipfile.ZipFile, part: str, styles: set[bytes]) -> frozenset[int]:
    if part not in package.namelist():
        return frozenset()
    rows: set[int] = set()
    for chunk in whole_tags(unpack(package, package.getinfo(part))):
        rows.update(int(row) for row, style in _CELL.findall(chunk) if style in styles)
    return frozenset(rows)


def _read(package: zipfile.ZipFile, part: str) -> bytes:
    if part not in package.namelist():
        return b""
    text = b""
    for piece in unpack(package, package.getinfo(part)):
        text += piece
        if len(text) > _STYLES_LIMIT_BYTES:
            return b""
    return text
