"""What belongs together stays on one line: a number and its unit, an amount, a day and its month, a postcode.

For the words of a letter, markup and plain text alike; a space inside becomes one at which no line breaks. Not for what
stands in a tag or in a header.
"""

from __future__ import annotations

import re
from itertools import chain

from babel.dates import get_month_names

from mailer.wire.tags import words_and_tags

NO_BREAK = "\N{NO-BREAK SPACE}"
LETTERS_ARE_IN = ("nl", "en")
UNITS = (
    "uur", "uren", "minuut", "minuten", "dag", "dagen", "weken", "maanden", "jaar", "keer",
    "euro", "procent", "meter", "km", "persoon", "personen", "mensen", "organisaties", "plekken",
)  # fmt: skip
MONTHS = sorted(set(chain(*(get_month_names(locale=one).values() for one in LETTERS_ARE_IN))))
# As they stand in markup for the compiler: no sign in it but plain ones.
EURO, DASH = "(?:€|&#8364;)", "(?:–|&#8211;)"


def _pairs(space: str) -> re.Pattern[str]:
    """What comes before such a space, and a look at what comes after it."""
    return re.compile(
        rf"(\d){space}(?=(?:{'|'.join(UNITS)})\b)"
        rf"|(\b\d{{1,2}}){space}(?=(?:{'|'.join(MONTHS)})\b)"
        rf"|({EURO}){space}(?=\d)"
        rf"|(\b\d{{4}}){space}(?=[A-Z]{{2}}\b)"
        rf"|(\d){space}(?={DASH}\s\d)"
    )


IN_TEXT = _pairs("[ ]")
IN_MARKUP = _pairs(r"\s+")


def joined(text: str) -> str:
    """Return plain text in which no line breaks inside "19.30 uur", "€ 12", "1 januari" or "3025 ZZ"."""
    return _joined(IN_TEXT, text)


def joined_markup(markup: str) -> str:
    """Return markup in which no line breaks there either; tags stay as they are."""
    pieces = words_and_tags(markup)
    pieces[::2] = [_joined(IN_MARKUP, words) for words in pieces[::2]]
    return "".join(pieces)


def _joined(pairs: re.Pattern[str], words: str) -> str:
    return pairs.sub(lambda found: f"{found[found.lastindex or 0]}{NO_BREAK}", words)
