"""The body of a letter: text and HTML beside each other, a calendar file when there is one (RFC 2046, RFC 6047).

Encoded once, with holes where something differs per mailbox; filling it costs a join, not a MIME tree (decision 0010).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mailer.wire.headers import safe
from mailer.wire.quoted_printable import CRLF, encode, encode_ready, is_ready
from mailer.wire.slots import BRACKETS, LetterPattern, Pattern, Place, escape

_QP_HEADER = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"


@dataclass(frozen=True)
class Calendar:
    """A calendar that goes with a letter: beside the texts with its METHOD, and as a file for who saves it."""

    content: bytes
    method: str | None = None
    name: str = "bijeenkomst.ics"


@dataclass
class _Hole:
    """Where a slot's value goes: places among the pieces."""

    in_text: list[int] = field(default_factory=list)
    in_html: list[int] = field(default_factory=list)

    @cached_property
    def everywhere(self) -> list[int]:
        return self.in_text + self.in_html


class Mime:
    """The body of a letter, encoded once; ``fill`` makes that of one mailbox."""

    def __init__(self, letter: LetterPattern) -> None:
        mark = hashlib.blake2b(repr(letter).encode(), digest_size=8).hexdigest().encode()
        # "=_" cannot occur in quoted-printable or base64, so the boundary cannot occur in a part.
        self._inner, self._outer = b"=_letter_" + mark, b"=_whole_" + mark
        self._pieces, self._holes = _cut(letter, self._inner)
        self._end = b"\r\n--%b--\r\n" % self._inner

    def content_type(self, *, with_calendar: bool) -> bytes:
        """Return the header line that says what the body is."""
        if with_calendar:
            return b'Content-Type: multipart/mixed; boundary="%b"\r\n' % self._outer
        return b'Content-Type: multipart/alternative; boundary="%b"\r\n' % self._inner

    def opening(self, *, with_calendar: bool) -> bytes:
        """Return the first piece of every body: all until the first slot."""
        return self._before(with_calendar=with_calendar) + self._pieces[0]

    def fill(self, values: Mapping[str, str]) -> list[bytes]:
        """Return the pieces of a body without a calendar; those that every letter has are the same objects.

        Together they are lines of at most 76 characters, none with a dot at its start, without 8-bit bytes. Raises
        ``KeyError`` for a slot without a value, ``ValueError`` for a link slot whose value is no address.
        """
        pieces = self._fill(values)
        pieces.append(self._end)
        return pieces

    def fill_with(self, values: Mapping[str, str], calendar: Calendar) -> list[bytes]:
        """Return the pieces of a body with a calendar (see ``fill``)."""
        pieces = self._fill(values)
        pieces[0] = self.opening(with_calendar=True)
        if calendar.method:
            pieces.append(b"\r\n--%b\r\n%b" % (self._inner, _calendar_part(calendar, calendar.method)))
        pieces.append(self._end)
        pieces.append(b"\r\n--%b\r\n%b\r\n--%b--\r\n" % (self._outer, _calendar_file(calendar), self._outer))
        return pieces

    def _fill(self, values: Mapping[str, str]) -> list[bytes]:
        pieces = self._pieces.copy()
        for name, hole in self._holes.items():
            plain = escape(name, values, Place.PLAIN)
            if is_ready(plain):
                encoded = encode_ready(plain)
                for at in hole.everywhere:
                    pieces[at] = encoded
            else:
                _fill_hole(pieces, hole, plain, escape(name, values, Place.HTML))
        return pieces

    def _before(self, *, with_calendar: bool) -> bytes:
        if not with_calendar:
            return b""
        return b"--%b\r\n%b\r\n" % (self._outer, self.content_type(with_calendar=False))


def _cut(letter: LetterPattern, boundary: bytes) -> tuple[list[bytes], dict[str, _Hole]]:
    """Return the pieces, those that differ still empty, and where each slot's value goes."""
    pieces, holes = [b""], dict[str, _Hole]()
    for pattern, kind, before in ((letter.text, b"plain", b""), (letter.html, b"html", CRLF)):
        head = b'%b--%b\r\nContent-Type: text/%b; charset="utf-8"\r\n%b' % (before, boundary, kind, _QP_HEADER)
        pieces[-1] += head
        for name, literal in _runs(pattern):
            if name:
                hole = holes.setdefault(name, _Hole())
                (hole.in_html if pattern.place is Place.HTML else hole.in_text).append(len(pieces))
                pieces += [b"", b""]
            pieces[-1] += encode(literal)
    return pieces, holes


def _runs(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """Yield each slot's name with the literal behind it; "" before the first. The last literal ends its line."""
    # The last line of quoted-printable may not be a soft break (RFC 2045 §6.7).
    literals = (*pattern.literals[:-1], pattern.literals[-1].rstrip() + "\n")
    for name, literal in zip(("", *pattern.names), literals, strict=True):
        yield ("", "[[" + literal) if name == BRACKETS else (name, literal)


def _fill_hole(pieces: list[bytes], hole: _Hole, plain: str, in_html: str) -> None:
    encoded = encode(plain)
    for at in hole.in_text:
        pieces[at] = encoded
    if in_html != plain:
        encoded = encode(in_html)
    for at in hole.in_html:
        pieces[at] = encoded


def _calendar_part(calendar: Calendar, method: str) -> bytes:
    kind = b'Content-Type: text/calendar; charset="utf-8"; method=%b\r\n' % safe(method).encode("ascii")
    return kind + _base64(calendar.content)


def _calendar_file(calendar: Calendar) -> bytes:
    name = re.sub(r"[^A-Za-z0-9._-]", "-", calendar.name).encode("ascii")
    kind = b'Content-Type: application/ics\r\nContent-Disposition: attachment; filename="%b"\r\n' % name
    return kind + _base64(calendar.content)


def _base64(content: bytes) -> bytes:
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content).replace(b"\n", CRLF)
