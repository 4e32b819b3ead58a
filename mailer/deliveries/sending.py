"""Sending: a worker takes letters, makes their messages, hands them over and writes down what became of them.

The story of a letter, told once: claim → fill → gate → dot → record. What each step means is in ``supplying``,
``windows``, ``handing_over`` and ``recording``; when and how often is ``working``. The connections are driven here, in
one thread; two helpers beside it take stock and write windows, so that the network never waits for the database.
Whatever dies, at most one letter a connection is uncertain (``board``).
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy.exc import OperationalError

from mailer.deliveries.board import Board
from mailer.deliveries.claiming import Claim
from mailer.deliveries.pacing import Pace
from mailer.deliveries.recording import Result
from mailer.deliveries.recovering import boards
from mailer.deliveries.stocking import Load, Stocker
from mailer.deliveries.supplying import Supply
from mailer.deliveries.windows import LONGEST_WAIT_SECONDS, Bookkeeper, Opened
from mailer.foundation.clock import boot_seconds
from mailer.foundation.database import Clock, Database, database_moment
from mailer.wire.crew import Outgoing, Turn
from mailer.wire.replies import Fault, Outcome, Phase, Reply, Verdict

log = logging.getLogger(__name__)

# How long the network is watched when nothing else is to be done.
STEP_SECONDS = 0.05
# How long what became of letters may wait to be written down, when no gate is asked.
LATEST_SECONDS = 0.25
# How long one thread may go on while others wait for their turn.
TURN_SECONDS = 0.0005
# How long a database that is away is asked again at the end of our work; then the sweep has to read the board.
HAND_IN_SECONDS = 10.0


class Crew(Protocol):
    """What hands letters over: ``wire.crew.Crew``, or another in tests."""

    @property
    def room(self) -> int: ...
    def ask(self, may_go: Callable[[Sequence[int]], bool]) -> None: ...
    def offer(self, letter: Outgoing) -> None: ...
    def step(self, seconds: float) -> Turn: ...
    def withhold(self, keys: Iterable[int]) -> None: ...
    def close(self) -> None: ...


class Until:
    """When a worker goes home: after so many seconds of this process' life, or when it is told to stop."""

    def __init__(self, seconds: float, stop: threading.Event | None = None) -> None:
        self._at = time.monotonic() + seconds
        self._stop = stop

    @property
    def has_come(self) -> bool:
        return time.monotonic() >= self._at or (self._stop is not None and self._stop.is_set())


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Let threads take turns more often: each word to the network would else wait for a helper to have its turn."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class Sender:
    """One worker: its connections, what is in its hands, and what it still has to write down."""

    def __init__(
        self, database: Database, crews: Mapping[str, Crew], worker: str, clock: Clock = database_moment
    ) -> None:
        # The same statements all day, whatever the tables hold at this moment.
        database = database.steady
        self._database = database
        self._crews = crews
        self._stocker = Stocker(database, worker, tuple(crews), clock)
        self._books = Bookkeeper(database, worker, clock)
        self._board = Board(boards(database.settings), worker)
        self._pace = Pace(max(1, sum(crew.room for crew in crews.values()) // 2))
        # Before the gate · asking at the gate · past it, by relay · with the connections.
        self._supply = Supply(self._stocker)
        self._asking: list[Load] = []
        self._open: dict[str, deque[Load]] = {relay: deque() for relay in crews}
        self._with_crew: dict[int, Claim] = {}
        # What is to be written down: how letters ended · the same, in the window that is being written · troubles with
        # a relay, which end our work · letters that passed the gate and whose dot stayed here.
        self._results: list[Result] = []
        self._being_written: list[Result] = []
        self._troubles: list[Result] = []
        self._kept: list[Claim] = []
        self._given_up: list[Claim] = []
        self._turning: Future[Opened] | None = None
        self._lease_ends = 0.0
        self._turned_at = self._gate_again_at = 0.0
        self._goes_home = False
        self._error: BaseException | None = None
        self.tried = 0
        for crew in crews.values():
            crew.ask(self._may_go)

    def run(self, until: Until) -> int:
        """Send until nothing is due or it is time to go; return how many letters were tried.

        Raises what the database raised, after everything that can still be said was said.
        """
        # SQLite has one writer at a time: two helpers would only wait for each other.
        helpers = 1 if self._database.engine.dialect.name == "sqlite" else 2
        with ThreadPoolExecutor(helpers, thread_name_prefix="sending") as pool, _taking_turns():
            while not self._is_done:
                self._goes_home = self._goes_home or until.has_come
                self._collect()
                if not self._goes_home:
                    self._supply.take(pool, self._pace.stock)
                    self._offer()
                self._turn_window(pool)
                self._step()
        self._hand_in()
        if self._error is not None:
            raise self._error
        return self.tried

    @property
    def has_trouble(self) -> bool:
        """Whether a relay did not take our letters, which ended our work."""
        return bool(self._troubles)

    @property
    def _is_done(self) -> bool:
        if self._supply.is_taking or self._turning or self._with_crew:
            return False
        if self._goes_home:
            return True
        return not any(self._open.values()) and self._supply.is_empty_since(self._turned_at)

    def _turn_window(self, pool: ThreadPoolExecutor) -> None:
        """Write down what is known, and ask the gates of the next letters."""
        if self._turning or self._error:
            return
        now = time.monotonic()
        self._asking = self._next_to_ask(now)
        since = now - self._turned_at
        is_late = bool(self._results) and since >= LATEST_SECONDS
        must_renew = bool(self._lease_ends) and since >= self._database.settings.lease_seconds / 4
        if not (self._asking or is_late or must_renew):
            return
        self._being_written, self._results = self._results, []
        claims = [one for one, _ready in self._asking]
        given_up, self._given_up = self._given_up, []
        self._turned_at = now
        questions = dict(self._stocker.questions)
        self._turning = pool.submit(self._books.turn, self._being_written, claims, questions, given_up)

    def _next_to_ask(self, now: float) -> list[Load]:
        open_now = sum(map(len, self._open.values()))
        is_time = not self._goes_home and now >= self._gate_again_at and open_now <= self._pace.window // 2
        return self._supply.next(self._pace.window) if is_time else []

    def _collect(self) -> None:
        """Take what the helpers have done."""
        try:
            self._supply.collect()
        except Exception as error:
            self._stop_for(error)
        if self._turning and self._turning.done():
            turned, self._turning = self._turning, None
            self._pace.turned(time.monotonic() - self._turned_at)
            try:
                self._pass_gates(turned.result())
            except Exception as error:
                # Whether that was written is not known; both are written again, and what was written stays as it is.
                self._stop_for(error)
                self._results = self._being_written + self._results
                self._kept += [one for one, _ready in self._asking]
            self._being_written, self._asking = [], []

    def _pass_gates(self, opened: Opened) -> None:
        gates = opened.gates
        if not gates.has_lease:
            log.warning("This worker was away past its lease; it gives its letters back.")
            self._goes_home, self._lease_ends = True, 0.0
            self._kept += [one for one, _ready in self._asking]
            return
        self._lease_ends = opened.lease_ends
        passed = {one.delivery_id for one in gates.open}
        for load in self._asking:
            if load[0].delivery_id in passed:
                self._open[self._relay_of(load[0])].append(load)
        soon = {one: wait for one, wait in gates.waits.items() if wait <= LONGEST_WAIT_SECONDS}
        if opened.left_alone:
            self._given_up += self._supply.remove(opened.left_alone)
        if soon:
            self._supply.put_back([load for load in self._asking if load[0] in soon])
            self._gate_again_at = time.monotonic() + min(soon.values())

    def _relay_of(self, claim: Claim) -> str:
        return claim.relay if claim.relay in self._crews else next(iter(self._crews))

    def _offer(self) -> None:
        """Give the connections as much as they can take."""
        for relay, crew in self._crews.items():
            ready = self._open[relay]
            while ready and crew.room > 0:
                claim, letter = ready.popleft()
                outgoing = Outgoing(claim.delivery_id, letter.sender, letter.recipient, letter.body)
                try:
                    crew.offer(outgoing)
                except ValueError as unfit:
                    # What would be dangerous to send is refused before anything was said.
                    outcome = Outcome(Verdict.PERMANENT, Phase.CONNECT, Reply(0, str(unfit)), Fault.LETTER)
                    self._note([Result(claim, outcome)])
                else:
                    self._with_crew[claim.delivery_id] = claim

    def _step(self) -> None:
        """Watch the network; not for long when a helper may be ready before it."""
        if self._goes_home:
            self._keep_back_what_may_not_go()
        patience = STEP_SECONDS if not (self._supply.is_taking or self._turning) else 0.002
        if not self._with_crew:
            time.sleep(0.001)
        for crew in self._crews.values():
            if self._with_crew:
                self._settle(crew.step(patience / len(self._crews)).settled)

    def _may_go(self, keys: Sequence[int]) -> bool:
        """Let these letters go, to their dots: on the board first, and only while the lease holds (invariant I7).

        In this order: a worker that is stopped in between, and wakes up after its lease, is seen on the board as one
        whose dots may have gone.
        """
        try:
            self._board.let_go(self._with_crew[key] for key in keys)
        except OSError as error:
            self._stop_for(error)
            return False
        if boot_seconds() >= self._lease_ends:
            self._goes_home = True
            return False
        return True

    def _settle(self, settled: Sequence[tuple[int, Outcome]]) -> None:
        if not settled:
            return
        results = []
        for key, outcome in settled:
            claim = self._with_crew.pop(key)
            if outcome.verdict is Verdict.WITHHELD:
                self._kept.append(claim)
            else:
                results.append(Result(claim, outcome))
        self._note(results)
        self._pace.settled(len(settled))
        self.tried += len(results)

    def _note(self, results: Sequence[Result]) -> None:
        """Remember how letters ended, also on the board. Trouble with a relay ends our work."""
        try:
            self._board.answered(results)
        except OSError as error:
            self._stop_for(error)
        for one in results:
            if one.outcome.is_relay_trouble:
                self._troubles.append(one)
                self._goes_home = True
            else:
                self._results.append(one)

    def _keep_back_what_may_not_go(self) -> None:
        """Going home, letters that were begun are finished; without a lease or a relay they stay here."""
        troubled = {one.claim.relay for one in self._troubles}
        for relay, crew in self._crews.items():
            if self._error or not self._lease_ends or boot_seconds() >= self._lease_ends or relay in troubled:
                crew.withhold([key for key, one in self._with_crew.items() if self._relay_of(one) == relay])

    def _stop_for(self, error: BaseException) -> None:
        log.warning("Sending stops: %s", error)
        self._error = self._error or error
        self._goes_home = True

    def _hand_in(self) -> None:
        """Write down the rest and give everything back; what cannot be written stays on the board for the sweep."""
        kept = [*self._kept, *(one for ready in self._open.values() for one, _ready in ready)]
        unsent = [*self._given_up, *self._supply]
        patience = time.monotonic() + HAND_IN_SECONDS
        while True:
            try:
                self._books.hand_in([*self._results, *self._troubles], kept, unsent, is_all=self._error is None)
                break
            except Exception as error:
                if time.monotonic() < patience and isinstance(error, OperationalError):
                    time.sleep(0.5)
                    continue
                self._board.close(is_settled=False)
                raise self._error or error from error
        self._board.close(is_settled=self._error is None)
