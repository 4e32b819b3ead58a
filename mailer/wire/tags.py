"""Markup taken apart into its words and its tags, for whoever changes only the words.

Not for markup of strangers: a sign ``<`` or ``>`` inside an attribute's value ends or begins a tag here.
"""

from __future__ import annotations

import re

TAG_OR_COMMENT = re.compile(r"(<!--.*?-->|<[^<>]*>)", re.DOTALL)


def words_and_tags(markup: str) -> list[str]:
    """Return the markup in pieces: words at each even place (0, 2 …), a tag or a comment at each odd one."""
    return TAG_OR_COMMENT.split(markup)
