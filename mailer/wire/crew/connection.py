"""One open connection of the crew: which replies are awaited, for which letter, and what follows from each.

Replies come in the order of the commands (RFC 2920 §3.1), so each is known to belong to one phase of one letter, also
when everything went out in one write. Nothing here waits.
"""

from __future__ import annotations

from mailer.wire.crew.dotting import Dotter
from mailer.wire.crew.letters import Transaction
from mailer.wire.crew.patience import NEVER
from mailer.wire.crew.pipes import Lost
from mailer.wire.reading import NotSmtp
from mailer.wire.replies import Phase, Reply, Verdict, judge


class Connection(Dotter):
    """Takes letters one after the other, and tells its desk what becomes of them."""

    __slots__ = ()

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

    def _hear_out_of_turn(self, reply: Reply) -> None:
        # A server may close an idle connection, or give up on a body, with a word (421, 552). Anything else means that
        # we lost count of its replies: then nothing it says can be believed.
        is_refusal = 400 <= reply.code <= 599
        self.drop(reply if is_refusal else Reply(0, "the server spoke out of turn"))

    def _rest(self, now: float) -> None:
        self.until, self.idle_until = NEVER, now + self.patience.idle
        self.desk.is_free(self)
