"""What the crew is given, what it tells, and a letter on its way. Values; no sockets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mailer.wire.body import Body, prepare_body
from mailer.wire.envelope import check_path
from mailer.wire.replies import Outcome, Phase, Reply, Verdict


class Outgoing(NamedTuple):
    """A letter to hand over; ``key`` is how it is told of, and is the caller's."""

    key: int
    sender: str
    recipient: str
    # Whole, or in pieces; long pieces that many letters share are looked at once.
    message: bytes | Sequence[bytes] | Body


@dataclass(slots=True)
class Turn:
    """What happened since the last step."""

    # Their bodies are with the relay: may their dots go out?
    waiting: list[int] = field(default_factory=list)
    # How handing over ended; each letter that was offered comes here exactly once.
    settled: list[tuple[int, Outcome]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.waiting or self.settled)


class Transaction:
    """A letter between being offered and being settled."""

    __slots__ = ("body", "is_waiting", "key", "moves", "phase", "recipient", "sender", "unsaid", "until")

    def __init__(self, letter: Outgoing, until: float) -> None:
        check_path(letter.sender)
        check_path(letter.recipient)
        self.key = letter.key
        self.sender = letter.sender
        self.recipient = letter.recipient
        self.body: Body = prepare_body(letter.message)
        # The phase of the reply that comes next, or of what is being written.
        self.phase = Phase.MAIL
        # Commands that wait for the reply to the one before; none where the server takes them together.
        self.unsaid: list[bytes] = []
        # Its body is with the relay, and only the dot is missing.
        self.is_waiting = False
        # By this moment (monotonic) it has a connection.
        self.until = until
        # How many connections went away before they accepted its MAIL, through no fault of the letter.
        self.moves = 0


KEPT_BACK = Outcome(Verdict.WITHHELD, Phase.BODY, Reply(0, "kept back"))
