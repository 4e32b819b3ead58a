"""Telephone numbers in a letter's markup, as links that a thumb can call and that no line breaks in two.

Mail programs are told not to look for numbers themselves: they take dates and amounts for one. Only what is surely a
Dutch number becomes a link here. Not for cells of a list: that is ``phones``.
"""

from __future__ import annotations

import re

from mailer.wire.phones import dial

# Nine digits after the zero, and nothing beside them that would make it part of something longer, as of a bank account.
NUMBER = re.compile(r"(?<![\w#&+.,/@-])(?<![A-Z0-9] )(?:0|\+31 ?(?:\(0\) ?)?)[1-9](?:[ -]?\d){8}(?![\w-]|[.,/]\d)")
TAG = re.compile(r"(<!--.*?-->|<[^<>]*>)", re.DOTALL)
# The compiler makes a link of a button.
LINK_BEGINS = re.compile(r"<(?:a|mj-button)\b", re.IGNORECASE)
LINK_ENDS = re.compile(r"</(?:a|mj-button)\b", re.IGNORECASE)


def with_numbers_to_call(markup: str) -> str:
    """Return the markup with each telephone number in its words as a link; words of another link stay as they are."""
    pieces = TAG.split(markup)
    inside_a_link = False
    for at, piece in enumerate(pieces):
        # What was split on stands at each second place.
        if at % 2:
            inside_a_link = bool(LINK_BEGINS.match(piece)) or (inside_a_link and not LINK_ENDS.match(piece))
        elif not inside_a_link:
            pieces[at] = NUMBER.sub(_link, piece)
    return "".join(pieces)


def _link(found: re.Match[str]) -> str:
    return f'<a class="call" dir="ltr" href="tel:{dial(found[0])}">{found[0]}</a>'
