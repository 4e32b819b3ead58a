"""One cell at a time: what people type, and what we make of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.directory.importing.cells.addresses import read_addresses
from mailer.directory.importing.cells.cleaning import mojibake, read_date, read_yes_no, say_nothing, tidy
from mailer.directory.importing.cells.places import Place, read_place, read_postcode, read_website
from mailer.directory.models import MailboxKind

TEXT = st.text(max_size=60)


@pytest.mark.parametrize("typed", ["geen", "n.v.t.", "-", "?", "onbekend", "N.V.T", "#N/B", "#VERW!", "--", "x@x.nl"])
def test_a_placeholder_is_empty_and_said_so(typed: str) -> None:
    cleaned = say_nothing(typed)

    assert cleaned.value == ""
    assert len(cleaned.remarks) == 1


@pytest.mark.parametrize("typed", ["ja", "J", "x", "X", "1", "WAAR", "true", "✓", "yes", "y"])
def test_yes(typed: str) -> None:
    assert read_yes_no(typed) is True


@pytest.mark.parametrize("typed", ["nee", "n", "0", "ONWAAR", "false"])
def test_no(typed: str) -> None:
    assert read_yes_no(typed) is False


@pytest.mark.parametrize("typed", ["", "?", "misschien", "sinds 2019"])
def test_unknown_is_not_no(typed: str) -> None:
    assert read_yes_no(typed) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3-11-25", date(2025, 11, 3)),
        ("03/11/2025", date(2025, 11, 3)),
        ("2025-11-03", date(2025, 11, 3)),
        ("45964", date(2025, 11, 3)),
        ("1-2-2025", date(2025, 2, 1)),
        ("3 maart 2025", date(2025, 3, 3)),
        ("nov 2025", None),
        ("31-2-2025", None),
        ("13-25-2025", None),
        ("?", None),
    ],
)
def test_dates_are_read_in_the_dutch_order(typed: str, day: date | None) -> None:
    assert read_date(typed) == day


@pytest.mark.parametrize(
    ("typed", "kept", "codes"),
    [
        ("3024AB", "3024 AB", []),
        ("3024 ab", "3024 AB", []),
        ("3024-AB", "3024 AB", []),
        ("NL-3024AB", "3024 AB", []),
        ("3024", "3024", []),
        ("3O24AB", "", ["postcode-letter-for-digit"]),
        ("3024SA", "3024 SA", ["postcode-letters"]),
        ("Rotterdam", "", ["no-postcode"]),
    ],
)
def test_postcodes(typed: str, kept: str, codes: list[str]) -> None:
    cleaned = read_postcode(typed)

    assert cleaned.value == kept
    assert [remark.code for remark in cleaned.remarks] == codes


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Voegstraat 12b-3, 3025ZZ Rotterdam", Place("Voegstraat 12b-3", "3025 ZZ", "Rotterdam")),
        ("Voegstraat 12, 3025 ZZ, R'dam", Place("Voegstraat 12", "3025 ZZ", "Rotterdam")),
        ("Voegstraat 12b", Place("Voegstraat 12b")),
        ("Park 1943", Place("Park 1943")),
        ("", Place()),
    ],
)
def test_an_address_in_one_cell_is_split_from_the_right(typed: str, place: Place) -> None:
    assert read_place(typed).value == place


def test_a_house_number_that_excel_made_a_day_is_told() -> None:
    assert [remark.code for remark in read_place("Voegstraat 1-mrt").remarks] == ["number-became-date"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@x.test; b@x.test / c@x.test (privé)", ["a@x.test", "b@x.test", "c@x.test"]),
        ('"Mozaïek, S. el" <s@x.test>', ["s@x.test"]),
        ('"Jansen, P." <p.jansen@example.org>; info@example.org', ["p.jansen@example.org", "info@example.org"]),
        ("info @x.test.", ["info@x.test"]),
        ("mailto:info@x.test", ["info@x.test"]),
        ("in\u200bfo＠x.test\u00a0", ["info@x.test"]),
        ("a@x.test of b@x.test", ["a@x.test", "b@x.test"]),
        ("Samira@X.test, samira@x.TEST", ["Samira@x.test"]),
        ("samira", []),
    ],
)
def test_every_address_in_a_cell_is_found(typed: str, found: list[str]) -> None:
    assert [one.address.shown for one in read_addresses(typed).addresses] == found


def test_what_stands_beside_an_address_says_whose_it_is() -> None:
    cell = read_addresses("info@x.test, c@x.test (privé), d@x.test")

    assert [one.kind for one in cell.addresses] == [
        MailboxKind.FUNCTIONAL,
        MailboxKind.PERSONAL,
        MailboxKind.UNKNOWN,
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gmial.com", "a@gmail.com"),
        ("a@hotmail.con", "a@hotmail.com"),
        ("a@ziggo.nll", "a@ziggo.nl"),
        ("info(at)x.test", "info@x.test"),
    ],
)
def test_a_slip_in_an_address_is_asked_about_and_never_mended(typed: str, meant: str) -> None:
    cell = read_addresses(typed)

    assert cell.addresses == ()
    assert [remark.is_doubt for remark in cell.remarks] == [True]
    assert meant in cell.remarks[0].message


def test_a_website_among_the_addresses_is_moved() -> None:
    cell = read_addresses("www.devoeg.example.org; info@devoeg.example.org")

    assert cell.websites == ("www.devoeg.example.org",)
    assert len(cell.addresses) == 1


def test_the_first_of_several_websites_is_kept_and_the_rest_told() -> None:
    cleaned = read_website("www.x.test facebook.com/x")

    assert cleaned.value == "https://www.x.test"
    assert [remark.code for remark in cleaned.remarks] == ["more-websites"]


@pytest.mark.parametrize("word", ["Coöperatie", "Café 't Pleintje", "wij’re", "Łukasz", "Yıldız", "£ 5"])
def test_broken_accents_are_recognised_and_whole_ones_left_alone(word: str) -> None:
    assert mojibake(word.encode().decode("cp1252", errors="ignore")) in (word, "")
    assert mojibake(word) == ""


def test_a_broken_name_shows_how_it_was_meant() -> None:
    assert mojibake("CafÃ© 't Pleintje") == "Café 't Pleintje"


@given(TEXT)
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(TEXT)
def test_no_text_breaks_a_cleaner(text: str) -> None:
    for clean in (read_addresses, read_postcode, read_place, read_website, read_date, read_yes_no, mojibake):
        clean(text)


@given(st.integers(1000, 9999), st.sampled_from(["AB", "ZZ", "XK"]))
def test_a_postcode_we_wrote_is_read_back(digits: int, letters: str) -> None:
    assert read_postcode(read_postcode(f"{digits}{letters}").value).value == f"{digits} {letters}"
