"""Telephone numbers in a letter's markup, as links that a thumb can call and that no line breaks in two.

Mail programs are told not to look for numbers themselves: they take dates and amounts for one. Only what is surely a
Dutch number becomes a link here. Not for cells of a list: that is ``phones``.
"""

from __future__ import annotations

import re

from mailer.wire.phones import dial
from mailer.wire.tags import words_and_tags

# Nine digits after the zero, and nothing beside them that would make it part of something longer, as of a bank account.
NUMBER = re.compile(r"(?<![\w#&+.,/@-])(?<![A-Z0-9] )(?:0|\+31 ?(?:\(0\) ?)?)[1-9](?:[ -]?\d){8}(?![\w-]|[.,/]\d)")
# The compiler makes a link of a button.
LINK_BEGINS = re.compile(r"<(?:a|mj-button)\b", re.IGNORECASE)
LINK_ENDS = re.compile(r"</(?:a|mj-button)\b", re.IGNORECASE)


def with_numbers_to_call(markup: str, *, style: str = "") -> str:
    """Return the markup with each telephone number in its words as a link; words of another link stay as they are.

    ``style``: inline CSS of the link, where no style sheet is read.
    """
    pieces = words_and_tags(markup)
    inside_a_link = False
    for at, piece in enumerate(pieces):
        if at % 2:
            inside_a_link = bool(LINK_BEGINS.match(piece)) or (inside_a_link and not LINK_ENDS.match(piece))
        elif not inside_a_link:
            pieces[at] = NUMBER.sub(lambda found: _link(found[0], style), piece)
    return "".join(pieces)


def _link(number: str, style: str) -> str:
    own = f' style="{style}"' if style else ""
    return f'<a class="call" dir="ltr" href="tel:{dial(number)}"{own}>{number}</a>'
