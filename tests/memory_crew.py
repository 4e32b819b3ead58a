"""A crew without a network: what ``wire.crew.Crew`` promises, kept in lists, with something to happen on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from mailer.wire.crew import Outgoing, Turn
from mailer.wire.replies import Outcome, Phase, Reply, Verdict, judge

OK = (Phase.AFTER_DOT, Reply(250, "2.0.0 Ok"))
KEPT_BACK = Outcome(Verdict.WITHHELD, Phase.BODY, Reply(0, "kept back"))


class MemoryCrew:
    """Takes letters, at most one a connection at a time.

    ``answers``: a recipient or a domain → the phase and reply it gets instead of a 250. ``on_body``: called with the
    recipient when a body is written and its dot is asked for. ``refuses``: whose letter is too dangerous to be said.
    """

    def __init__(
        self,
        answers: Mapping[str, tuple[Phase, Reply]] | None = None,
        *,
        connections: int = 2,
        on_body: Callable[[str], None] = lambda _recipient: None,
        refuses: str = "",
    ) -> None:
        self.letters: list[Outgoing] = []
        self._answers = answers or {}
        self._connections = connections
        self._on_body = on_body
        self._refuses = refuses
        self._queue: deque[Outgoing] = deque()
        self._at_dot: dict[int, Outgoing] = {}
        self._turn = Turn()

    @property
    def room(self) -> int:
        return 2 * self._connections - len(self._queue) - len(self._at_dot)

    def offer(self, letter: Outgoing) -> None:
        if letter.recipient == self._refuses:
            raise ValueError("an address holds a character that would end the command")
        self._queue.append(letter)

    def step(self, _seconds: float) -> Turn:
        while self._queue and len(self._at_dot) < self._connections:
            letter = self._queue.popleft()
            phase, reply = self._answer_to(letter)
            if phase is not Phase.AFTER_DOT:
                self._turn.settled.append((letter.key, judge(phase, reply)))
                continue
            self._at_dot[letter.key] = letter
            self._on_body(letter.recipient)
            self._turn.waiting.append(letter.key)
        turn, self._turn = self._turn, Turn()
        return turn

    def release(self, keys: Iterable[int]) -> None:
        for key in keys:
            letter = self._at_dot.pop(key)
            outcome = judge(*self._answer_to(letter))
            if outcome.verdict is Verdict.ACCEPTED:
                self.letters.append(letter)
            self._turn.settled.append((key, outcome))

    def withhold(self, keys: Iterable[int]) -> None:
        for key in list(keys):
            if self._at_dot.pop(key, None) is not None or self._is_queued(key):
                self._turn.settled.append((key, KEPT_BACK))

    def close(self) -> None:
        pass

    def _is_queued(self, key: int) -> bool:
        found = [one for one in self._queue if one.key == key]
        for one in found:
            self._queue.remove(one)
        return bool(found)

    def _answer_to(self, letter: Outgoing) -> tuple[Phase, Reply]:
        domain = letter.recipient.rpartition("@")[2]
        return self._answers.get(letter.recipient) or self._answers.get(domain) or OK
