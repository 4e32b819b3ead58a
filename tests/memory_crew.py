"""A crew without a network: what ``wire.crew.Crew`` promises, kept in lists, with something to happen on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from mailer.wire.crew import Outgoing, Turn
from mailer.wire.replies import Outcome, Phase, Reply, Verdict, judge

OK = (Phase.AFTER_DOT, Reply(250, "2.0.0 Ok"))
KEPT_BACK = Outcome(Verdict.WITHHELD, Phase.BODY, Reply(0, "kept back"))


class MemoryCrew:
    """Takes letters, at most one a connection at a time.

    ``answers``: a recipient or a domain → the phase and reply it gets instead of a 250. ``on_body``: called with the
    recipient just before a body is written with its dot. ``refuses``: whose letter is too dangerous to be said.
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
        self._settled: list[tuple[int, Outcome]] = []
        self._may_go: Callable[[Sequence[int]], bool] = lambda _keys: True

    @property
    def room(self) -> int:
        return 2 * self._connections - len(self._queue)

    @property
    def is_about_to_ask(self) -> bool:
        return False

    def offer(self, letter: Outgoing) -> None:
        if letter.recipient == self._refuses:
            raise ValueError("an address holds a character that would end the command")
        self._queue.append(letter)

    def ask(self, may_go: Callable[[Sequence[int]], bool]) -> None:
        self._may_go = may_go

    def step(self, _seconds: float) -> Turn:
        settled: list[tuple[int, Outcome]] = []
        while self._queue and not settled:
            beginning = [self._queue.popleft() for _ in range(min(self._connections, len(self._queue)))]
            refused = [one for one in beginning if self._answer_to(one)[0] is not Phase.AFTER_DOT]
            settled += [(one.key, judge(*self._answer_to(one))) for one in refused]
            settled += self._hand_over([one for one in beginning if one not in refused])
        turn = Turn(settled=[*self._settled, *settled])
        self._settled = []
        return turn

    def withhold(self, keys: Iterable[int]) -> None:
        wanted = set(keys)
        self._settled += [(one.key, KEPT_BACK) for one in self._queue if one.key in wanted]
        self._queue = deque(one for one in self._queue if one.key not in wanted)

    def _hand_over(self, letters: list[Outgoing]) -> list[tuple[int, Outcome]]:
        for one in letters:
            self._on_body(one.recipient)
        if letters and not self._may_go([one.key for one in letters]):
            return [(one.key, KEPT_BACK) for one in letters]
        outcomes = [(one, judge(*self._answer_to(one))) for one in letters]
        self.letters += [one for one, outcome in outcomes if outcome.verdict is Verdict.ACCEPTED]
        return [(one.key, outcome) for one, outcome in outcomes]

    def close(self) -> None:
        pass

    def _answer_to(self, letter: Outgoing) -> tuple[Phase, Reply]:
        domain = letter.recipient.rpartition("@")[2]
        return self._answers.get(letter.recipient) or self._answers.get(domain) or OK
