"""No line breaks between a number and what it counts."""

from __future__ import annotations

import pytest

from mailer.wire.joining import NO_BREAK, joined, joined_markup


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Om 17.00 uur dicht", "Om 17.00_uur dicht"),
        ("tot € 2.500 per straat", "tot €_2.500 per straat"),
        ("donderdag 14 januari 2027, 19.30 uur", "donderdag 14_januari 2027, 19.30_uur"),
        ("Thursday, 14 January 2027", "Thursday, 14_January 2027"),
        ("19.30 – 21.30 uur", "19.30_– 21.30_uur"),
        ("Voegstraat 12, 3025 ZZ Rotterdam", "Voegstraat 12, 3025_ZZ Rotterdam"),
        (
            "Er is plek voor 60 mensen, 1 persoon per organisatie.",
            "Er is plek voor 60_mensen, 1_persoon per organisatie.",
        ),
    ],
)
def test_a_number_stays_with_what_it_counts(written: str, shown: str) -> None:
    assert joined(written).replace(NO_BREAK, "_") == shown
    assert joined_markup(f"<p>{written}</p>").replace(NO_BREAK, "_") == f"<p>{shown}</p>"


@pytest.mark.parametrize("written", ["tram 4 en 8", "In 2027 uurwerken", "Een – twee", "010-000 0231", "14 januaria"])
def test_other_words_break_where_they_did(written: str) -> None:
    assert joined(written) == written


def test_in_markup_a_line_end_is_a_space_and_a_sign_may_be_a_number() -> None:
    written = '<a title="17.00 uur">17.00\nuur, &#8364; 12, 9.00 &#8211; 12.00</a><!-- 17.00 uur -->'

    shown = joined_markup(written).replace(NO_BREAK, "_")

    assert shown == '<a title="17.00 uur">17.00_uur, &#8364;_12, 9.00_&#8211; 12.00</a><!-- 17.00 uur -->'


def test_in_text_a_line_end_stays() -> None:
    assert joined("om 17.00\nuur") == "om 17.00\nuur"
