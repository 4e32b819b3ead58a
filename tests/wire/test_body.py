"""A message made ready for DATA, whole or in pieces: the same bytes, and nothing in it that could end it early."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.wire.body import prepare_body

BITS = st.sampled_from(
    [b"", b"a", b".", b"..", b"\r\n", b"\r\n.", b"\r", b"\n", b"\0.", b"\xc3\xab", b"x" * 300, b"x" * 300 + b"\r\n"]
)


def as_the_rfc_says(message: bytes) -> bytes:
    """RFC 5321 §4.5.2, a line at a time."""
    lines = message.removesuffix(b"\r\n").split(b"\r\n")
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)


def has_bare_line_ends(message: bytes) -> bool:
    rest = message.replace(b"\r\n", b"")
    return b"\r" in rest or b"\n" in rest


@given(st.lists(BITS, max_size=12))
def test_pieces_are_sent_as_the_whole_would_be(pieces):
    message = b"".join(pieces)
    if has_bare_line_ends(message):
        for given_as in (pieces, message):
            with pytest.raises(ValueError, match="bare CR or LF"):
                prepare_body(given_as)
        return

    in_pieces, whole = prepare_body(pieces), prepare_body(message)

    assert bytes(in_pieces) == bytes(whole) == as_the_rfc_says(message)
    assert in_pieces.length == whole.length == len(bytes(whole))
    assert in_pieces.size == whole.size == len(message.removesuffix(b"\r\n")) + 2
    assert in_pieces.is_ascii == whole.is_ascii == message.isascii()


def test_pieces_that_need_nothing_are_sent_as_they_are():
    shared = b"x" * 500 + b"\r\n"
    pieces = [shared, b"Beste buren", b". Tot zo!\r\n", shared]

    body = prepare_body(pieces)

    assert body.pieces == tuple(pieces)
    assert body.pieces[0] is shared
