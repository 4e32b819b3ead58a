"""Header lines of a message: folded, encoded where they must be, and never more than one header at a time."""

from __future__ import annotations

import re
from email.header import Header

_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u2028\u2029]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*\Z")


class UnsafeHeader(ValueError):
    """A header value holds a line break or another control character: somebody tries to write headers of their own."""


def encode_header(name: str, value: str) -> bytes:
    """Return one header line, folded, its value as encoded words when it is not plain ASCII (RFC 2047).

    Raises ``UnsafeHeader`` when the value holds control characters.
    """
    _refuse_control_characters(value)
    # "=?" in plain text would be read as an encoded word; a long word cannot be folded.
    plain = value.isascii() and "=?" not in value and max(map(len, value.split()), default=0) < 60
    folded = Header(value, "us-ascii" if plain else "utf-8", maxlinelen=76, header_name=name)
    return f"{name}: {folded.encode(linesep=chr(13) + chr(10))}\r\n".encode("ascii")


def encode_address_header(name: str, shown: str, address: str) -> bytes:
    """Return an address header: ``From: Delfshaven Lokaal <post@…>``. The address itself is never encoded."""
    _refuse_control_characters(shown)
    if not shown:
        return plain_header(name, address)
    if not shown.isascii() or "=?" in shown or len(shown) > 60:
        phrase = Header(shown, "utf-8", maxlinelen=70, header_name=name).encode(linesep="\r\n")
    elif _ATOMS.match(shown):
        phrase = shown
    else:
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", shown) + '"'
    _refuse_control_characters(address)
    return f"{name}: {phrase}\r\n <{address}>\r\n".encode()


def plain_header(name: str, value: str) -> bytes:
    """Return a header line whose value is ours and plain: an address, an id, a date."""
    return f"{name}: {safe(value)}\r\n".encode()


def safe(value: str) -> str:
    """Return the value. Raises ``UnsafeHeader`` when it holds control characters."""
    _refuse_control_characters(value)
    return value


def is_safe_word(value: str) -> bool:
    """Tell whether a value is printable and without blanks, as addresses and links are."""
    return value.isprintable() and " " not in value


def _refuse_control_characters(value: str) -> None:
    # Nearly every value is printable through and through, and that is known ten times as fast.
    if not value.isprintable() and _UNSAFE.search(value):
        raise UnsafeHeader("a header value holds a line break or a control character")
