"""Hands letters to a relay and always knows how far it came. The reference transport: blocking, one connection.

``smtplib`` raises the same error for a connection lost before and after the final dot, and the difference is a letter
sent twice or never (decision 0011). Here each step names its phase, a transaction has one hard deadline, and the wait
after the dot has its own (RFC 5321 §4.5.3.2.6). Not here: rows, retries, limits.
"""

from __future__ import annotations

import ssl
import time
from contextlib import suppress
from functools import cached_property

from mailer.wire.body import Body, prepare_body
from mailer.wire.conversation import Conversation, Deadline
from mailer.wire.envelope import check_path, mail_command, reachable
from mailer.wire.opening import Line, open_line
from mailer.wire.relay import Relay
from mailer.wire.replies import Outcome, Phase, Reply, Stopped, Verdict, judge
from mailer.wire.transports import Gate

# A server may close a quiet connection; after this long we ask first whether it is still there.
IDLE_SECONDS = 20


class SmtpTransport:
    """One connection to a relay, opened when first needed and reused while it lasts."""

    def __init__(
        self,
        relay: Relay,
        *,
        helo: str,
        transaction_seconds: float,
        reply_seconds: float,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._relay = relay
        self._helo = helo
        self._transaction_seconds = transaction_seconds
        self._reply_seconds = reply_seconds
        self._given_tls = tls
        self._line: Line | None = None
        # After a refused recipient the server still has our sender: RSET comes before the next MAIL.
        self._must_reset = False
        self._used_at = 0.0

    def send(self, sender: str, recipient: str, message: bytes, *, before_dot: Gate) -> Outcome:
        """Hand over one message (see ``Transport.send``)."""
        check_path(sender + recipient)
        body = prepare_body(message)
        try:
            line = self._begin(sender, recipient, body)
        except Stopped as stopped:
            return judge(stopped.phase, stopped.reply)
        except BaseException:
            self.drop()
            raise
        return self._hand_over(line, before_dot)

    def close(self) -> None:
        """Say QUIT, without waiting long for the answer, and drop the connection."""
        if self._line is not None:
            self._line.conversation.deadline = Deadline(min(2.0, self._reply_seconds))
            with suppress(Stopped):  # We are leaving; how the server takes that changes nothing.
                self._line.conversation.say("QUIT", expecting=221)
        self.drop()

    def drop(self) -> None:
        """Drop the connection without a word: a letter whose dot did not go out is then not taken."""
        if self._line is not None:
            self._line.conversation.drop()
        self._line, self._must_reset = None, False

    def _begin(self, sender: str, recipient: str, body: Body) -> Line:
        """Come as far as the dot. Raises ``Stopped``; then nothing was handed over."""
        deadline = Deadline(self._transaction_seconds)
        kept = self._kept_line(deadline)
        if kept is not None:
            try:
                return self._write(kept, sender, recipient, body)
            except Stopped as stopped:
                # A server that closes after so many letters says so at the next MAIL: that is no trouble, begin afresh.
                if not (stopped.is_broken and stopped.phase is Phase.MAIL):
                    raise
        self._line = open_line(self._relay, helo=self._helo, tls=lambda: self._tls, deadline=deadline)
        return self._write(self._line, sender, recipient, body)

    def _kept_line(self, deadline: Deadline) -> Line | None:
        line = self._line
        if line is None:
            return None
        talk = line.conversation
        talk.phase, talk.deadline = Phase.MAIL, deadline
        try:
            talk.expect_silence()
            if self._must_reset or time.monotonic() - self._used_at > IDLE_SECONDS:
                talk.say("RSET", expecting=250)
        except Stopped:
            self.drop()
            return None
        self._must_reset = False
        return line

    def _write(self, line: Line, sender: str, recipient: str, body: Body) -> Line:
        try:
            self._name_both(line, sender, recipient, body)
            line.conversation.phase = Phase.BODY
            line.conversation.write(b"".join(body.pieces))
        except Stopped:
            if not self._must_reset:
                self.drop()
            raise
        return line

    def _name_both(self, line: Line, sender: str, recipient: str, body: Body) -> None:
        """Say MAIL, RCPT and DATA: in one go where the server takes that (RFC 2920), else one by one."""
        talk = line.conversation
        recipient = reachable(recipient, line.offers)
        commands = {
            Phase.MAIL: (mail_command(sender, recipient, body, line.offers), 250),
            Phase.RCPT: (f"RCPT TO:<{recipient}>\r\n".encode(), 250),
            Phase.DATA: (b"DATA\r\n", 354),
        }
        together = line.offers.pipelining
        talk.phase = Phase.MAIL
        if together:
            talk.write(b"".join(command for command, _code in commands.values()))
        for phase, (command, code) in commands.items():
            talk.phase = phase
            try:
                if not together:
                    talk.write(command)
                talk.expect(code)
            except Stopped as stopped:
                if phase is Phase.RCPT and not stopped.is_broken:
                    self._must_reset = not together or _data_was_refused_too(talk)
                raise

    def _hand_over(self, line: Line, before_dot: Gate) -> Outcome:
        talk = line.conversation
        try:
            if not before_dot():
                self.drop()
                return Outcome(Verdict.WITHHELD, Phase.BODY, Reply(0, "kept back"))
            talk.expect_silence()
            talk.deadline = Deadline(self._reply_seconds)
            # When the network does not take the dot, it has not left: only then is the letter not in doubt.
            talk.write(b".\r\n")
            talk.phase = Phase.AFTER_DOT
            outcome = judge(Phase.AFTER_DOT, talk.read_reply())
        except Stopped as stopped:
            self.drop()
            return judge(stopped.phase, stopped.reply)
        except BaseException:
            self.drop()
            raise
        if outcome.verdict is Verdict.UNCLEAR or outcome.reply.code == 421:
            self.drop()
        self._used_at = time.monotonic()
        return outcome

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()


def _data_was_refused_too(talk: Conversation) -> bool:
    """Tell whether the connection can stay after a refused recipient: DATA went out with it and awaits its answer."""
    try:
        return talk.read_reply().code >= 400
    except Stopped:
        return False
