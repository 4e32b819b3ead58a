"""A message made ready for DATA: leading dots doubled, the last line whole, nothing in it that could end it early.

A message may come in pieces, most of them the same for every reader of a mailing: what was found in a long piece is
remembered, so that a letter of 40 kB costs no look at each of its bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Shorter pieces are looked at together; longer ones are found again.
_LONG = 200


@dataclass(frozen=True, slots=True)
class Body:
    """What goes out between DATA and the dot."""

    pieces: tuple[bytes, ...]
    # Bytes of the message itself, as SIZE counts them (RFC 1870 §5): without the doubled dots.
    size: int
    # Bytes on the wire.
    length: int
    is_ascii: bool

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces)


# What a look finds; plain numbers, because an enum's arithmetic costs more than the look.
# A bare line end (half a one, where two pieces meet), or a line that begins with a dot.
_ODD_LINES = 1
_EIGHT_BIT = 2
_LEADING_DOT = 4


def prepare_body(message: bytes | Sequence[bytes] | Body) -> Body:
    """Return the message ready for the wire; only the dot remains to be sent. One that is ready is taken at its word.

    Raises ``ValueError`` for a bare CR or LF: servers disagree about those, and disagreement is how one message becomes
    two (SMTP smuggling).
    """
    if isinstance(message, Body):
        return message
    pieces = (message,) if isinstance(message, bytes) else tuple(message)
    found = _look_at(pieces)
    is_ascii = not found & _EIGHT_BIT
    is_whole = bool(pieces) and pieces[-1].endswith(b"\r\n")
    if found & _ODD_LINES or not is_whole or (found & _LEADING_DOT and _dot_at_a_seam(pieces)):
        message = _whole(b"".join(pieces))
        stuffed = _stuffed(message)
        return Body((stuffed,), len(message), len(stuffed), is_ascii)
    size = sum(map(len, pieces))
    return Body(pieces, size, size, is_ascii)


def _look_at(pieces: tuple[bytes, ...]) -> int:
    if len(pieces) == 1:
        return _look(pieces[0])
    # NUL keeps them apart: half a line end at an edge stays half, and a dot at the beginning shows.
    found = _look(b"\0".join([b"", *[piece for piece in pieces if len(piece) < _LONG]]))
    for piece in pieces:
        if len(piece) >= _LONG:
            found |= _remembered(piece)
    return found


def _look(text: bytes) -> int:
    found = 0
    if b"\n." in text or not _has_whole_line_ends(text):
        found |= _ODD_LINES
    if not text.isascii():
        found |= _EIGHT_BIT
    if text.startswith(b".") or b"\0." in text:
        found |= _LEADING_DOT
    return found


_remembered = lru_cache(maxsize=128)(_look)


def _dot_at_a_seam(pieces: tuple[bytes, ...]) -> bool:
    """Tell whether a line begins with a dot where two pieces meet."""
    before = b"\n"
    for piece in pieces:
        if piece.startswith(b".") and before.endswith(b"\n"):
            return True
        before = piece or before
    return False


def _whole(message: bytes) -> bytes:
    if not _has_whole_line_ends(message):
        raise ValueError("a message may hold no bare CR or LF")
    return message if message.endswith(b"\r\n") else message + b"\r\n"


def _stuffed(message: bytes) -> bytes:
    if b"\r\n." in message:
        message = message.replace(b"\r\n.", b"\r\n..")
    return b"." + message if message.startswith(b".") else message


def _has_whole_line_ends(text: bytes) -> bool:
    breaks = text.count(b"\r\n")
    return text.count(b"\n") == breaks and text.count(b"\r") == breaks
