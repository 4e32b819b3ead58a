"""Begin a conversation with a relay and wait for each step: the blocking side of ``greeting``."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from mailer.wire.capabilities import Offers
from mailer.wire.conversation import Conversation, Deadline
from mailer.wire.greeting import Encrypt, Say, greet
from mailer.wire.relay import Relay
from mailer.wire.replies import Reply


@dataclass(frozen=True)
class Line:
    """An open conversation in which MAIL may be said, and what the server offers in it."""

    conversation: Conversation
    offers: Offers


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


def _greet(talk: Conversation, relay: Relay, helo: str, tls: Callable[[], ssl.SSLContext]) -> Offers:
    steps = greet(relay, helo)
    step = next(steps)
    try:
        while True:
            step = steps.send(_take(step, talk, tls))
    except StopIteration as done:
        offers: Offers = done.value
        return offers


def _take(step: Say | Encrypt, talk: Conversation, tls: Callable[[], ssl.SSLContext]) -> Reply | None:
    talk.phase = step.phase
    if isinstance(step, Encrypt):
        talk.start_tls(tls())
        return None
    if step.line:
        talk.write(step.line)
    return talk.read_reply()
