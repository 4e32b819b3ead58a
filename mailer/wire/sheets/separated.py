"""Text files with a separator, as Dutch Excel, Mailchimp and people write them.

Encoding: a byte order mark decides; else strict UTF-8; else Windows-1252, which Dutch Excel writes. Separator: a
``sep=`` line decides; else the one that cuts most lines into equally many cells.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.sheets.guarding import unguard
from mailer.wire.sheets.values import Line, Sheet, TextForm

SEPARATORS = (";", "\t", ",")
# What somebody may choose instead of what we found. Old Macs and DOS wrote lists too.
ENCODINGS = ("utf-8", "cp1252", "mac-roman", "cp850", "utf-16")
CHOSEN_SEPARATORS = (*SEPARATORS, "|")
_SNIFFED_LINES = 40
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")

# One cell may be as large as the file: what is too large is refused before this.
csv.field_size_limit(64 * 1024 * 1024)


def _as_control(problem: UnicodeError) -> tuple[str, int]:
    assert isinstance(problem, UnicodeDecodeError)
    return "".join(map(chr, problem.object[problem.start : problem.end])), problem.end


codecs.register_error("as-control", _as_control)


def read_separated(data: bytes, form: TextForm) -> Sheet:
    """Return the rows of a text file, and in which form they were written.

    Raises ``BadInput`` when it is not text, or when a quotation mark is never closed.
    """
    encoding = form.encoding or find_encoding(data)
    text = decode(data, encoding)
    if "\0" in text:
        raise BadInput(_("Dit is geen lijst die we kunnen lezen. Bewaar de lijst als .xlsx of .csv."))
    said, text = _separator_line(text)
    separator = form.separator or said or _sniff(text)
    return Sheet(name="", lines=_lines(text, separator), form=TextForm(encoding, separator))


def find_encoding(data: bytes) -> str:
    """Return the encoding that the bytes tell: a byte order mark, else UTF-8 when it fits, else Windows-1252."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(data: bytes, encoding: str) -> str:
    """Return the text of the bytes; never fails, whatever encoding somebody chose."""
    # Five bytes are no letter in Windows-1252; they become the control character of that number, as in browsers.
    text = data.decode(encoding, errors="as-control" if encoding == "cp1252" else "replace")
    return text.removeprefix("\ufeff")


def _separator_line(text: str) -> tuple[str, str]:
    """Excel's own first line "sep=;" names the separator and is no row."""
    first, _newline, rest = text.partition("\n")
    said = first.strip().strip('"')
    if said.lower().startswith("sep=") and len(said) == 5:
        return said[4], rest
    if first.rstrip("\r").lower() == "sep=\t":
        return "\t", rest
    return "", text


def _sniff(text: str) -> str:
    def width(separator: str) -> int:
        rows = csv.reader(_as_typed(text), delimiter=separator)
        try:
            widths = Counter(len(row) for row, _n in zip(rows, range(_SNIFFED_LINES), strict=False) if len(row) > 1)
        except csv.Error:
            return 0
        return max((times * cells for cells, times in widths.items()), default=0)

    return max(SEPARATORS, key=width)


def _lines(text: str, separator: str) -> tuple[Line, ...]:
    try:
        return tuple(_filled(csv.reader(_as_typed(text), delimiter=separator, strict=True)))
    except csv.Error as problem:
        if "unexpected end of data" in str(problem):
            raise BadInput(_open_quote(text, separator)) from problem
    # Text after a closing quotation mark is untidy, but Excel reads it too.
    return tuple(_filled(csv.reader(_as_typed(text), delimiter=separator)))


def _filled(records: Iterable[list[str]]) -> Iterator[Line]:
    # A list says the same words again and again: each is held once.
    once: dict[str, str] = {}
    for number, cells in enumerate(records, start=1):
        if any(cell.strip() for cell in cells):
            yield Line(number, tuple(once.setdefault(cell, cell) for cell in map(unguard, cells)))


def _as_typed(text: str) -> Iterator[str]:
    """Yield the lines with their ends, one at a time: a file in memory would be the text again, four times as large."""
    for line in _LINE.finditer(text):
        yield line[0]


def _open_quote(text: str, separator: str) -> str:
    reader = csv.reader(_as_typed(text), delimiter=separator)
    last_whole = 0
    begins = 1
    for _row in reader:
        begins, last_whole = last_whole + 1, reader.line_num
    return _(
        "Vanaf regel %(line)s staat een aanhalingsteken open. Zet er een aanhalingsteken bij of haal het weg.",
        line=begins,
    )
