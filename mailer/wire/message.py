"""Values → the bytes of a message: all headers, the body, and our signature over both.

A mailing is encoded once, into a ``Skeleton``: what is the same for everybody stands ready, encoded, in canonical form
and hashed (decisions 0010, 0065). Nothing here knows about tables or sockets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import NamedTuple

from mailer.wire.body import Body
from mailer.wire.headers import UnsafeHeader, encode_address_header, encode_header, is_safe_word, plain_header
from mailer.wire.mime import Calendar, Mime
from mailer.wire.quoted_printable import CRLF
from mailer.wire.signing import Seal, Signer, Unsigned, relax
from mailer.wire.slots import LetterPattern

__all__ = ["Calendar", "Envelope", "ListHeaders", "Personal", "Skeleton"]


@dataclass(frozen=True)
class ListHeaders:
    """What makes a letter a letter of a list: it names the list and how to leave it (RFC 2369, 2919, 8058)."""

    # "Name <label.domain>" in parts: the name people see, and the id that never changes.
    list_name: str
    list_id: str
    # "mailing:topic:kind:sender"; the last field is stable and 5–15 characters (Gmail's Feedback-ID).
    feedback_id: str


@dataclass(frozen=True)
class Envelope:
    """What is the same in every letter of a mailing."""

    from_name: str
    from_address: str
    date: datetime
    language: str = "nl"
    # None for a letter that a deed of one person brought about (a receipt, a sign-in link): it is no list mail.
    list_headers: ListHeaders | None = None


class Personal(NamedTuple):
    """What differs per mailbox."""

    to_address: str
    message_id: str
    delivery_id: int
    reply_to: str = ""
    # Both belong to list mail: the RFC 8058 address, and the mail address that does the same.
    one_click_url: str = ""
    leave_address: str = ""
    # The values of the slots, as plain text; they are escaped where HTML needs it.
    values: Mapping[str, str] = MappingProxyType({})
    calendar: Calendar | None = None


class Skeleton:
    """A letter, encoded once; ``fill`` makes the message for one mailbox, signed when there is a signer."""

    def __init__(self, envelope: Envelope, letter: LetterPattern, signer: Signer | None = None) -> None:
        self._from_address = envelope.from_address
        self._head = _shared_headers(envelope)
        if not letter.subject.names:
            self._head += encode_header("Subject", letter.subject.literals[0])
        self._bulk = envelope.list_headers is not None
        self._letter = letter
        self._mime = Mime(letter)
        self._signer = signer
        # Letters with a calendar have another kind of body: what they share is made when the first one comes.
        self._shared: dict[bool, _Shared] = {}

    @property
    def slots(self) -> frozenset[str]:
        """The names of all slots that a mailbox must have a value for."""
        return self._letter.names

    def fill(self, personal: Personal) -> Body:
        """Return the whole message of one mailbox (see ``fill_all``)."""
        return self.fill_all([personal])[0]

    def fill_all(self, personals: Sequence[Personal]) -> list[Body]:
        """Return the messages of these mailboxes, in their order; their signatures are made side by side.

        Each is ready for DATA: CRLF lines of at most 998 bytes, none with a dot at its start, no 8-bit bytes in the
        body. Raises ``UnsafeHeader`` for a value that does not belong in a header, ``KeyError`` for a slot without a
        value.
        """
        drafts = [self._draft(personal) for personal in personals]
        if self._signer is None:
            return [_whole(one.pieces) for one in drafts]
        signatures = self._sign(drafts)
        return [_whole([signature, *one.pieces]) for signature, one in zip(signatures, drafts, strict=True)]

    def _draft(self, personal: Personal) -> _Draft:
        calendar = personal.calendar
        shared = self._shared.get(calendar is not None) or self._share(with_calendar=calendar is not None)
        own = self._own_headers(personal)
        body = self._mime.fill_with(personal.values, calendar) if calendar else self._mime.fill(personal.values)
        pieces = [shared.head, own, *body]
        if shared.seal is None:
            return _Draft(pieces, None, None)
        return _Draft(pieces, shared.seal, Unsigned(self._relaxed_headers(personal), shared.hash_body(body)))

    def _sign(self, drafts: list[_Draft]) -> list[bytes]:
        """Return the signatures, in order. Letters with a calendar and without have a seal each."""
        signed: dict[int, bytes] = {}
        for shared in self._shared.values():
            places = [place for place, one in enumerate(drafts) if one.seal is shared.seal]
            unsigned = [one.unsigned for one in drafts if one.seal is shared.seal and one.unsigned]
            if shared.seal:
                signed.update(zip(places, shared.seal.sign_all(unsigned), strict=True))
        return [signed[place] for place in range(len(drafts))]

    def _share(self, *, with_calendar: bool) -> _Shared:
        head = self._head + self._mime.content_type(with_calendar=with_calendar)
        opening = self._mime.opening(with_calendar=with_calendar)
        self._shared[with_calendar] = shared = _Shared(head, opening, self._seal(head))
        return shared

    def _seal(self, head: bytes) -> Seal | None:
        if self._signer is None:
            return None
        own = ["To", "Message-ID", "Reply-To"]
        own += ["List-Unsubscribe"] if self._bulk else []
        own += ["Subject"] if self._letter.subject.names else []
        return self._signer.seal(self._from_address, head, own)

    def _own_headers(self, personal: Personal) -> bytes:
        own = _personal_headers(personal, bulk=self._bulk)
        if self._letter.subject.names:
            own += encode_header("Subject", self._letter.subject.fill(personal.values))
        return own + CRLF

    def _relaxed_headers(self, personal: Personal) -> bytes:
        """The same in canonical form, in the order in which ``_seal`` names them; without those that are not signed."""
        own = _relaxed(personal, bulk=self._bulk)
        if self._letter.subject.names:
            own += relax(encode_header("Subject", self._letter.subject.fill(personal.values)))
        return own


class _Draft(NamedTuple):
    pieces: list[bytes]
    seal: Seal | None
    unsigned: Unsigned | None


class _Shared:
    """What letters of one kind of body share, so far that only their own part is left to write and to hash."""

    def __init__(self, head: bytes, opening: bytes, seal: Seal | None) -> None:
        self.head = head
        self.seal = seal
        self._hashed = hashlib.sha256(opening)

    def hash_body(self, body: list[bytes]) -> bytes:
        hashed = self._hashed.copy()
        hashed.update(b"".join(body[1:]))
        return hashed.digest()


def _whole(pieces: list[bytes]) -> Body:
    size = sum(map(len, pieces))
    # All but our own headers is ASCII by the way it is written; those may hold an address of another script (RFC 6531).
    return Body(tuple(pieces), size, size, is_ascii=all(map(bytes.isascii, pieces[:3])))


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
            plain_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return b"".join(lines)


def _personal_headers(personal: Personal, *, bulk: bool) -> bytes:
    to, message_id, _number, reply_to, one_click, leave = personal[:6]
    # One look for all of them: this runs for every letter. Without blanks they are in canonical form as they stand.
    if not is_safe_word(f"{to}{message_id}{reply_to}{one_click}{leave}"):
        raise UnsafeHeader("an address or a link holds a blank, a line break or a control character")
    signed = _signed_headers(personal, _WRITTEN, bulk=bulk)
    return f"{signed}X-Mailer-Delivery: {personal.delivery_id}\r\n".encode()


def _relaxed(personal: Personal, *, bulk: bool) -> bytes:
    """The same headers as ``relax`` would make them, but for the one that is not signed (RFC 6376 §3.4.2)."""
    return _signed_headers(personal, _RELAXED, bulk=bulk).encode()


# How their names begin a line, and what stands where a line may be folded.
_WRITTEN = ("To: ", "Message-ID: ", "Reply-To: ", "List-Unsubscribe: ", "\r\n ")
_RELAXED = ("to:", "message-id:", "reply-to:", "list-unsubscribe:", " ")


def _signed_headers(personal: Personal, form: tuple[str, str, str, str, str], *, bulk: bool) -> str:
    to, message_id, reply_to, leaving, fold = form
    lines = f"{to}{personal.to_address}\r\n{message_id}{personal.message_id}\r\n"
    if personal.reply_to:
        lines += f"{reply_to}{personal.reply_to}\r\n"
    if bulk:
        leave = personal.leave_address
        by_mail = f",{fold}<mailto:{leave}?subject=uitschrijven>" if leave else ""
        lines += f"{leaving}<{personal.one_click_url}>{by_mail}\r\n"
    return lines
