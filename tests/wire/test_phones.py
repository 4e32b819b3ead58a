"""Telephone numbers as people write them."""

from __future__ import annotations

import pytest

from mailer.wire.phones import Phones, dial, is_mobile, read_phone, read_phones, show_phone


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("06-0000 1234", "+31600001234", "06-0000 1234"),
        ("06 00 00 12 34", "+31600001234", "06-0000 1234"),
        ("0031 6 0000 1234", "+31600001234", "06-0000 1234"),
        ("+31 (0)6 0000 1234", "+31600001234", "06-0000 1234"),
        ("600001234", "+31600001234", "06-0000 1234"),
        ("010-000 0123", "+31100000123", "010-000 0123"),
        ("0180 000 123", "+31180000123", "0180-00 0123"),
        ("+32 2 000 00 00", "+3220000000", "+3220000000"),
    ],
)
def test_one_number_in_many_shapes(typed: str, kept: str, shown: str) -> None:
    assert read_phone(typed) == kept
    assert show_phone(kept) == shown


@pytest.mark.parametrize("typed", ["", "bel Samira", "0", "06-12", "+0612345678", "1" * 30])
def test_what_is_no_number(typed: str) -> None:
    assert read_phone(typed) is None


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("010 0001234 / 06-00001234", ("+31100001234", "+31600001234")),
        ("100001234", ("+31100001234",)),
        ("tel: 010-000 12 34", ("+31100001234",)),
        ("010/0001234", ("+31100001234",)),
        ("06-00001234 of 06-00001234", ("+31600001234",)),
    ],
)
def test_several_numbers_in_one_cell(typed: str, numbers: tuple[str, ...]) -> None:
    assert read_phones(typed) == Phones(numbers)


def test_a_number_that_excel_broke_is_not_guessed() -> None:
    assert read_phones("6,12E+08") == Phones((), ("6,12E+08",), is_broken_by_excel=True)


def test_what_is_no_number_is_kept_apart() -> None:
    assert read_phones("06-00001234; bel na 18 uur") == Phones(("+31600001234",), ("bel na 18 uur",))
    assert read_phones("010-00123") == Phones((), ("010-00123",))


def test_a_mobile_number_is_known_by_its_first_digit() -> None:
    assert is_mobile("+31600001234")
    assert not is_mobile("+31100001234")


@pytest.mark.parametrize(("typed", "dialled"), [("010-000 0123", "+31100000123"), ("14 010", "14010"), ("", "")])
def test_a_link_dials_the_number_as_it_is_called_from_anywhere(typed: str, dialled: str) -> None:
    assert dial(typed) == dialled
