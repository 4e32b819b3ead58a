"""Values → the bytes of a message: text and HTML beside each other, a calendar file when there is one, and all headers.

A mailing is encoded once, into a ``Skeleton``: literals already in quoted-printable, with holes where something differs
per mailbox. Filling one costs a join, not a MIME tree (decision 0010). Nothing here knows about tables or sockets.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from mailer.wire.headers import encode_address_header, encode_header, plain_header, safe
from mailer.wire.slots import BRACKETS, LetterPattern, Pattern, escape

CRLF = b"\r\n"


@dataclass(frozen=True)
class ListHeaders:
    """What makes a letter a letter of a list: it names the list and how to leave it (RFC 2369, 2919, 8058)."""

    # "Name <label.domain>" in parts: the name people see, and the id that never changes.
    list_name: str
    list_id: str
    # "mailing:topic:kind:sender"; the last field is stable and 5–15 characters (Gmail's Feedback-ID).
    feedback_id: str


@dataclass(frozen=True)
class Calendar:
    """A calendar that goes with a letter: beside the texts with its METHOD, and as a file for who saves it."""

    content: bytes
    method: str | None = None
    name: str = "bijeenkomst.ics"


@dataclass(frozen=True)
class Envelope:
    """What is the same in every letter of a mailing."""

    from_name: str
    from_address: str
    date: datetime
    language: str = "nl"
    # None for a letter that a deed of one person brought about (a receipt, a sign-in link): it is no list mail.
    list_headers: ListHeaders | None = None


@dataclass(frozen=True)
class Personal:
    """What differs per mailbox."""

    to_address: str
    message_id: str
    delivery_id: int
    reply_to: str = ""
    # Both belong to list mail: the RFC 8058 address, and the mail address that does the same.
    one_click_url: str = ""
    leave_address: str = ""
    # The values of the slots, as plain text; they are escaped where HTML needs it.
    values: Mapping[str, str] = field(default_factory=dict)
    calendar: Calendar | None = None


# A piece of a body: bytes that stand, or the name of the slot to fill.
_Piece = bytes | str


class Skeleton:
    """A letter, encoded once; ``fill`` makes the message for one mailbox."""

    def __init__(self, envelope: Envelope, letter: LetterPattern) -> None:
        self._bulk = envelope.list_headers is not None
        self._head = _shared_headers(envelope)
        self._letter = letter
        self._subject = b"" if letter.subject.names else encode_header("Subject", letter.subject.literals[0])
        self._text = _encode_with_holes(letter.text)
        self._html = _encode_with_holes(letter.html)
        mark = hashlib.blake2b(repr(letter).encode(), digest_size=8).hexdigest().encode()
        # "=_" cannot occur in quoted-printable or base64, so the boundary cannot occur in a part.
        self._inner, self._outer = b"=_letter_" + mark, b"=_whole_" + mark

    @property
    def slots(self) -> frozenset[str]:
        """The names of all slots that a mailbox must have a value for."""
        return self._letter.names

    def fill(self, personal: Personal) -> bytes:
        """Return the whole message, ready for DATA: CRLF lines of at most 998 bytes, no 8-bit bytes in the body.

        Raises ``UnsafeHeader`` for a value that does not belong in a header, ``KeyError`` for a slot without a value.
        """
        alternative = self._alternative(personal)
        subject = self._subject or encode_header("Subject", self._letter.subject.fill(personal.values))
        headers = [self._head, subject, _personal_headers(personal, bulk=self._bulk)]
        if personal.calendar is None:
            return b"".join((*headers, alternative))
        return b"".join((*headers, *self._mixed(alternative, personal.calendar)))

    def _alternative(self, personal: Personal) -> bytes:
        line = CRLF + b"--" + self._inner
        parts = [
            b'Content-Type: multipart/alternative; boundary="%b"\r\n' % self._inner,
            line,
            b'\r\nContent-Type: text/plain; charset="utf-8"\r\n' + _QP_HEADER,
            *_fill_holes(self._text, self._letter.text, personal.values),
            line,
            b'\r\nContent-Type: text/html; charset="utf-8"\r\n' + _QP_HEADER,
            *_fill_holes(self._html, self._letter.html, personal.values),
        ]
        calendar = personal.calendar
        if calendar is not None and calendar.method:
            parts += [line, _calendar_part(calendar)]
        return b"".join((*parts, line, b"--\r\n"))

    def _mixed(self, alternative: bytes, calendar: Calendar) -> list[bytes]:
        line = CRLF + b"--" + self._outer
        attached = b'Content-Disposition: attachment; filename="%b"\r\n' % _file_name(calendar.name)
        return [
            b'Content-Type: multipart/mixed; boundary="%b"\r\n' % self._outer,
            line + CRLF,
            alternative,
            line + b"\r\nContent-Type: application/ics\r\n" + attached,
            b"Content-Transfer-Encoding: base64\r\n\r\n" + _base64_lines(calendar.content),
            line + b"--\r\n",
        ]


_QP_HEADER = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"


def _shared_headers(envelope: Envelope) -> bytes:
    lines = [
        encode_address_header("From", envelope.from_name, envelope.from_address),
        plain_header("Date", format_datetime(envelope.date)),
        plain_header("Content-Language", envelope.language),
        plain_header("MIME-Version", "1.0"),
    ]
    lists = envelope.list_headers
    if lists is None:
        # RFC 3834: no out-of-office may answer a letter that no person sent.
        lines += [plain_header("Auto-Submitted", "auto-generated")]
        lines += [plain_header("X-Auto-Response-Suppress", "OOF, AutoReply")]
    else:
        lines += [
            encode_address_header("List-Id", lists.list_name, lists.list_id),
            plain_header("Feedback-ID", lists.feedback_id),
            plain_header("Precedence", "bulk"),
        ]
    return b"".join(lines)


def _personal_headers(personal: Personal, *, bulk: bool) -> bytes:
    lines = [
        plain_header("To", personal.to_address),
        plain_header("Message-ID", personal.message_id),
        plain_header("X-Mailer-Delivery", str(personal.delivery_id)),
    ]
    if personal.reply_to:
        lines.append(plain_header("Reply-To", personal.reply_to))
    if bulk:
        by_mail = (
            f",\r\n <mailto:{safe(personal.leave_address)}?subject=uitschrijven>" if personal.leave_address else ""
        )
        lines.append(f"List-Unsubscribe: <{safe(personal.one_click_url)}>{by_mail}\r\n".encode())
        lines.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    return b"".join(lines)


def _encode_with_holes(pattern: Pattern) -> tuple[_Piece, ...]:
    """Encode the literals once; each begins at the start of a line, and the last one ends in a whole line."""
    pieces: list[_Piece] = []
    for name, literal in zip(("", *pattern.names), _ended(pattern.literals), strict=True):
        if name == BRACKETS:
            pieces.append(_quoted_printable("[["))
        elif name:
            pieces.append(name)
        if literal:
            pieces.append(_quoted_printable(literal))
    return tuple(pieces)


def _ended(literals: tuple[str, ...]) -> tuple[str, ...]:
    # The last line of quoted-printable may not be a soft break (RFC 2045 §6.7).
    return (*literals[:-1], literals[-1].rstrip() + "\n")


def _fill_holes(pieces: tuple[_Piece, ...], pattern: Pattern, values: Mapping[str, str]) -> list[bytes]:
    known = {name: _quoted_printable(escape(name, values, pattern.place)) for name in set(pattern.names) - {BRACKETS}}
    return [known[piece] if isinstance(piece, str) else piece for piece in pieces]


def _quoted_printable(text: str) -> bytes:
    """Encode a piece of a body so that pieces can be joined: it begins and ends at the start of a line.

    A last line that is not whole ends in a soft break ("=" CRLF), which a reader takes away again (RFC 2045 §6.7).
    A dot at the start of a line is written =2E, so that no server on the way needs to stuff it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    is_whole = not lines or lines.endswith(b"\n")
    # The stand-in keeps the encoder from using the 76th column, which the "=" of the soft break needs.
    encoded = binascii.b2a_qp(lines if is_whole else lines + b"x", istext=True).replace(b"\n", CRLF)
    if not is_whole:
        encoded = encoded.removesuffix(b"x")
        encoded += b"" if encoded.endswith(CRLF) else b"=" + CRLF
    if encoded.startswith(b"."):
        encoded = b"=2E" + encoded[1:]
    return encoded.replace(b"\r\n.", b"\r\n=2E")


def _calendar_part(calendar: Calendar) -> bytes:
    kind = b'text/calendar; charset="utf-8"; method=%b' % safe(calendar.method or "").encode("ascii")
    encoding = b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return b"\r\nContent-Type: " + kind + encoding + _base64_lines(calendar.content)


def _base64_lines(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", CRLF)


def _file_name(name: str) -> bytes:
    return re.sub(r"[^A-Za-z0-9._-]", "-", name).encode("ascii")
