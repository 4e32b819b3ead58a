"""Cases 29 to 35: postcodes, addresses, telephones, dates, remarks, and what Excel does to them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from mailer.directory.importing.columns.reading import ColumnChoice
from tests.directory.importing.cases.files import Read, choosing, csv_of, read_in, xlsx_of
from tests.factories import an_organisation


def row(session: Session, columns: str, cells: str) -> Read:
    return read_in(session, csv_of(f"Naam organisatie;{columns}", f"De Voeg;{cells}"))


@pytest.mark.parametrize(
    ("typed", "kept", "codes"),
    [
        ("3024AB", "3024 AB", []),
        ("3024 ab", "3024 AB", []),
        ("3024-AB", "3024 AB", []),
        ("NL-3024AB", "3024 AB", []),
        ("3024", "3024", []),
        ("3O24AB", "", ["postcode-letter-for-digit"]),
        ("3024 SS", "3024 SS", ["postcode-letters"]),
        ("3024 SA", "3024 SA", ["postcode-letters"]),
        ("3024 SD", "3024 SD", ["postcode-letters"]),
        ("0024 AB", "", ["no-postcode"]),
    ],
)
def test_case_29_postcodes(session: Session, typed: str, kept: str, codes: list[str]) -> None:
    read = row(session, "Postcode;Plaats", f"{typed};Rotterdam")

    assert (read.organisations[0].postcode, read.codes()) == (kept, codes)


def test_case_29_a_letter_for_a_digit_is_suggested(session: Session) -> None:
    assert "Bedoel je 3024 AB?" in row(session, "Postcode;Plaats", "3O24AB;Rotterdam").messages()[0]


def test_case_30_an_address_in_one_cell_is_split_from_the_right_and_kept_as_it_was(session: Session) -> None:
    read = row(session, "Adres;Wijk", '"Voegstraat 12b-3, 3025ZZ Rotterdam";Spangen')

    (organisation,) = read.organisations
    assert (organisation.street, organisation.postcode, organisation.city) == (
        "Voegstraat 12b-3",
        "3025 ZZ",
        "Rotterdam",
    )
    assert read.report.rows[0].cells["Adres"] == "Voegstraat 12b-3, 3025ZZ Rotterdam"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06-12345678", "+31612345678"),
        ("0612345678", "+31612345678"),
        ("+31 6 12 34 56 78", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("(010) 123 45 67", "+31101234567"),
        ("612345678", "+31612345678"),
        ("101234567", "+31101234567"),
    ],
)
def test_case_31_telephones(session: Session, typed: str, kept: str) -> None:
    assert row(session, "Telefoon;Wijk", f"{typed};Spangen").organisations[0].phone == kept


def test_case_31_of_two_numbers_the_first_is_kept_and_that_is_told(session: Session) -> None:
    read = row(session, "Telefoon;Wijk", "010 1234567 / 06-12345678;Spangen")

    assert (read.organisations[0].phone, read.codes()) == ("+31101234567", ["more-phones"])


def test_case_31_a_number_that_excel_broke_is_refused_for_that_field_only(session: Session) -> None:
    read = row(session, "Telefoon;Wijk", "6,12E+08;Spangen")

    assert (read.outcomes, read.codes()) == (["new"], ["broken-by-excel"])
    assert "Excel heeft dit nummer kapotgemaakt" in read.messages()[0]
    assert read.organisations[0].phone == ""


def test_case_31_a_number_without_its_zero_in_a_workbook(session: Session) -> None:
    read = read_in(session, xlsx_of(["Voornaam", "Mobiel"], ["Samira", 612345678]), name="mensen.xlsx")

    assert read.people[0].mobile == "+31612345678"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3-11-25", date(2025, 11, 3)),
        ("03/11/2025", date(2025, 11, 3)),
        ("2025-11-03", date(2025, 11, 3)),
        ("45964", date(2025, 11, 3)),
        ("1-2-2025", date(2025, 2, 1)),
        ("11/25/2025", None),
    ],
)
def test_case_32_dates_are_read_in_the_dutch_order(session: Session, typed: str, day: date | None) -> None:
    assert row(session, "Gestopt op;Wijk", f"{typed};Spangen").organisations[0].stopped_on == day


def test_case_32_a_month_alone_stays_text(session: Session) -> None:
    read = row(session, "Gestopt op;Wijk", "nov 2025;Spangen")

    assert read.organisations[0].stopped_on is None
    assert read.report.rows[0].cells["Gestopt op"] == "nov 2025"
    assert read.codes() == ["no-date"]


def test_case_32_a_day_number_counts_only_in_a_column_of_dates(session: Session) -> None:
    assert row(session, "Straat;Wijk", "45964;Spangen").organisations[0].street == "45964"


def test_case_34_remarks_are_left_out_unless_somebody_chooses_them(session: Session) -> None:
    data = csv_of("Naam organisatie;Opmerkingen;Wijk", "De Voeg;ziek, zit in schulden;Spangen")

    read = read_in(session, data, apply=False)
    assert "Opmerkingen lezen we niet in: er kan iets in staan dat niet in een adresboek hoort." in read.report.notes
    assert read_in(session, data).organisations[0].note == ""

    again = read_in(session, data, reading=choosing(Opmerkingen=ColumnChoice("remarks")))
    assert again.organisations[0].note == "ziek, zit in schulden"
    assert again.organisations[0].description == ""


@pytest.mark.parametrize("typed", ["#N/B", "#VERW!", "#REF!", "#DEEL/0!", "#N/A", "#NAAM?"])
def test_case_35_errors_of_excel_are_empty_and_told(session: Session, typed: str) -> None:
    read = row(session, "Website;Wijk", f"{typed};Spangen")

    assert (read.organisations[0].website, read.codes()) == ("", ["excel-error"])


@pytest.mark.parametrize("typed", ["Voegstraat 1-mrt", "Voegstraat 1-3-2025"])
def test_case_35_a_house_number_that_became_a_date_is_told(session: Session, typed: str) -> None:
    assert row(session, "Straat;Wijk", f"{typed};Spangen").codes() == ["number-became-date"]


def test_what_excel_or_a_slip_broke_never_takes_the_place_of_what_we_have(session: Session) -> None:
    known = an_organisation(session, "De Voeg")
    known.street, known.postcode = "Voegstraat 1-3", "3025 ZZ"

    read = read_in(session, csv_of("Naam organisatie;Straat;Postcode", "De Voeg;Voegstraat 1-mrt;3025 SS"))

    assert (known.street, known.postcode) == ("Voegstraat 1-3", "3025 ZZ")
    assert read.codes().count("kept-for-suspect") == 2


def test_case_35_a_date_in_the_column_of_house_numbers_is_told(session: Session) -> None:
    rows = ["Naam organisatie", "Straat", "Huisnummer"], ["De Voeg", "Voegstraat", datetime(2025, 3, 1)]

    assert read_in(session, xlsx_of(*rows), name="x.xlsx").codes() == ["number-became-date"]
