"""The crew's books: which letters are in hand, who can take the next one, what is to be told. It has no sockets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from mailer.wire.crew.connection import Connection
from mailer.wire.crew.letters import KEPT_BACK, Transaction, Turn
from mailer.wire.crew.watching import CAN_READ, CAN_WRITE, Watcher
from mailer.wire.replies import Outcome, Phase, Reply

MayGo = Callable[[Sequence[int]], bool]
"""Asked with the keys of letters whose bodies are about to be written: may their dots go out with them?"""


class Desk:
    """What the connections of one crew share."""

    def __init__(self, watcher: Watcher) -> None:
        # Offered and not begun, in order.
        self.queue: deque[Transaction] = deque()
        # Offered and not settled.
        self.in_hand: dict[int, Transaction] = {}
        # How many of those are past their dot.
        self.in_doubt = 0
        self.connections: dict[int, Connection] = {}
        # Those that can begin a letter at once; the last one used first, so that few are kept busy.
        self.idle: list[Connection] = []
        # Those of whose letters the dot went out with nothing behind it; some may have moved on since.
        self.behind_dot: list[Connection] = []
        # Why connections that were open ended, since somebody looked.
        self.endings: list[tuple[Connection, Reply]] = []
        # Asked before bodies are written, when there is such a gate; and those who wait for its answer.
        self.may_go: MayGo | None = None
        self._due: list[tuple[Connection, Transaction]] = []
        self._waiting: dict[int, Connection] = {}
        self._turn = Turn()
        self._watcher = watcher

    def take_turn(self) -> Turn:
        """Return what there is to tell, once."""
        turn, self._turn = self._turn, Turn()
        return turn

    @property
    def has_news(self) -> bool:
        return bool(self._turn)

    @property
    def has_bodies_due(self) -> bool:
        return self.may_go is not None and any(self._is_due(*due) for due in self._due)

    def add(self, connection: Connection, now: float) -> None:
        """An open connection joins."""
        connection.idle_until = now + connection.patience.idle
        self.connections[connection.number] = connection
        self.idle.append(connection)

    def release(self, key: int, now: float) -> None:
        """Let the dot of this letter go; nothing happens when it waits no more."""
        connection = self._waiting.pop(key, None)
        if connection is not None:
            self.in_doubt += 1
            connection.release(now)
            if connection.is_behind_dot:
                self.behind_dot.append(connection)

    def pass_gate(self, now: float) -> None:
        """Ask for all bodies that are due at once, and write them with their dots, or keep them back."""
        due = [(one, letter) for one, letter in self._due if self._is_due(one, letter)]
        if not due or self.may_go is None:
            return
        may_go = self.may_go([letter.key for _connection, letter in due])
        self._due = []
        for connection, letter in due:
            if connection.holds_dot_of(letter):
                if may_go:
                    connection.write_dot(now)
                else:
                    connection.keep_dot()
            elif may_go:
                self._write_to_the_dot(connection, now)
            else:
                connection.withhold()

    @staticmethod
    def _is_due(connection: Connection, letter: Transaction) -> bool:
        """Whether it was not withheld or lost since."""
        return connection.doing is letter or connection.holds_dot_of(letter)

    def _write_to_the_dot(self, connection: Connection, now: float) -> None:
        self.in_doubt += 1
        connection.write_to_the_dot(now)
        if connection.is_behind_dot:
            self.behind_dot.append(connection)

    def withhold(self, key: int) -> None:
        """Settle a letter as kept back; nothing happens when its dot went out."""
        letter = self.in_hand.get(key)
        if letter is None:
            return
        if letter in self.queue:
            self.queue.remove(letter)
            self.settle(letter, KEPT_BACK)
            return
        for connection in list(self.connections.values()):
            if connection.doing is letter:
                connection.withhold()
            elif connection.holds_dot_of(letter):
                connection.keep_dot()

    def settle_queue(self, outcome: Outcome) -> None:
        """Settle every letter that has no connection."""
        while self.queue:
            self.settle(self.queue.popleft(), outcome)

    # What the connections say.

    def settle(self, letter: Transaction, outcome: Outcome) -> None:
        """The end of a letter."""
        del self.in_hand[letter.key]
        self.in_doubt -= letter.phase is Phase.AFTER_DOT
        self._waiting.pop(letter.key, None)
        self._turn.settled.append((letter.key, outcome))

    def body_is_due(self, letter: Transaction, connection: Connection) -> None:
        """The server waits for a body."""
        if self.may_go is None:
            connection.write_body()
        else:
            self._due.append((connection, letter))

    def dot_is_due(self, letter: Transaction, connection: Connection) -> None:
        """The network has the rest of a body whose dot was allowed before it was all written."""
        self._due.append((connection, letter))

    def ask_for_dot(self, letter: Transaction, connection: Connection) -> None:
        """The body is written."""
        self._waiting[letter.key] = connection
        self._turn.waiting.append(letter.key)

    def has_others(self, connection: Connection) -> bool:
        """Whether the relay has taken letters on other connections than this one."""
        return any(other is not connection and other.letters for other in self.connections.values())

    def hand_back(self, letter: Transaction) -> None:
        """A letter lost its connection before it was named: it is the next to get another."""
        self.queue.appendleft(letter)

    def next_behind_dot(self) -> Transaction | None:
        """Return the letter to be named behind a dot; one that was moved before waits for a connection to itself."""
        if not self.queue or self.queue[0].moves:
            return None
        return self.queue.popleft()

    def is_free(self, connection: Connection) -> None:
        """It can begin a letter, or has carried enough."""
        self.idle.append(connection)

    def is_gone(self, connection: Connection, because: Reply) -> None:
        """It was closed, by whomever."""
        self._watcher.forget(connection.number)
        del self.connections[connection.number]
        if connection in self.idle:
            self.idle.remove(connection)
        self.endings.append((connection, because))

    def wants_to_write(self, connection: Connection) -> None:
        """The network did not take everything at once."""
        self._watcher.change(connection.number, CAN_READ | CAN_WRITE)
