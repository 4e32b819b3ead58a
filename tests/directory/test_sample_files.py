"""The sample's import files: as many rows as promised, as untidy as real ones, and reserved domains only."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mailer.directory.sample.files.organisation_dirt import DIRT
from mailer.directory.sample.files.organisation_rows import HEADERS
from mailer.directory.sample.files.people_rows import HEADERS as PEOPLE_HEADERS
from mailer.directory.sample.files.spellings import for_windows
from mailer.directory.sample.files.writing import write_files
from mailer.directory.sample.imagining import imagine
from mailer.foundation.errors import BadInput

ORGANISATIONS = "organisaties_voorbeeld_cp1252.csv"
PEOPLE = "sleutelfiguren_voorbeeld.xlsx"
SECOND = "organisaties_voorbeeld_utf8bom_v2.csv"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(imagine(2027), seed=2027, to=folder)
    return folder


def _expected(folder: Path) -> list[dict[str, str]]:
    text = (folder / "verwacht.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_organisations_are_233_rows_of_windows_text(folder: Path) -> None:
    data = (folder / ORGANISATIONS).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    lines = list(csv.reader(io.StringIO(data.decode("cp1252"), newline=""), delimiter=";"))

    assert lines[2][:18] == HEADERS
    filled = [line for line in lines if any(line)]
    assert len(filled) == 1 + 233
    assert {len(line) for line in lines[2:]} == {20}


def test_the_people_are_561_rows_on_two_sheets(folder: Path) -> None:
    book = load_workbook(folder / PEOPLE)

    first, second = book.worksheets
    assert [cell.value for cell in first[3]] == PEOPLE_HEADERS
    rows = sum(1 for sheet in (first, second) for row in sheet.iter_rows(values_only=True) if any(row))
    assert rows == 2 + 561
    assert len(first.merged_cells.ranges) > 50
    assert any(cell.fill.fill_type == "solid" for cell in first[4])


def test_every_row_has_an_expected_outcome(folder: Path) -> None:
    expected = _expected(folder)
    outcomes = Counter((row["bestand"], row["uitkomst"]) for row in expected)
    places = {(row["bestand"], row["blad"], row["rij"]) for row in expected}

    assert len(places) == len(expected)
    assert Counter(row["bestand"] for row in expected) == {
        ORGANISATIONS: 233,
        PEOPLE: 561,
        "mailchimp_subscribed_voorbeeld.csv": 310,
        "mailchimp_unsubscribed_voorbeeld.csv": 38,
        "mailchimp_cleaned_voorbeeld.csv": 13,
        SECOND: 216 - 4 + 6,
    }
    assert Counter(row["uitkomst"] for row in expected if row["bestand"] == SECOND)["changed"] == 9
    assert outcomes[ORGANISATIONS, "rejected"] == 3
    assert outcomes[PEOPLE, "rejected"] == 3


def test_every_piece_of_dirt_found_a_row(folder: Path) -> None:
    typed = {row["toelichting"] for row in _expected(folder) if row["bestand"] == ORGANISATIONS}

    assert {dirt.why for dirt in DIRT} - typed == set()


def test_no_cell_holds_an_address_that_could_exist(folder: Path) -> None:
    text = (folder / ORGANISATIONS).read_bytes().decode("cp1252")
    for sheet in load_workbook(folder / PEOPLE).worksheets:
        text += "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    addresses = re.findall(r"[\w.+-]+\s?@[\w.-]*\w", text)

    assert len(addresses) > 700
    reserved = re.compile(r"[@.](example\.(org|com|net|orgg|comg)|test)$|^x@x\.nl$", re.IGNORECASE)
    assert [address for address in addresses if not reserved.search(address)] == []


def test_the_same_seed_writes_the_same_cells(folder: Path, tmp_path: Path) -> None:
    write_files(imagine(2027), seed=2027, to=tmp_path)

    for name in (ORGANISATIONS, "verwacht.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    books = [load_workbook(where / PEOPLE) for where in (folder, tmp_path)]
    one, other = ([list(sheet.values) for sheet in book.worksheets] for book in books)
    assert one == other


def test_letters_that_windows_lacks_become_the_nearest(folder: Path) -> None:
    assert for_windows("Yıldıztaş 🌱 Łupek é") == "Yildiztas ? Lupek é"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(BadInput, match="kan ik niet schrijven"):
        write_files(imagine(1, organisation_count=216), seed=1, to=tmp_path / "file" / "folder")
