"""The Nu HTML checker reads every letter; what it calls wrong and we want all the same is listed with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.letters.sending import SentLetter
from tests.letters.tools import markup_errors

pytestmark = pytest.mark.journey

# Outlook for Windows draws with Word, and these are Word's words; every other program skips them.
FOR_WORD = (
    "Attribute “xmlns:v” not allowed here.",
    "Attribute “xmlns:o” not allowed here.",
    "CSS: “mso-table-lspace”: Property “mso-table-lspace” doesn't exist.",
    "CSS: “mso-table-rspace”: Property “mso-table-rspace” doesn't exist.",
)


def test_letters_are_good_html_but_for_what_word_needs(sent: dict[str, SentLetter], tmp_path: Path) -> None:
    for name, letter in sent.items():
        (tmp_path / f"{name}.html").write_text(letter.html, encoding="utf-8")

    errors = [told for told in markup_errors(tmp_path) if told.partition(": ")[2] not in FOR_WORD]

    assert errors == []


def test_the_check_tells_of_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<!DOCTYPE html><html lang='nl'><title>x</title><p><table></p></html>")

    assert markup_errors(tmp_path) != []
