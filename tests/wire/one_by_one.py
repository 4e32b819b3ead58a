"""The crew, one letter at a time: the same promise as the blocking transport, so that the same tests hold for both."""

from __future__ import annotations

from mailer.wire.crew import Crew, Outgoing
from mailer.wire.replies import Outcome
from mailer.wire.transports import Gate


class OneByOne:
    """A ``Transport`` made of a crew."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self._number = 0

    def send(self, sender: str, recipient: str, message: bytes, *, before_dot: Gate) -> Outcome:
        self._number += 1
        self.crew.offer(Outgoing(self._number, sender, recipient, message))
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
