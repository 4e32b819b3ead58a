"""Files that are refused: with a sentence that says what to do, after bounded work; and files that only look odd."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer.directory.importing.settling import rounds
from mailer.directory.sample.files.old_office import old_office
from mailer.foundation.errors import BadInput
from mailer.wire.sheets import inspecting
from tests.directory.importing.cases.files import csv_of, read_in, xlsx_of

LIST = (["Naam organisatie", "Wijk"], ["De Voeg", "Spangen"])
XLS = old_office({"Workbook": b"\x09\x08\x10\x00" + bytes(5000)})
LOCKED = old_office({"EncryptionInfo": bytes(300), "EncryptedPackage": bytes(6000)})


def refusal(session: Session, data: bytes, *, name: str = "lijst.xlsx") -> str:
    with pytest.raises(BadInput) as refused:
        read_in(session, data, name=name)
    return refused.value.sentence


def with_part(data: bytes, part: str, change: Any) -> bytes:
    """The same workbook, one part of it written anew."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return stream.getvalue()


def test_an_old_excel_file_says_how_to_save_it(session: Session) -> None:
    sentence = refusal(session, XLS, name="lijst.xls")

    assert sentence == (
        "Dit is een oud Excel-bestand (.xls). Open het in Excel, kies Opslaan als, en bewaar het als .xlsx."
    )


def test_a_password_is_named(session: Session) -> None:
    assert refusal(session, LOCKED).startswith("Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf")


def test_a_bomb_is_seen_before_it_is_unpacked_whole(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_part(xlsx_of(*LIST), "xl/worksheets/sheet1.xml", lambda _old: bytes(500_000_000))
    unpacked: list[int] = []
    unpack = inspecting.unpack

    def counting(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        for piece in unpack(package, entry):
            unpacked.append(len(piece))
            yield piece

    monkeypatch.setattr(inspecting, "unpack", counting)

    assert "te veel cellen" in refusal(session, bomb)
    assert sum(unpacked) < 120_000_000


def test_a_document_that_names_other_files_is_refused_before_it_is_read(session: Session) -> None:
    evil = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    data = with_part(xlsx_of(*LIST), "xl/workbook.xml", lambda old: evil + old)

    assert "beschadigd" in refusal(session, data)


def test_a_million_coloured_empty_rows_below_the_list_are_no_trouble(session: Session) -> None:
    empty = b"".join(b'<row r="%d" s="1"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 1_048_577))
    data = with_part(
        xlsx_of(*LIST), "xl/worksheets/sheet1.xml", lambda old: old.replace(b"</sheetData>", empty + b"</sheetData>")
    )

    assert read_in(session, data).outcomes == ["new"]


def test_a_sheet_that_claims_to_be_as_large_as_can_be_is_read_as_what_it_holds(session: Session) -> None:
    data = with_part(
        xlsx_of(*LIST), "xl/worksheets/sheet1.xml", lambda old: old.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    )
    assert b"XFD" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")

    assert read_in(session, data).outcomes == ["new"]


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        # A cell without a place stands where its row says.
        b'<row r="1048576"><c><v>1</v></c></row><row r="9"><c r="XFD9"/></row>',
        # What looks like an empty cell, and is none.
        b'<row r="1048576"><c r="XFD1048576" y="/>"><v>1</v></c></row>',
    ],
)
def test_a_filled_cell_in_the_far_corner_is_refused_before_it_costs_anything(session: Session, cells: bytes) -> None:
    data = with_part(
        xlsx_of(*LIST), "xl/worksheets/sheet1.xml", lambda old: old.replace(b"</sheetData>", cells + b"</sheetData>")
    )

    assert "te veel cellen" in refusal(session, data)


def test_what_a_file_is_is_seen_in_its_bytes_and_not_in_its_name(session: Session) -> None:
    assert read_in(session, xlsx_of(*LIST), name="lijst.csv").outcomes == ["new"]
    assert read_in(session, csv_of("Naam organisatie;Wijk", "De Stoep;Spangen"), name="lijst.xlsx").outcomes == ["new"]


def test_more_rows_than_fit_are_refused_before_the_directory_is_looked_into(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(rounds, "Register")

    sentence = refusal(session, csv_of("Naam organisatie;Nr", *(f"De Voeg {n};{n}" for n in range(20_001))))

    assert sentence == "Deze lijst heeft 20001 rijen. Er passen er 20000 in één keer. Maak er twee bestanden van."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Dit bestand is leeg."),
        (csv_of("Naam organisatie;Wijk"), "In deze lijst staan alleen kolomnamen."),
        (xlsx_of(*LIST)[:2000], "Dit Excel-bestand is beschadigd."),
        (b"%PDF-1.7", "Dit is geen lijst die we kunnen lezen."),
        (csv_of("zomaar;iets;anders", "1;2;3"), "We vinden geen rij met kolomnamen."),
    ],
)
def test_what_holds_no_list_says_so(session: Session, data: bytes, said: str) -> None:
    assert refusal(session, data).startswith(said)
