"""The transports that must tell the same of the same server: the blocking reference, and crews."""

from __future__ import annotations

from mailer.wire.crew import Crew, Outgoing, Patience
from mailer.wire.relay import Relay
from mailer.wire.replies import Outcome
from mailer.wire.smtp import SmtpTransport
from mailer.wire.transports import Gate

HELO = "test.example.org"


class OneByOne:
    """A crew that is given one letter at a time: a ``Transport``, so that the same tests hold for both."""

    def __init__(self, crew: Crew, *, asks_before: bool = False) -> None:
        self.crew = crew
        self._asks_before = asks_before
        self._number = 0

    def send(self, sender: str, recipient: str, message: bytes, *, before_dot: Gate) -> Outcome:
        self._number += 1
        self.crew.offer(Outgoing(self._number, sender, recipient, message))
        if self._asks_before:
            self.crew.ask(lambda _keys: before_dot())
        while True:
            turn = self.crew.step(1.0)
            if turn.settled:
                [(_key, outcome)] = turn.settled
                return outcome
            if turn.waiting:
                self._ask(before_dot)

    def close(self) -> None:
        self.crew.close()

    drop = close

    def _ask(self, before_dot: Gate) -> None:
        try:
            is_open = before_dot()
        except BaseException:
            self.crew.withhold([self._number])
            raise
        if is_open:
            self.crew.release([self._number])
        else:
            self.crew.withhold([self._number])


def a_reference(relay: Relay, *, patience: float = 5.0, tls=None) -> SmtpTransport:
    return SmtpTransport(relay, helo=HELO, transaction_seconds=patience, reply_seconds=patience, tls=tls)


def a_crew(relay: Relay, *, connections: int = 1, patience: float = 5.0, letters: int = 0, tls=None) -> Crew:
    limits = Patience(connect=patience, transaction=patience, reply=patience, letters=letters)
    return Crew(relay, helo=HELO, connections=connections, patience=limits, tls=tls)


def a_crew_of_one(relay: Relay, *, patience: float = 5.0, tls=None) -> OneByOne:
    return OneByOne(a_crew(relay, patience=patience, tls=tls))


def a_crew_that_asks_before(relay: Relay, *, patience: float = 5.0, tls=None) -> OneByOne:
    return OneByOne(a_crew(relay, patience=patience, tls=tls), asks_before=True)


TRANSPORTS = {"reference": a_reference, "crew": a_crew_of_one, "crew that asks before": a_crew_that_asks_before}
