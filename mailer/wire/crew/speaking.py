"""What a connection of the crew says before a body: the names of a letter, and goodbye; and how it ends.

The dots are in ``dotting``, the replies in ``connection``: three floors of one object.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol

from mailer.wire.capabilities import Offers
from mailer.wire.crew.letters import Transaction
from mailer.wire.crew.patience import NEVER, Patience
from mailer.wire.crew.pipes import Lost, Pipe
from mailer.wire.envelope import mail_command, reachable
from mailer.wire.reading import ReplyReader
from mailer.wire.replies import Outcome, Phase, Reply, Stopped, judge

# A letter that ended so many young connections is no accident.
MOST_MOVES = 8
GOODBYE_SECONDS = 2.0
_RSET, _QUIT, _DATA = b"RSET\r\n", b"QUIT\r\n", b"DATA\r\n"


class Desk(Protocol):
    """To whom a connection tells what happens (``desk.Desk``); it gives itself, whole."""

    def settle(self, letter: Transaction, outcome: Outcome) -> None: ...
    def ask_for_dot(self, letter: Transaction, connection: Any) -> None: ...
    def hand_back(self, letter: Transaction) -> None: ...
    def has_others(self, connection: Any) -> bool: ...
    def body_is_due(self, letter: Transaction, connection: Any) -> None: ...
    def dot_is_due(self, letter: Transaction, connection: Any) -> None: ...
    def next_behind_dot(self) -> Transaction | None: ...
    def is_free(self, connection: Any) -> None: ...
    def is_gone(self, connection: Any, because: Reply) -> None: ...
    def wants_to_write(self, connection: Any) -> None: ...


class Speaker:
    """An open connection, as far as it names letters. At most two are on it.

    One whose dot went out (``in_doubt``), and behind it one that is being named or written (``doing``).
    """

    __slots__ = (
        "_awaited",
        "_dot_has_left",
        "_held",
        "_must_reset",
        "_reader",
        "_stuck_at",
        "desk",
        "doing",
        "idle_until",
        "in_doubt",
        "is_finishing",
        "is_open",
        "letters",
        "number",
        "offers",
        "patience",
        "pipe",
        "until",
    )

    def __init__(self, pipe: Pipe, offers: Offers, desk: Desk, patience: Patience) -> None:
        self.pipe = pipe
        self.number = pipe.fileno()
        self.offers = offers
        self.desk = desk
        self.patience = patience
        self.doing: Transaction | None = None
        self.in_doubt: Transaction | None = None
        # How many letters were begun here.
        self.letters = 0
        self.is_open = True
        # No further letter: when the reply to the last dot is in, we leave.
        self.is_finishing = False
        # The moment by which what is awaited must have happened; after it the connection is dropped.
        self.until = NEVER
        # When it rests: until this moment.
        self.idle_until = NEVER
        self._reader = ReplyReader()
        # The phases whose replies are to come, in order. None is the reply to RSET or QUIT.
        self._awaited: deque[Phase | None] = deque()
        # After a refusal the server still has our sender: RSET comes before the next MAIL.
        self._must_reset = False
        # Whether the dot of the letter in doubt was given to the network, at least in part.
        self._dot_has_left = False
        # A dot, and the names behind it, that wait until the network has the body.
        self._held: list[bytes] = []
        # From when on its reply is called slow.
        self._stuck_at = NEVER

    @property
    def is_idle(self) -> bool:
        """Nothing is awaited, and a letter can be begun."""
        return self.doing is None and not self._awaited and self.is_open and not self.is_full

    @property
    def is_full(self) -> bool:
        """It carries no further letter."""
        return self.is_finishing or 0 < self.patience.letters <= self.letters

    @property
    def is_behind_dot(self) -> bool:
        """Only the reply to a dot is awaited, and the next letter may be named already."""
        return self.in_doubt is not None and self.doing is None and self._may_go_on

    def is_stuck(self, now: float) -> bool:
        """Tell whether a letter is named behind a dot whose reply is slow to come."""
        return self.in_doubt is not None and self.doing is not None and now >= self._stuck_at

    @property
    def _may_go_on(self) -> bool:
        return self.offers.pipelining and not self.is_full

    def begin(self, letter: Transaction, now: float) -> None:
        """Name a letter: MAIL, RCPT and DATA, together where the server takes that, else one by one."""
        commands = self._prepare(letter)
        if commands:
            self.until = self.until if self.in_doubt else now + self.patience.transaction
            self._write(commands, sum(map(len, commands)))

    def _say_next(self, letter: Transaction, phase: Phase) -> None:
        if letter.unsaid:
            self._awaited.append(phase)
            command = letter.unsaid.pop(0)
            self._write([command], len(command))

    def leave(self, now: float) -> None:
        """Say QUIT; the connection goes when the server has answered, or soon."""
        self.is_finishing = True
        self._awaited.append(None)
        self.until = now + GOODBYE_SECONDS
        self._write([_QUIT], len(_QUIT))

    def drop(self, because: Reply) -> None:
        """Drop the connection, and say of each letter on it how far it came."""
        self.is_open = False
        in_doubt, doing = self.in_doubt, self.doing
        self.in_doubt = self.doing = None
        self.desk.is_gone(self, because)
        self.pipe.close()
        if in_doubt is not None:
            # The dot may still be here: then nothing was handed over.
            self.desk.settle(
                in_doubt, judge(Phase.AFTER_DOT if self._dot_has_left else Phase.BODY, Reply(0, str(because)))
            )
        if doing is not None:
            self._lose(doing, because)

    def _lose(self, letter: Transaction, because: Reply) -> None:
        if letter.phase is Phase.MAIL and because.code in (0, 421) and self._is_no_trouble(letter):
            letter.moves += 1
            self.desk.hand_back(letter)
        else:
            self.desk.settle(letter, judge(letter.phase, because))

    def _is_no_trouble(self, letter: Transaction) -> bool:
        # A server that closes after so many letters says so at the next MAIL: another connection takes it. One that
        # wants fewer connections may say so at the first: others go on, and a letter does not try for ever.
        return self.letters > 1 or (letter.moves < MOST_MOVES and self.desk.has_others(self))

    def _prepare(self, letter: Transaction) -> list[bytes]:
        """Return what is to be said first of this letter; nothing when the server cannot take it."""
        try:
            recipient = reachable(letter.recipient, self.offers)
            mail = mail_command(letter.sender, recipient, letter.body, self.offers)
        except Stopped as stopped:
            self.desk.settle(letter, judge(stopped.phase, stopped.reply))
            return []
        self.letters += 1
        self.doing, letter.phase = letter, Phase.MAIL
        commands = [mail, f"RCPT TO:<{recipient}>\r\n".encode(), _DATA]
        awaited: list[Phase | None] = [Phase.MAIL, Phase.RCPT, Phase.DATA]
        if self._must_reset:
            self._must_reset = False
            commands.insert(0, _RSET)
            awaited.insert(0, None)
        if self.offers.pipelining:
            self._awaited += awaited
            return commands
        self._awaited.append(awaited[0])
        letter.unsaid = commands[1:]
        return commands[:1]

    def _write(self, pieces: list[bytes] | tuple[bytes, ...], length: int) -> None:
        try:
            self.pipe.write(pieces, length)
        except Lost as lost:
            self.drop(Reply(0, str(lost)))
        else:
            if not self.pipe.is_flushed:
                self.desk.wants_to_write(self)
