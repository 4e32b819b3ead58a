"""Telephone numbers as people write them."""

from __future__ import annotations

import pytest

from mailer.wire.phones import read_phone, show_phone


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
