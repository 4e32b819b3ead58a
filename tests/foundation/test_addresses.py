"""Addresses compare as people mean them, and a suppression knows one again by its hash."""

from __future__ import annotations

import pytest

from mailer.foundation.addresses import address_hash, mask, parse_address
from mailer.foundation.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Info@DeVoeg.example.org", "info@devoeg.example.org"),
        ("  samira@devoeg.example.org ", "samira@devoeg.example.org"),
        ("post@kafé.example", "post@xn--kaf-dma.example"),
        ("rsvp+voeg@bounce.test", "rsvp+voeg@bounce.test"),
    ],
)
def test_one_mailbox_has_one_key_however_it_was_typed(typed: str, key: str) -> None:
    assert parse_address(typed).key == key


@pytest.mark.parametrize("typed", ["", "geen", "a@b", "a b@example.org", "info@@example.org", "info@example..org"])
def test_what_is_no_address_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput, match=r"naam@voorbeeld\.nl"):
        parse_address(typed)


def test_the_hash_of_an_address_needs_the_installations_secret() -> None:
    ours = address_hash("info@devoeg.example.org", secret=b"ours")

    assert ours == address_hash("info@devoeg.example.org", secret=b"ours")
    assert ours != address_hash("info@devoeg.example.org", secret=b"theirs")
    assert len(ours) == 32


def test_a_masked_address_shows_its_owner_enough_and_others_little() -> None:
    assert mask("info@devoeg.example.org") == "in…@devoeg.example.org"
