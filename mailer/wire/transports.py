"""What carries a letter out: one promise, kept by ``smtp.SmtpTransport`` and, in tests, by ``MemoryTransport``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mailer.wire.replies import Outcome, Phase, Reply, Verdict, judge

Gate = Callable[[], bool]
"""Asked when the body is written and only the dot remains: may it go out? What it writes down must be durable."""


class Transport(Protocol):
    """Hands over one letter at a time. Not for several threads at once."""

    def send(self, sender: str, recipient: str, message: bytes, *, before_dot: Gate) -> Outcome:
        """Hand over one message and tell how that ended; never raises for what a network or a server does.

        ``before_dot`` is called at most once, just before the dot. When it says no, the dot stays here and the
        outcome is WITHHELD; when it raises, the dot stays here too and the error goes on.
        """

    def close(self) -> None:
        """Say goodbye and drop the connection, if there is one."""


@dataclass(frozen=True)
class TakenLetter:
    """A letter as a transport took it."""

    sender: str
    recipient: str
    message: bytes


@dataclass
class MemoryTransport:
    """Keeps letters in a list; ``answers`` maps a recipient or a domain to the phase and reply it gets instead."""

    answers: Mapping[str, tuple[Phase, Reply]] = field(default_factory=dict)
    letters: list[TakenLetter] = field(default_factory=list)

    def send(self, sender: str, recipient: str, message: bytes, *, before_dot: Gate) -> Outcome:
        phase, reply = self._answer_for(recipient)
        if phase is not Phase.AFTER_DOT:
            return judge(phase, reply)
        if not before_dot():
            return Outcome(Verdict.WITHHELD, Phase.BODY, Reply(0, "kept back"))
        outcome = judge(phase, reply)
        if outcome.verdict is Verdict.ACCEPTED:
            self.letters.append(TakenLetter(sender, recipient, message))
        return outcome

    def close(self) -> None:
        pass

    def _answer_for(self, recipient: str) -> tuple[Phase, Reply]:
        domain = recipient.rpartition("@")[2]
        return self.answers.get(recipient) or self.answers.get(domain) or (Phase.AFTER_DOT, Reply(250, "2.0.0 Ok"))
