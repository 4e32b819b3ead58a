"""SpamAssassin's local rules: a letter of ours looks like a letter."""

from __future__ import annotations

import pytest

from tests.letters.sending import LETTERS, SentLetter
from tests.letters.tools import spam_report

pytestmark = pytest.mark.journey

# Five is spam. These say only that the letter was not relayed yet, has HTML, and comes from a list.
HARMLESS = {"NO_RECEIVED", "NO_RELAYS", "HTML_MESSAGE", "MAILING_LIST_MULTI"}


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_does_not_look_like_spam(sent: dict[str, SentLetter], name: str) -> None:
    score, hits = spam_report(sent[name].raw)

    assert {hit.partition("=")[0] for hit in hits} <= HARMLESS, hits
    assert score <= 0


def test_the_check_knows_spam() -> None:
    # The mark by which every installation of SpamAssassin can be tried.
    score, _hits = spam_report(b"Subject: x\n\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n")

    assert score > 100
