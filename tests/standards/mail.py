"""A message as a receiver got it: its bytes, its header lines, its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

# What mail servers write above a message on its way (RFC 5321 §4.4) is theirs.
TRACE = {"return-path", "received", "delivered-to", "x-original-to"}
_FIELD = re.compile(rb"([!-9;-~]+):((?:[^\r\n]|\r\n[ \t])*)(?:\r\n|\Z)")


@dataclass(frozen=True)
class Mail:
    """One message."""

    raw: bytes
    # (name in lower case, value as it was written, folds and all), those of servers left out.
    fields: list[tuple[str, bytes]]
    body: bytes
    # What of the header is no header line.
    rest: bytes
    parsed: EmailMessage

    @classmethod
    def of(cls, raw: bytes) -> Mail:
        header, _blank, body = raw.partition(b"\r\n\r\n")
        fields = [(name.decode("ascii").lower(), value) for name, value in _FIELD.findall(header)]
        parsed = message_from_bytes(raw, policy=policy.SMTP)
        assert isinstance(parsed, EmailMessage)
        own = [field for field in fields if field[0] not in TRACE]
        return cls(raw, own, body, _FIELD.sub(b"", header), parsed)

    @property
    def name(self) -> str:
        return next(iter(self.all("message-id")), "a message without Message-ID")

    @property
    def is_bulk(self) -> bool:
        """It is mail of a list."""
        return bool(self.all("list-id"))

    def all(self, name: str) -> list[str]:
        """Return the values of all headers of this name, unfolded (RFC 5322 §2.2.3)."""
        return [_unfold(value) for own, value in self.fields if own == name]

    def one(self, name: str) -> str:
        """Return the value of a header, "" when there is none."""
        return next(iter(self.all(name)), "")

    def leaves(self) -> Iterator[EmailMessage]:
        """Yield the parts that hold something."""
        for part in self.parsed.walk():
            if not part.is_multipart():
                assert isinstance(part, EmailMessage)
                yield part


def _unfold(value: bytes) -> str:
    return value.replace(b"\r\n", b"").decode("utf-8", "surrogateescape").strip()
