"""A message made ready for DATA: leading dots doubled, the last line whole, nothing in it that could end it early.

A message may come in pieces, most of them the same for every reader of a mailing: what was found in a long piece is
remembered, so that a letter of 40 kB costs no look at each of its bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

# Shorter pieces are looked at faster than found again.
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


class _Look(NamedTuple):
    is_plain: bool
    is_ascii: bool


def prepare_body(message: bytes | Sequence[bytes] | Body) -> Body:
    """Return the message ready for the wire; only the dot remains to be sent. One that is ready is taken at its word.

    Raises ``ValueError`` for a bare CR or LF: servers disagree about those, and disagreement is how one message becomes
    two (SMTP smuggling).
    """
    if isinstance(message, Body):
        return message
    pieces = (message,) if isinstance(message, bytes) else tuple(message)
    looks = [_remembered(piece) if len(piece) >= _LONG and len(pieces) > 1 else _look(piece) for piece in pieces]
    size = sum(map(len, pieces))
    is_ascii = all(look.is_ascii for look in looks)
    if all(look.is_plain for look in looks) and pieces and pieces[-1].endswith(b"\r\n") and not _dot_at_a_seam(pieces):
        return Body(pieces, size, size, is_ascii)
    message = _whole(b"".join(pieces))
    stuffed = _stuffed(message)
    return Body((stuffed,), len(message), len(stuffed), is_ascii)


def _dot_at_a_seam(pieces: tuple[bytes, ...]) -> bool:
    """Tell whether a line begins with a dot where two pieces meet."""
    before = b"\n"
    for piece in pieces:
        if piece.startswith(b".") and before.endswith(b"\n"):
            return True
        before = piece or before
    return False


def _look(piece: bytes) -> _Look:
    is_plain = _has_whole_line_ends(piece) and b"\n." not in piece
    return _Look(is_plain, piece.isascii())


_remembered = lru_cache(maxsize=128)(_look)


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
