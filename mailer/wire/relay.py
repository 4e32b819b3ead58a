"""The relay: the mail server that takes our letters, and how a conversation with it begins."""

from __future__ import annotations

import base64
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.conversation import Conversation, Deadline, Stopped
from mailer.wire.replies import Phase, Reply

SCHEMES = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True)
class Relay:
    """Where letters go, and who we say we are there."""

    host: str
    port: int
    scheme: str = "smtp"
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_this_machine(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True)
class Line:
    """An open conversation in which MAIL may be said, and what the server offers in it (upper-case words)."""

    conversation: Conversation
    offers: frozenset[str]


def parse_relay(url: str) -> Relay:
    """Return the relay of ``smtp://``, ``smtps://`` or ``smtp+starttls://user:password@host:port``.

    Raises ``BadInput`` when the text names none.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in SCHEMES or not parts.hostname or port == 0:
        sentence = _(
            "Dit is geen adres van een mailserver. Gebruik smtp://server:25, smtps://gebruiker:wachtwoord@server:465 "
            "of smtp+starttls://gebruiker:wachtwoord@server:587."
        )
        raise BadInput(sentence, field="MAILER_SMTP_URL")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(parts.hostname, port or SCHEMES[parts.scheme], parts.scheme, user, password)


def open_line(relay: Relay, *, helo: str, tls: Callable[[], ssl.SSLContext], deadline: Deadline) -> Line:
    """Connect, greet, encrypt and log in as the relay's setting says. Raises ``Stopped``.

    ``tls`` is asked for certificates only when they are needed: reading them takes longer than a letter.
    """
    talk = Conversation(relay.host, relay.port, deadline=deadline)
    try:
        return Line(talk, _greet(talk, relay, helo, tls))
    except BaseException:
        talk.drop()
        raise


def _greet(talk: Conversation, relay: Relay, helo: str, tls: Callable[[], ssl.SSLContext]) -> frozenset[str]:
    if relay.scheme == "smtps":
        talk.phase = Phase.STARTTLS
        talk.start_tls(tls())
    talk.phase = Phase.BANNER
    talk.expect(220)
    offers = _say_hello(talk, helo)
    if relay.scheme == "smtp+starttls":
        talk.phase = Phase.STARTTLS
        talk.say("STARTTLS", expecting=220)
        talk.start_tls(tls())
        offers = _say_hello(talk, helo)
    if relay.user:
        talk.phase = Phase.AUTH
        _log_in(talk, relay, offers)
    return offers


def _say_hello(talk: Conversation, helo: str) -> frozenset[str]:
    talk.phase = Phase.EHLO
    try:
        reply = talk.say(f"EHLO {helo}", expecting=250)
    except Stopped as stopped:
        if stopped.reply.code not in (500, 502):
            raise
        talk.say(f"HELO {helo}", expecting=250)
        return frozenset()
    return frozenset(reply.text.upper().replace("=", " ").split())


def _log_in(talk: Conversation, relay: Relay, offers: frozenset[str]) -> None:
    if not talk.is_encrypted and not relay.is_this_machine:
        refusal = "a password is not sent over an open line: use smtps:// or smtp+starttls://"
        raise Stopped(talk.phase, Reply(0, refusal))
    if "PLAIN" in offers or "LOGIN" not in offers:
        talk.say("AUTH PLAIN " + _base64(f"\0{relay.user}\0{relay.password}"), expecting=235)
    else:
        talk.say("AUTH LOGIN", expecting=334)
        talk.say(_base64(relay.user), expecting=334)
        talk.say(_base64(relay.password), expecting=235)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
