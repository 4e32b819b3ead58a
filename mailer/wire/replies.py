"""What a mail server answered, and who is to blame: the table that decides what happens to a delivery.

Pure: phase and reply in, judgement out. It does not speak SMTP (``smtp`` does) and changes no rows (``deliveries``
does). RFC 5321 §4.2 (basic codes), RFC 3463 (enhanced codes).
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from typing import NamedTuple


class Phase(enum.StrEnum):
    """How far a conversation had come, in order."""

    CONNECT = "connect"
    BANNER = "banner"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    AFTER_DOT = "after_dot"


class Verdict(enum.StrEnum):
    """What is known of a letter after trying to hand it over."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    # The dot went out and no clear answer came: the server may have the letter.
    UNCLEAR = "unclear"
    # We ourselves kept the dot back: the gate was closed.
    WITHHELD = "withheld"


class Fault(enum.StrEnum):
    """Whose fault it is that a letter was not taken."""

    # Our settings, the network or the relay: everybody's letter would fail, nobody gets a strike.
    RELAY = "relay"
    # The address does not exist: never write to it again.
    DEAD_ADDRESS = "dead_address"
    # The mailbox is full, disabled or unwilling for a reason not told: a strike.
    MAILBOX = "mailbox"
    # Something in our letter: no strike.
    LETTER = "letter"
    # Policy or reputation: no strike, but somebody must look.
    POLICY = "policy"


@dataclass(frozen=True)
class Reply:
    """One reply of a server; ``code`` 0 means that no reply came or that it could not be read."""

    code: int
    text: str = ""
    # Its lines one by one, when there were several.
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def status(self) -> str:
        """The enhanced status code ("5.1.1"), or "" when there is none."""
        found = re.match(r"([245]\.\d{1,3}\.\d{1,3})\b", self.text)
        return found.group(1) if found else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip() if self.code else self.text


class Stopped(Exception):
    """The conversation cannot go on in this phase: refused by a reply, or (code 0) broken, too late, or no SMTP."""

    def __init__(self, phase: Phase, reply: Reply) -> None:
        super().__init__(f"{phase}: {reply}")
        self.phase = phase
        self.reply = reply

    @property
    def is_broken(self) -> bool:
        return self.reply.code in (0, 421)


class Outcome(NamedTuple):
    """How handing over one letter ended."""

    verdict: Verdict
    phase: Phase
    reply: Reply
    fault: Fault | None = None

    @property
    def is_relay_trouble(self) -> bool:
        return self.fault is Fault.RELAY


_BEFORE_THE_RECIPIENT = frozenset({Phase.CONNECT, Phase.BANNER, Phase.EHLO, Phase.STARTTLS, Phase.AUTH, Phase.MAIL})
_DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4"})


def judge(phase: Phase, reply: Reply) -> Outcome:
    """Return what the reply means when it came in this phase.

    The first digit of the basic code decides; an enhanced code of another class is not believed. A reply that could
    not be read is harmless before the dot (nothing was handed over) and *unclear* after it.
    """
    if phase is Phase.AFTER_DOT and 250 <= reply.code <= 259:
        return Outcome(Verdict.ACCEPTED, phase, reply)
    if phase in _BEFORE_THE_RECIPIENT and not _is_of_the_size(phase, reply):
        return Outcome(Verdict.TEMPORARY, phase, reply, Fault.RELAY)
    if 500 <= reply.code <= 599:
        return Outcome(Verdict.PERMANENT, phase, reply, _fault_of(reply))
    if 400 <= reply.code <= 499 or phase is not Phase.AFTER_DOT:
        return Outcome(Verdict.TEMPORARY, phase, reply)
    return Outcome(Verdict.UNCLEAR, phase, reply)


def _is_of_the_size(phase: Phase, reply: Reply) -> bool:
    # MAIL says how large the letter is (RFC 1870 §6.1): a server may refuse that letter there, and take others.
    return phase is Phase.MAIL and 500 <= reply.code <= 599 and reply.status == "5.3.4"


# Words of servers that say without an enhanced code that they do not want *us*: nobody gets a strike for that.
_OF_US = re.compile(
    r"\b(spamhaus|spamcop|barracuda|blacklist\w*|blocklist\w*|block list|listed (?:in|at|by)|reputation"
    r"|spf|dkim|dmarc|considered spam|looks like spam|rate limit\w*|too many (?:messages|connections))\b",
    re.IGNORECASE,
)


def _fault_of(reply: Reply) -> Fault:
    status = reply.status if reply.status.startswith("5") else ""
    if status in _DEAD:
        return Fault.DEAD_ADDRESS
    if status.startswith("5.7."):
        return Fault.POLICY
    if status == "5.6.7":  # Letters before the @ that the relay cannot take (RFC 6531): this address only.
        return Fault.MAILBOX
    if status == "5.3.4" or status.startswith("5.6."):
        return Fault.LETTER
    if not status and _OF_US.search(reply.text):
        return Fault.POLICY
    # "550 no thanks" without an enhanced code may be a dead address or a moody filter: a strike is the fair middle.
    return Fault.MAILBOX
