"""How a conversation with a relay begins, told once: greet, encrypt, log in. It has no socket.

A generator that yields what is to be done and is sent the server's reply, so that the blocking transport (``opening``)
and the crew, which never waits, walk the same steps.
"""

from __future__ import annotations

import base64
from collections.abc import Generator
from dataclasses import dataclass

from mailer.wire.capabilities import Offers, read_offers
from mailer.wire.relay import Relay
from mailer.wire.replies import Phase, Reply, Stopped


@dataclass(frozen=True)
class Say:
    """Send this line (nothing when it is empty) and read one reply."""

    phase: Phase
    # Not in repr: it may hold a password.
    line: bytes

    def __repr__(self) -> str:
        return f"Say({self.phase})"


@dataclass(frozen=True)
class Encrypt:
    """Go on encrypted, and forget what the server said before (RFC 3207 §4.2)."""

    phase: Phase = Phase.STARTTLS


Greeting = Generator[Say | Encrypt, Reply | None, Offers]
_Saying = Generator[Say | Encrypt, Reply | None, Reply]


def greet(relay: Relay, helo: str) -> Greeting:
    """Yield the steps from a connected socket until MAIL may be said; return what the server offers.

    After ``Say`` it must be sent the reply, after ``Encrypt`` None. Raises ``Stopped`` when the server says no.
    """
    if relay.scheme == "smtps":
        yield Encrypt()
    yield from _say(Phase.BANNER, b"", 220)
    offers = yield from _say_hello(helo)
    if relay.scheme == "smtp+starttls":
        yield from _say(Phase.STARTTLS, b"STARTTLS", 220)
        yield Encrypt()
        offers = yield from _say_hello(helo)
    if relay.user:
        yield from _log_in(relay, offers)
    return offers


def _say_hello(helo: str) -> Greeting:
    reply = yield Say(Phase.EHLO, f"EHLO {helo}\r\n".encode())
    assert reply is not None
    if reply.code in (500, 502):
        yield from _say(Phase.EHLO, f"HELO {helo}".encode(), 250)
        return Offers()
    if reply.code != 250:
        raise Stopped(Phase.EHLO, reply)
    return read_offers(reply)


def _log_in(relay: Relay, offers: Offers) -> _Saying:
    if relay.scheme == "smtp" and not relay.is_this_machine:
        refusal = "a password is not sent over an open line: use smtps:// or smtp+starttls://"
        raise Stopped(Phase.AUTH, Reply(0, refusal))
    if "PLAIN" in offers.auth or "LOGIN" not in offers.auth:
        return (yield from _say(Phase.AUTH, b"AUTH PLAIN " + _base64(f"\0{relay.user}\0{relay.password}"), 235))
    yield from _say(Phase.AUTH, b"AUTH LOGIN", 334)
    yield from _say(Phase.AUTH, _base64(relay.user), 334)
    return (yield from _say(Phase.AUTH, _base64(relay.password), 235))


def _say(phase: Phase, command: bytes, expecting: int) -> _Saying:
    reply = yield Say(phase, command + b"\r\n" if command else b"")
    assert reply is not None
    if reply.code != expecting:
        raise Stopped(phase, reply)
    return reply


def _base64(text: str) -> bytes:
    return base64.b64encode(text.encode())
