"""Pieces of quoted-printable: joined in any order they decode to what was written, and need no rewriting on the way."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.wire.quoted_printable import encode, encode_ready, is_ready

# What trips encoders up: blanks, dots, equals signs, line ends, signs of several bytes, and lines of about 76.
TRICKY = st.text(st.sampled_from("ab. \t\n=é🌱<>&\"'["), max_size=200)
WORDS = st.text(st.sampled_from("abcDEF 0123-._~:/?#[]@!$()*+,;"), max_size=100)


def decoded(encoded: bytes) -> str:
    return quopri.decodestring(encoded).decode().replace("\r\n", "\n")


@given(st.lists(TRICKY | st.text(max_size=100), max_size=4))
@example(["x" * 74 + "  \n"])
@example(["x" * 75 + "." + "y" * 80])
@example(["." * 200])
@example([("x" * 75 + ".") * 3 + " \n"])
def test_pieces_decode_to_what_was_written(pieces):
    pieces = [piece.replace("\r", "") for piece in pieces]

    joined = b"".join(map(encode, pieces))

    assert decoded(joined) == "".join(pieces)
    assert joined.isascii()
    for line in joined.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")
        assert not line.endswith((b" ", b"\t"))
        assert b"  " not in line
        assert b"\t" not in line
    assert joined == b"" or joined.endswith(b"\r\n")


@given(WORDS)
@example("Beste mensen van Buurttuin De Voeg,")
@example("https://tegelpost.example.org/u/abcdefghijklmnopqrstuvwx")
def test_the_quick_way_writes_what_the_other_writes(value):
    if is_ready(value):
        assert encode_ready(value) == encode(value)


@pytest.mark.parametrize(
    ("value", "ready"),
    [
        ("Beste Samira en Joost,", True),
        ("https://tegelpost.example.org/u/abc", True),
        ("x" * 75, True),
        ("x" * 76, False),
        ("", False),
        (".punt", False),
        ("twee  spaties", False),
        (" vooraan", False),
        ("achteraan ", False),
        ("a=b", False),
        ("a&b", False),
        ("<b>", False),
        ('de "voeg"', False),
        ("d'Art", False),
        ("Zoë", False),
        ("regel\n", False),
        ("regel\r\nregel", False),
    ],
)
def test_only_what_means_nothing_to_anybody_goes_the_quick_way(value, ready):
    assert is_ready(value) is ready


def test_every_kind_of_line_end_becomes_the_one_of_mail():
    assert encode("a\nb\rc\r\nd\n") == b"a\r\nb\r\nc\r\nd\r\n"
