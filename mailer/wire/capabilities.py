"""What a mail server offers: its answer to EHLO, read once (RFC 5321 §4.1.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.wire.replies import Reply


@dataclass(frozen=True)
class Offers:
    """The extensions we know; a server that answers only HELO offers none."""

    pipelining: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    # The server wants to be told how large a letter is (RFC 1870).
    size: bool = False
    # The largest letter it takes, in bytes; 0 when it names no limit.
    largest: int = 0
    # The ways to log in, in capitals.
    auth: frozenset[str] = frozenset()


def read_offers(reply: Reply) -> Offers:
    """Return what the reply to EHLO offers. Its first line is a greeting and is not looked at."""
    told: dict[str, list[str]] = {}
    for line in reply.lines[1:]:
        # "AUTH=LOGIN" is how some servers wrote it before RFC 2554.
        keyword, *words = line.upper().replace("AUTH=", "AUTH ").split() or [""]
        told.setdefault(keyword, []).extend(words)
    return Offers(
        pipelining="PIPELINING" in told,
        eight_bit="8BITMIME" in told,
        smtputf8="SMTPUTF8" in told,
        size="SIZE" in told,
        largest=_number(told.get("SIZE", [])),
        auth=frozenset(told.get("AUTH", [])),
    )


def _number(words: list[str]) -> int:
    return int(words[0]) if words and words[0].isascii() and words[0].isdigit() else 0
