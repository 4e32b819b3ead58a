"""Bodies and their dots: the one moment after which a letter may have arrived.

A dot leaves when it was released, or, past a gate that was asked before, together with its body; the names of the next
letter travel with it (RFC 2920 §3.1). Whether it left is known: then the letter is in doubt until its reply comes.
"""

from __future__ import annotations

from mailer.wire.crew.letters import KEPT_BACK, Transaction
from mailer.wire.crew.patience import NEVER
from mailer.wire.crew.pipes import Lost
from mailer.wire.crew.speaking import Speaker
from mailer.wire.replies import Phase, Reply

_DOT = b".\r\n"


class Dotter(Speaker):
    """An open connection, as far as it writes bodies and dots."""

    __slots__ = ()

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

    def _write_on(self) -> None:
        if not self.pipe.is_flushed:
            self.pipe.flush()
        if not self.pipe.is_flushed:
            return
        if self._held and self.in_doubt is not None:
            self.desk.dot_is_due(self.in_doubt, self)
        elif self.doing is not None and self.doing.phase is Phase.BODY and not self.doing.is_waiting:
            self._ask_for_dot(self.doing)
