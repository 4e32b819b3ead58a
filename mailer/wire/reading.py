"""Cut what a mail server says into replies: bytes in, replies out. It has no socket and knows no deadline.

Strict where it matters: what cannot be read for certain is no reply, because after the dot a wrong guess is a letter
lost or sent twice (RFC 5321 §4.2).
"""

from __future__ import annotations

import re
from functools import lru_cache

from mailer.wire.replies import Reply

LONGEST_LINE = 8192
MOST_LINES = 100
_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?\Z", re.DOTALL)


class NotSmtp(Exception):
    """What the server says is no reply; the text says why. Nothing after it can be believed."""


class ReplyReader:
    """Takes bytes as they come, in whatever pieces, and gives whole replies in order."""

    __slots__ = ("_code", "_texts", "_unread")

    def __init__(self) -> None:
        self._unread = b""
        self._texts: list[str] = []
        self._code = 0

    @property
    def is_empty(self) -> bool:
        """Nothing is left over: each byte belonged to a reply that was taken."""
        return not self._unread and not self._texts

    def feed(self, received: bytes) -> None:
        """Add what the network brought."""
        self._unread = self._unread + received if self._unread else received

    def take(self) -> Reply | None:
        """Return the next whole reply, or None when more bytes are needed. Raises ``NotSmtp``."""
        while True:
            line, newline, rest = self._unread.partition(b"\n")
            if len(line) > LONGEST_LINE:
                raise NotSmtp("the server's answer is not SMTP")
            if not newline:
                return None
            self._unread = rest
            code, goes_on, text = _read_line(line)
            if not goes_on and not self._texts:
                return Reply(code, text)
            if (reply := self._add(code, goes_on, text)) is not None:
                return reply

    def _add(self, code: int, goes_on: bool, text: str) -> Reply | None:
        if self._texts and code != self._code:
            raise NotSmtp("the lines of the server's answer contradict each other")
        self._code = code
        self._texts.append(text)
        if len(self._texts) > MOST_LINES:
            raise NotSmtp("the server's answer does not end")
        if goes_on:
            return None
        lines, self._texts = tuple(self._texts), []
        return Reply(code, " ".join(filter(None, lines)), lines)


# A server says the same few lines to each letter.
@lru_cache(maxsize=256)
def _read_line(line: bytes) -> tuple[int, bool, str]:
    found = _LINE.match(line.removesuffix(b"\r"))
    if found is None:
        raise NotSmtp("the server's answer is not SMTP")
    return int(found[1]), found[2] == b"-", (found[3] or b"").decode("utf-8", "replace").strip()
