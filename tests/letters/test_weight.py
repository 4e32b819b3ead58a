"""What a letter weighs: Gmail cuts HTML at about 102 kB, and the way out goes first."""

from __future__ import annotations

import pytest

from tests.letters.sending import LETTERS, SentLetter

pytestmark = pytest.mark.journey

MOST_BYTES = 60_000


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_far_from_where_gmail_cuts_it(sent: dict[str, SentLetter], name: str) -> None:
    assert len(sent[name].html.encode()) <= MOST_BYTES


@pytest.mark.parametrize("name", LETTERS)
def test_the_text_says_what_the_picture_of_the_letter_says(sent: dict[str, SentLetter], name: str) -> None:
    text = sent[name].text

    assert "<" not in text.replace("<https", "")
    assert "[[" not in text + sent[name].html
    assert "https://tegelpost.example.org" in text or name == "cancelled"
