"""A number in a letter can be called with a thumb; a date, an amount or a link is left alone."""

from __future__ import annotations

import pytest

from mailer.wire.calling import with_numbers_to_call


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("010-000 0231", "+31100000231"),
        ("06-0000 1234", "+31600001234"),
        ("0600001234", "+31600001234"),
        ("+31 10 000 0231", "+31100000231"),
        ("+31 (0)10 000 0231", "+31100000231"),
    ],
)
def test_a_number_becomes_a_link_that_calls(written: str, dialled: str) -> None:
    made = with_numbers_to_call(f"<p>Bel Gloria, {written}.</p>")

    assert made == f'<p>Bel Gloria, <a class="call" dir="ltr" href="tel:{dialled}">{written}</a>.</p>'


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Op 14-01-2027, 10.00 – 16.00 uur</p>",
        "<p>KvK 01234567, NL00 BANK 0123 4567 89</p>",
        "<p>Nummer 0100000231234, 0.100000231 of 1-010-000 0231</p>",
        '<p><a href="https://example.org/010-000 0231">bel <strong>010-000 0231</strong></a></p>',
        '<mj-button href="https://example.org">Bel 010-000 0231</mj-button>',
        "<!--until 010-000 0231--><p>&#0100000231;</p>",
    ],
)
def test_what_is_no_number_of_its_own_stays_as_it_is(markup: str) -> None:
    assert with_numbers_to_call(markup) == markup


def test_a_link_to_call_carries_its_own_style_where_one_is_given() -> None:
    made = with_numbers_to_call("Bel 010-000 0231.", style="color:#0B5563")

    link = '<a class="call" dir="ltr" href="tel:+31100000231" style="color:#0B5563">010-000 0231</a>'
    assert made == f"Bel {link}."


def test_a_number_after_a_link_is_a_link_again() -> None:
    made = with_numbers_to_call('<a href="#b1">Vraag</a> of bel 010-000 0231')

    assert made.count("<a ") == 2
