"""A file of rows becomes the same text, whoever wrote it; what is no list is refused with a sentence."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.foundation.errors import BadInput
from mailer.wire.sheets import Table, guard, read_sheets, unguard, write_csv, write_xlsx

LETTERS = "Naam;Wijk\r\nCoöperatie ’t Kasseitje;Spangen\r\n"


def rows(data: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in read_sheets(data)[0].lines]


def a_workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_accents_survive_every_encoding(encoding: str) -> None:
    assert rows(LETTERS.encode(encoding)) == [("Naam", "Wijk"), ("Coöperatie ’t Kasseitje", "Spangen")]


def test_bytes_that_are_no_letter_do_not_stop_the_reading() -> None:
    assert rows(b"Naam;Wijk\nCaf\xe9 \x81;Spangen") == [("Naam", "Wijk"), ("Café \x81", "Spangen")]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_recognised_although_cells_hold_other_ones(separator: str) -> None:
    text = f'Naam{separator}Thema\nDe Voeg{separator}"groen; zorg, sport"\nDe Stoep{separator}"a,b;c"\n'

    assert rows(text.encode())[1] == ("De Voeg", "groen; zorg, sport")


def test_a_separator_line_decides_and_is_no_row() -> None:
    sheet = read_sheets(b"\xef\xbb\xbfsep=,\r\nNaam,Wijk;en meer\r\n")[0]

    assert [(line.number, line.cells) for line in sheet.lines] == [(1, ("Naam", "Wijk;en meer"))]


def test_rows_are_numbered_as_excel_shows_them() -> None:
    sheet = read_sheets(b'Lijst 2025\n\nNaam;Adres\n"De Voeg";"Voegstraat 1\nachter"\nDe Stoep;x\n')[0]

    assert [line.number for line in sheet.lines] == [1, 3, 4, 5]


def test_an_open_quotation_mark_is_named_by_its_row() -> None:
    with pytest.raises(BadInput) as refusal:
        read_sheets(b'Naam;Wijk\nDe Voeg;Spangen\n"De Stoep;Spangen\nKoor;x\n')

    assert refusal.value.sentence.startswith("Vanaf regel 3 staat een aanhalingsteken open.")


def test_workbook_cells_are_text_and_merged_cells_are_filled_down() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(["Organisatie", "Naam", "Mobiel", "Sinds", "Coalitie"])
        sheet.append(["De Voeg", "Samira", 612345678, date(2025, 11, 3), True])
        sheet.append([None, "Joost", 1.5, None, False])
        sheet.merge_cells("A2:A3")
        book.create_sheet("Tweede").append(["x"])

    sheets = read_sheets(a_workbook(fill))

    assert [sheet.name for sheet in sheets] == ["Sheet", "Tweede"]
    assert [line.cells for line in sheets[0].lines[1:]] == [
        ("De Voeg", "Samira", "612345678", "3-11-2025", "ja"),
        ("De Voeg", "Joost", "1,5", "", "nee"),
    ]


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


REFUSED = {
    "empty": (b"", "leeg"),
    "only spaces": (b" \n \n", "leeg"),
    "too large": (b"a;b\n" * 3_000_000, "te groot"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "(.xls)"),
    "password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "wachtwoord",
    ),
    "damaged zip": (b"PK\x03\x04 and then nothing", "beschadigd"),
    "another zip": (zipped(**{"word__document.xml": b"<x/>"}), "geen lijst"),
    "macros": (zipped(**{"xl__workbook.xml": b"<x/>", "xl__vbaProject.bin": b"x"}), "macro"),
    "pdf": (b"%PDF-1.7 ...", "geen lijst"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", "geen lijst"),
    "nul bytes": (b"a;b\n\0;c", "geen lijst"),
    "workbook without sheets": (zipped(**{"xl__workbook.xml": b"<workbook/>"}), "beschadigd"),
    "entities": (
        zipped(**{"xl__workbook.xml": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><workbook/>"}),
        "beschadigd",
    ),
    "bomb": (zipped(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": bytes(200_000_000)}), "te veel"),
    "far corners": (
        zipped(
            **{
                "xl__workbook.xml": b"<x/>",
                "xl__worksheets__sheet1.xml": b'<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>',
            }
        ),
        "te veel",
    ),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_no_list_is_refused_with_a_sentence_and_soon(name: str) -> None:
    data, word = REFUSED[name]
    began = time.process_time()  # Of the processor: a busy machine is no reason to fail.

    with pytest.raises(BadInput) as refusal:
        read_sheets(data)

    assert word in refusal.value.sentence
    assert time.process_time() - began < 5


def test_a_bomb_that_lies_about_its_size_is_still_seen() -> None:
    data = bytearray(zipped(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": bytes(200_000_000)}))
    true_size = (200_000_000).to_bytes(4, "little")
    while (place := data.find(true_size)) >= 0:
        data[place : place + 4] = (10).to_bytes(4, "little")

    with pytest.raises(BadInput, match="te veel"):
        read_sheets(bytes(data))


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_guarding_a_formula_loses_nothing(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.sampled_from("=+-@\t\r"), st.text())
def test_no_guarded_cell_begins_like_a_formula(sign: str, rest: str) -> None:
    assert guard(sign + rest)[0] == "'"


@pytest.mark.parametrize("text", ["'t Kasseitje", "De Voeg", "", "1-3"])
def test_plain_text_needs_no_guard(text: str) -> None:
    assert guard(text) == text


def test_what_is_written_is_read_back() -> None:
    table = Table("Lijst", ["Naam", "Let op"], [['=Koor "De Stoep"', "a;b\nc"], ["'t Hof", "ë"], ["'-x", ""]])
    expected = [tuple(table.headers), *(tuple(row) for row in table.rows)]

    assert rows(write_csv(table)) == expected
    assert rows(write_xlsx([table])) == expected
    assert b"'=Koor" in write_csv(table)


def test_a_workbook_keeps_days_and_numbers_and_leaves_codes_as_text() -> None:
    days, numbers = frozenset({"Sinds"}), frozenset({"Nr"})
    typed = [["17", "3-11-2025", "0612345678", "=1+1"], ["007", "nov 2025", "3025 ZZ", "-"], ["", "31-2-2025", "", ""]]
    table = Table("Lijst", ["Nr", "Sinds", "Telefoon", "Naam"], typed, days=days, numbers=numbers)

    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx([table]))).active
    kept = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]

    assert kept[0] == [17, datetime(2025, 11, 3), "0612345678", "'=1+1"]
    assert kept[1] == ["007", "nov 2025", "3025 ZZ", "'-"]
    assert sheet["B2"].number_format == "d-m-yyyy"
    assert kept[2][1] == "31-2-2025"
    assert rows(write_xlsx([table]))[1:] == [tuple(row) for row in typed]
