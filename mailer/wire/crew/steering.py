"""Steering the crew: wait for the network once for all connections, and give letters to whoever is free."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable

from mailer.wire.crew.desk import Desk, MayGo
from mailer.wire.crew.letters import KEPT_BACK, Outgoing, Transaction, Turn
from mailer.wire.crew.patience import Patience
from mailer.wire.crew.recruiting import Recruiter
from mailer.wire.crew.watching import CAN_READ, CAN_WRITE, open_watcher
from mailer.wire.relay import Relay
from mailer.wire.replies import Phase, Reply, judge

GOODBYE_SECONDS = 1.0


class Crew:
    """Hands letters to one relay over at most ``connections`` connections. Not for several threads at once.

    Each letter that was offered is settled exactly once; none of these methods raises for what a network or a server
    does.
    """

    def __init__(
        self, relay: Relay, *, helo: str, connections: int, patience: Patience, tls: ssl.SSLContext | None = None
    ) -> None:
        self._patience = patience
        self._most = connections
        self._watcher = open_watcher()
        self._desk = Desk(self._watcher)
        self._recruiter = Recruiter(
            relay, self._desk, self._watcher, helo=helo, patience=patience, most=connections, tls=tls
        )
        self._tick = patience.tick
        self._sweep_at = 0.0
        self._is_closed = False

    @property
    def room(self) -> int:
        """How many letters it can take now: each connection works on one and the next is ready behind it.

        One whose dot is being answered does not count: then the next can be named in the same breath as a dot.
        """
        return max(0, 2 * self._most - len(self._desk.in_hand) + self._desk.in_doubt)

    @property
    def in_hand(self) -> int:
        """How many letters were offered and are not settled."""
        return len(self._desk.in_hand)

    @property
    def is_open(self) -> int:
        """How many connections are open."""
        return len(self._desk.connections)

    @property
    def is_about_to_ask(self) -> bool:
        """Whether the next step begins by asking about letters whose bodies are due (``ask``)."""
        return self._desk.has_bodies_due

    def offer(self, letter: Outgoing) -> None:
        """Take a letter in hand; the next step begins it.

        Raises ``ValueError`` for a letter that would be dangerous to send: a bare CR or LF, an address that holds a
        command, or a key that is in hand.
        """
        if letter.key in self._desk.in_hand:
            raise ValueError("a letter with this key is in hand")
        transaction = Transaction(letter, time.monotonic() + self._patience.connect + self._patience.transaction)
        self._desk.in_hand[letter.key] = transaction
        self._desk.queue.append(transaction)

    def ask(self, may_go: MayGo) -> None:
        """From now on ask ``may_go`` just before bodies are written, and write them together with their dots.

        For a gate that was passed before letters were offered: one write a letter instead of two. No letter is told as
        waiting then. When the network cannot take a body at once, its dot is asked for once more, just before it
        leaves. When the answer is no, these letters are WITHHELD; what it raises goes on out of ``step``, and then
        nothing of these letters is written. It is asked only after ``step`` told how all letters before ended: whoever
        writes that down never has two letters of one connection in doubt.
        """
        self._desk.may_go = may_go

    def step(self, seconds: float) -> Turn:
        """Go on until there is something to tell, at most so long; return what happened since the last step.

        Offer again before releasing what waits: the names of the next letter then travel with the dot.
        """
        if self._is_closed:
            return self._desk.take_turn()
        now = time.monotonic()
        until = now + seconds
        has_looked = False
        self._desk.pass_gate(now)
        while True:
            if self._desk.idle and self._desk.queue and not has_looked:
                # What a server did to an idle connection is seen before that connection is used.
                self._attend(0.0)
                has_looked = True
            if now >= self._sweep_at:
                self._sweep(now)
            self._hand_out(now)
            if self._desk.has_news or (has_looked and now >= until):
                return self._desk.take_turn()
            self._attend(max(0.0, min(until - now, self._tick)))
            has_looked, now = True, time.monotonic()

    def release(self, keys: Iterable[int]) -> None:
        """Let these dots go, each with the names of the next letter behind it.

        A key that waits no more (its connection was lost meanwhile, and the letter settled) is passed over. Look first
        whether the server closed a connection or spoke before its turn: then that dot stays here.
        """
        self._attend(0.0)
        now = time.monotonic()
        for key in keys:
            self._desk.release(key, now)

    def withhold(self, keys: Iterable[int]) -> None:
        """Keep these letters back, whether their bodies are written or not; those whose dot went out stay as they are.

        The outcome is WITHHELD. A connection that holds a body without its dot is dropped, so that it never becomes
        a message.
        """
        for key in keys:
            self._desk.withhold(key)

    def close(self) -> None:
        """Say goodbye on every connection and drop them all; what was in hand is told by one more step.

        Letters without a dot are WITHHELD, those whose dot went out and was not answered are unclear.
        """
        if self._is_closed:
            return
        self._desk.settle_queue(KEPT_BACK)
        self._recruiter.stop()
        for connection in list(self._desk.connections.values()):
            if connection.doing is not None:
                connection.withhold()
            if connection.is_open and connection.in_doubt is not None:
                connection.drop(Reply(0, "we left before the server answered"))
        self._say_goodbye()

    def _attend(self, seconds: float) -> None:
        """Wait for the network, at most so long, and let each connection do what it can."""
        found = self._watcher.look(seconds)
        now = time.monotonic()
        for number, can in found:
            if (connection := self._desk.connections.get(number)) is not None:
                connection.attend(now, can_write=bool(can & CAN_WRITE))
                if can & CAN_WRITE and connection.is_open and connection.pipe.is_flushed:
                    self._watcher.change(number, CAN_READ)
            else:
                self._recruiter.attend(number, now)
        if not self._desk.has_news:
            self._desk.pass_gate(now)

    def _hand_out(self, now: float) -> None:
        desk = self._desk
        while desk.idle and (desk.queue or desk.idle[-1].is_full):
            connection = desk.idle.pop()
            if connection.is_full:
                connection.leave(now)
                continue
            connection.begin(desk.queue.popleft(), now)
            if connection.is_idle:
                desk.idle.append(connection)
        if desk.endings:
            self._recruiter.look_at_endings(now)
        if desk.queue:
            self._recruiter.open_more(now)
            self._name_behind_dots(now)

    def _name_behind_dots(self, now: float) -> None:
        desk = self._desk
        while desk.behind_dot and len(desk.queue) > self._recruiter.arriving:
            connection = desk.behind_dot.pop()
            if connection.is_behind_dot and (letter := desk.next_behind_dot()) is not None:
                connection.begin(letter, now)

    def _sweep(self, now: float) -> None:
        """See to what took too long."""
        self._sweep_at = now + self._tick
        for connection in list(self._desk.connections.values()):
            if now >= connection.until:
                connection.drop(Reply(0, "the deadline passed"))
            elif connection.is_stuck(now):
                connection.hand_back_behind_dot()
        self._recruiter.sweep(now)
        while self._desk.queue and now >= self._desk.queue[0].until:
            letter = self._desk.queue.popleft()
            self._desk.settle(letter, judge(Phase.CONNECT, Reply(0, "no connection became free in time")))
        for connection in list(self._desk.idle):
            if now >= connection.idle_until:
                self._desk.idle.remove(connection)
                connection.leave(now)

    def _say_goodbye(self) -> None:
        now = time.monotonic()
        for connection in list(self._desk.connections.values()):
            if connection in self._desk.idle:
                self._desk.idle.remove(connection)
                connection.leave(now)
        until = now + GOODBYE_SECONDS
        while self._desk.connections and time.monotonic() < until:
            self._attend(max(0.0, until - time.monotonic()))
        for connection in list(self._desk.connections.values()):
            connection.drop(Reply(0, "we left"))
        self._desk.settle_queue(KEPT_BACK)
        self._watcher.close()
        self._is_closed = True
