"""One open connection of the crew: which replies are awaited, for which letter, and what follows from each.

At most two letters are on it: one whose dot went out (``in_doubt``), and behind it one that is being named or written
(``doing``). Replies come in the order of the commands (RFC 2920 §3.1), so each is known to belong to one phase of one
letter, also when everything went out in one write.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from mailer.wire.capabilities import Offers
from mailer.wire.crew.letters import KEPT_BACK, Transaction
from mailer.wire.crew.pipes import Lost, Pipe
from mailer.wire.envelope import mail_command, reachable
from mailer.wire.reading import NotSmtp, ReplyReader
from mailer.wire.replies import Outcome, Phase, Reply, Stopped, Verdict, judge

NEVER = math.inf
# A letter that ended so many young connections is no accident.
MOST_MOVES = 8
_DOT, _RSET, _QUIT, _DATA = b".\r\n", b"RSET\r\n", b"QUIT\r\n", b"DATA\r\n"


class Desk(Protocol):
    """To whom a connection tells what happens (``desk.Desk``)."""

    def settle(self, letter: Transaction, outcome: Outcome) -> None: ...
    def ask_for_dot(self, letter: Transaction, connection: Connection) -> None: ...
    def hand_back(self, letter: Transaction) -> None: ...
    def has_others(self, connection: Connection) -> bool: ...
    def body_is_due(self, letter: Transaction, connection: Connection) -> None: ...
    def dot_is_due(self, letter: Transaction, connection: Connection) -> None: ...
    def next_behind_dot(self) -> Transaction | None: ...
    def is_free(self, connection: Connection) -> None: ...
    def is_gone(self, connection: Connection, because: Reply) -> None: ...
    def wants_to_write(self, connection: Connection) -> None: ...


@dataclass(frozen=True)
class Patience:
    """How long things may take, in seconds, and how many letters one connection carries (0: any number)."""

    connect: float
    transaction: float
    reply: float
    letters: int = 0
    # A quiet connection is closed after this long: servers close them too, and not always with a word.
    idle: float = 20.0

    # A letter named behind a dot whose reply takes this long goes to another connection.
    @property
    def behind_dot(self) -> float:
        return min(30.0, self.reply / 4)


class Connection:
    """Takes letters one after the other, and never waits."""

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

    def write_body(self) -> None:
        """Write the body; when the network has it, ask for the dot."""
        letter = self.doing
        assert letter is not None
        self._write(letter.body.pieces, letter.body.length)
        if self.pipe.is_flushed:
            self._ask_for_dot(letter)

    def write_to_the_dot(self, now: float) -> None:
        """Write body and dot in one go, and with them the names of the next letter: its dot was allowed before."""
        letter = self.doing
        assert letter is not None
        self._let_go(letter, letter.body.pieces, letter.body.length, now)

    def release(self, now: float) -> None:
        """Let the dot go, and with it the names of the next letter."""
        letter = self.doing
        assert letter is not None
        self.until = now + self.patience.transaction
        self._let_go(letter, (), 0, now)

    def holds_dot_of(self, letter: Transaction) -> bool:
        """Tell whether only the dot of this letter is still here."""
        return bool(self._held) and self.in_doubt is letter

    def write_dot(self, now: float) -> None:
        """Let the dot go that had to wait for its body."""
        held, self._held = self._held, []
        self._write_dot((), 0, held, now)

    def keep_dot(self) -> None:
        """Keep the dot that had to wait for its body; the connection is dropped, so that it never becomes a message."""
        letter, self.in_doubt = self.in_doubt, None
        if letter is not None:
            self.desk.settle(letter, KEPT_BACK)
        self.drop(KEPT_BACK.reply)

    def _let_go(self, letter: Transaction, body: tuple[bytes, ...], length: int, now: float) -> None:
        letter.phase = Phase.AFTER_DOT
        self.in_doubt, self.doing = letter, None
        self._dot_has_left = False
        self._awaited.append(Phase.AFTER_DOT)
        dot = [_DOT]
        if self._may_go_on and (behind := self.desk.next_behind_dot()) is not None:
            dot += self._prepare(behind)
        self._write_dot(body, length, dot, now)

    def _write_dot(self, body: tuple[bytes, ...], length: int, dot: list[bytes], now: float) -> None:
        try:
            self._dot_has_left = self.pipe.write_both(body, length, dot)
        except Lost as lost:
            self.drop(Reply(0, str(lost)))
            return
        if self._dot_has_left:
            self.until, self._stuck_at = now + self.patience.reply, now + self.patience.behind_dot
        else:
            # The rest of the body may take a while, and then the gate may be closed again: the dot is asked for anew.
            self._held = dot
        if not self.pipe.is_flushed:
            self.desk.wants_to_write(self)

    def withhold(self) -> None:
        """Take back the letter whose dot did not go out. A letter in doubt before it still gets its reply."""
        letter, self.doing = self.doing, None
        if letter is not None:
            self.desk.settle(letter, KEPT_BACK)
        self._abandon()

    def hand_back_behind_dot(self) -> None:
        """Give the letter that waits behind a slow reply to somebody else."""
        letter, self.doing = self.doing, None
        if letter is not None:
            letter.moves += 1
            self.desk.hand_back(letter)
        self._abandon()

    def attend(self, now: float, *, can_write: bool) -> None:
        """Do what can be done now: write on, read replies, and what follows."""
        try:
            # Read first: a server that closes in the middle of a body may have said why.
            self._reader.feed(self.pipe.read())
            while self.is_open and (reply := self._reader.take()) is not None:
                self._hear(reply, now)
            if can_write and self.is_open:
                self._write_on()
        except (Lost, NotSmtp) as problem:
            if self.is_open:
                self.drop(Reply(0, str(problem)))

    def leave(self, now: float) -> None:
        """Say QUIT; the connection goes when the server has answered, or soon."""
        self.is_finishing = True
        self._awaited.append(None)
        self.until = now + 2.0
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

    def _hear(self, reply: Reply, now: float) -> None:
        if not self._awaited:
            self._hear_out_of_turn(reply)
            return
        phase = self._awaited.popleft()
        if phase is Phase.AFTER_DOT:
            self._hear_after_dot(reply, now)
        elif phase is None:
            self._hear_aside(reply, now)
        elif self.doing is None:
            self._hear_of_refused(reply, now)
        elif phase is Phase.DATA:
            self._hear_data(self.doing, reply, now)
        elif reply.code in (250, 251):
            self.doing.phase = Phase.RCPT if phase is Phase.MAIL else Phase.DATA
            self._say_next(self.doing, self.doing.phase)
        else:
            self._refused(self.doing, reply, now)

    def _hear_after_dot(self, reply: Reply, now: float) -> None:
        letter, self.in_doubt = self.in_doubt, None
        assert letter is not None
        outcome = judge(Phase.AFTER_DOT, reply)
        self.desk.settle(letter, outcome)
        if outcome.verdict is Verdict.UNCLEAR or reply.code == 421 or (self.is_finishing and self._awaited):
            self.drop(reply if reply.code == 421 else Reply(0, "the server's answer after the dot was unclear"))
        elif self.doing is not None:
            self.until = now + self.patience.transaction
        else:
            self._rest(now)

    def _hear_aside(self, reply: Reply, now: float) -> None:
        """RSET or QUIT was answered."""
        if self.doing is None or reply.code != 250:
            self.drop(reply if reply.code == 421 else Reply(0, "the server did not begin anew"))
        else:
            self._say_next(self.doing, Phase.MAIL)

    def _hear_of_refused(self, reply: Reply, now: float) -> None:
        """DATA went out with a recipient who was refused."""
        if 400 <= reply.code <= 599 and reply.code != 421:
            self._rest(now)
        else:
            # It waits for a body without a reader. A lone dot would end that (RFC 2920 §3.1), but might make a
            # message of nothing; a connection that is dropped makes none.
            self.drop(reply if reply.code == 421 else Reply(0, "the server wants a letter for nobody"))

    def _hear_data(self, letter: Transaction, reply: Reply, now: float) -> None:
        if reply.code != 354:
            self._refused(letter, reply, now)
            return
        letter.phase = Phase.BODY
        self.desk.body_is_due(letter, self)

    def _refused(self, letter: Transaction, reply: Reply, now: float) -> None:
        if reply.code == 421 or letter.phase is Phase.MAIL or not 400 <= reply.code <= 599:
            self.drop(reply)
            return
        self.doing = None
        self._must_reset = True
        self.desk.settle(letter, judge(letter.phase, reply))
        if not self._awaited:
            self._rest(now)

    def _say_next(self, letter: Transaction, phase: Phase) -> None:
        if letter.unsaid:
            self._awaited.append(phase)
            command = letter.unsaid.pop(0)
            self._write([command], len(command))

    def _hear_out_of_turn(self, reply: Reply) -> None:
        # A server may close an idle connection, or give up on a body, with a word (421, 552). Anything else means that
        # we lost count of its replies: then nothing it says can be believed.
        is_refusal = 400 <= reply.code <= 599
        self.drop(reply if is_refusal else Reply(0, "the server spoke out of turn"))

    def _rest(self, now: float) -> None:
        self.until, self.idle_until = NEVER, now + self.patience.idle
        self.desk.is_free(self)

    def _ask_for_dot(self, letter: Transaction) -> None:
        # The gate takes the time it takes; the server's own patience is the limit now.
        self.until = NEVER
        letter.is_waiting = True
        self.desk.ask_for_dot(letter, self)

    def _abandon(self) -> None:
        if self.in_doubt is None:
            self.drop(Reply(0, "kept back"))
        else:
            self.is_finishing = True

    def _write(self, pieces: list[bytes] | tuple[bytes, ...], length: int) -> None:
        try:
            self.pipe.write(pieces, length)
        except Lost as lost:
            self.drop(Reply(0, str(lost)))
        else:
            if not self.pipe.is_flushed:
                self.desk.wants_to_write(self)

    def _write_on(self) -> None:
        if not self.pipe.is_flushed:
            self.pipe.flush()
        if not self.pipe.is_flushed:
            return
        if self._held and self.in_doubt is not None:
            self.desk.dot_is_due(self.in_doubt, self)
        elif self.doing is not None and self.doing.phase is Phase.BODY and not self.doing.is_waiting:
            self._ask_for_dot(self.doing)
