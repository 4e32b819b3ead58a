"""Dutch is the key; English stands beside it; whoever speaks another language gets Dutch."""

from __future__ import annotations

import pytest

from mailer.foundation.language import current_language, gettext, languages, listing, ngettext, speaking


def test_dutch_comes_out_as_it_stands_in_the_code() -> None:
    assert gettext("en") == "en"


def test_english_is_spoken_inside_and_dutch_again_after() -> None:
    with speaking("en"):
        assert gettext("en") == "and"

    assert gettext("en") == "en"


def test_an_unknown_language_falls_back_to_dutch() -> None:
    with speaking("xx"):
        assert current_language() == "nl"


def test_a_list_reads_as_a_sentence() -> None:
    assert listing([]) == ""
    assert listing(["Samira"]) == "Samira"
    assert listing(["Samira", "Joost"]) == "Samira en Joost"
    assert listing(["groen", "sport", "jeugd"], joined_by="of") == "groen, sport of jeugd"


def test_dutch_comes_first_and_english_is_there() -> None:
    assert languages()[0] == "nl"
    assert "en" in languages()


@pytest.mark.parametrize(("language", "said"), [("nl", "1.200 mensen"), ("en", "1,200 people")])
def test_a_large_number_has_its_mark(language: str, said: str) -> None:
    with speaking(language):
        assert ngettext("Er is plek voor 1 persoon", "Er is plek voor %(n)s mensen", 1200).endswith(said)
