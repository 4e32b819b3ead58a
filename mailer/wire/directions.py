"""Lines that run from right to left: what is a number in them still runs from left to right.

A number in groups ("010-0000 100") is several numbers to a reader of Arabic, and shows in the other order
(https://unicode.org/reports/tr9/). Not for whole lines: those have ``dir`` on their block.
"""

from __future__ import annotations

import re

from markupsafe import Markup

TAG = re.compile(r"(<[^>]*>)")
# Not within a word, an address, or a character that is written as its number.
GROUPED = re.compile(r"(?<![\w@./#+-])\+?\d[\d ()/.–-]{2,}\d(?![\w@;])")


def keep_numbers_together(html: str) -> Markup:
    """Return cleaned HTML with each number of several groups in a ``span`` that runs from left to right."""
    pieces = TAG.split(html)
    pieces[::2] = [GROUPED.sub(r'<span dir="ltr">\g<0></span>', piece) for piece in pieces[::2]]
    return Markup("".join(pieces))  # noqa: S704 - cleaned HTML, with tags of ours around digits
