"""What mail programs can show: nothing in a letter leans on what one of them lacks, or its fallback is named here."""

from __future__ import annotations

import pytest

from tests.letters.sending import LETTERS, SentLetter
from tests.letters.tools import unsupported

pytestmark = pytest.mark.journey

CLIENTS = ["outlook.windows", "outlook.windows-mail", "gmail.*", "apple-mail.*", "samsung-email.android"]
STYLE_SHEET = "the style sheet only adds the dark, the narrow and the printed form; all else is inline in each tag"
FALLBACKS = {
    "<style> element": STYLE_SHEET,
    "@media": STYLE_SHEET,
    "Type selector": STYLE_SHEET,
    "Class selector": STYLE_SHEET,
    "ID selector": STYLE_SHEET,
    "Chaining selectors": STYLE_SHEET,
    "Descendant combinator": STYLE_SHEET,
    "Child combinator": STYLE_SHEET,
    "Adjacent sibling combinator": "the room above a table of facts is inline too",
    "Attribute selector": "only in print: the address of a link behind its words",
    ":not": "only in print: the address of a link behind its words",
    "::after": "only in print: the address of a link behind its words",
    "border-radius": "corners are square",
    "border-spacing": "tables have cellspacing as well",
    "outline": "the compiler's own reset of pictures; nothing to see",
    "word-break": "words break where the program breaks them; no word is wider than a phone",
    "word-spacing": "only in the compiler's reset for one old Android",
    "overflow": "only on the hidden line after the subject, which has no size as well",
    "opacity": "only on the hidden line after the subject, which has no size as well",
    "display:none": "the hidden line after the subject would be seen: it is a sentence of the letter",
    "role attribute": "a table is then read as a table: the order of reading stays",
    "aria-label attribute": "the title of the letter is in its heading too",
    "Local anchors": "a tap on a line of “In het kort” does nothing; everything it leads to stands below it",
    "white-space": "a telephone number may break in two; it is a link all the same",
    "break-inside": "only in print",
    "break-after": "only in print",
    "max-height property": "only on the hidden line after the subject, which has no size as well",
    "color-scheme": "a program that knows no dark form shows the light one",
    "color-scheme meta tag": "a program that knows no dark form shows the light one",
}


@pytest.mark.parametrize("name", LETTERS)
def test_nothing_leans_on_what_a_mail_program_lacks(sent: dict[str, SentLetter], name: str) -> None:
    found = unsupported(sent[name].html, clients=CLIENTS)

    missing = {one["title"] for one in found if one["kind"] == "errors"} - set(FALLBACKS)
    assert missing == set()


def test_the_check_knows_what_outlook_lacks() -> None:
    found = unsupported('<div style="display:flex">x</div>', clients=["outlook.windows"])

    assert "errors" in {one["kind"] for one in found}
