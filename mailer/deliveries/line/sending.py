"""Sending: a worker takes letters, makes their messages, hands them over and writes down what became of them.

The story of a letter, told once: claim → fill → gate → dot → record. What each step means is in ``supplying``,
``passing``, ``windows``, ``handing_over`` and ``recording``; when and how often is ``working``. The connections are
driven here, in one thread; two helpers beside it take stock and write windows, so that the network never waits for the
database. Whatever dies, at most one letter a connection is uncertain (``board``).
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from mailer.deliveries.line.board import Board
from mailer.deliveries.line.claiming import Claim
from mailer.deliveries.line.pacing import Pace
from mailer.deliveries.line.passing import Passage
from mailer.deliveries.line.recording import Result
from mailer.deliveries.line.recovering import boards
from mailer.deliveries.line.stocking import Stocker
from mailer.deliveries.line.supplying import Supply
from mailer.deliveries.line.windows import Bookkeeper
from mailer.foundation.clock import boot_seconds
from mailer.foundation.database import Clock, Database, database_moment
from mailer.wire.crew import Outgoing, Turn
from mailer.wire.replies import Fault, Outcome, Phase, Reply, Verdict

log = logging.getLogger(__name__)

# How long the network is watched when nothing else is to be done.
STEP_SECONDS = 0.05
# The helpers are looked after this often: a relay that is near answers a hundred times in between.
LOOK_SECONDS = 0.001
# How long one thread may go on while others wait for their turn.
TURN_SECONDS = 0.0005


class Crew(Protocol):
    """What hands letters over: ``wire.crew.Crew``, or another in tests."""

    @property
    def room(self) -> int: ...
    @property
    def is_about_to_ask(self) -> bool: ...
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
def _in_haste() -> Iterator[None]:
    """Let threads take turns more often: each word to the network would else wait for a helper to have its turn.

    And look for garbage only among what is new: looking through all that a process has loaded takes a tenth of a
    second, in which nothing else is done.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(usual)


class Sender:
    """One worker: its connections, what is in its hands, and what it still has to write down."""

    def __init__(
        self, database: Database, crews: Mapping[str, Crew], worker: str, clock: Clock = database_moment
    ) -> None:
        # The same statements all day, whatever the tables hold at this moment.
        steady = database.steady
        self._crews = crews
        self._pace = Pace(max(1, sum(crew.room for crew in crews.values()) // 2))
        self._board = Board(boards(database.settings), worker)
        stocker = Stocker(steady, worker, tuple(crews), clock)
        # Before the gate · asking at it, and past it · with the connections.
        self._supply = Supply(stocker)
        self._passage = Passage(Bookkeeper(steady, worker, clock), stocker, self._supply, self._pace)
        self._with_crew: dict[int, Claim] = {}
        # SQLite has one writer at a time: two helpers would only wait for each other.
        self._helpers = 1 if steady.engine.dialect.name == "sqlite" else 2
        # Troubles with a relay, which end our work.
        self._troubles: list[Result] = []
        self._goes_home = False
        # When the helpers are looked after again (monotonic).
        self._look_at = 0.0
        self._error: BaseException | None = None
        self.tried = 0
        for crew in crews.values():
            crew.ask(self._may_go)

    def run(self, until: Until) -> int:
        """Send until nothing is due or it is time to go; return how many letters were tried.

        Raises what the database raised, after everything that can still be said was said.
        """
        with ThreadPoolExecutor(self._helpers, thread_name_prefix="sending") as pool, _in_haste():
            while not self._is_done:
                if time.monotonic() >= self._look_at or not self._with_crew:
                    self._look_after_helpers(pool, until)
                if not self._goes_home:
                    self._offer()
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
        if self._supply.is_taking or self._passage.is_turning or self._with_crew:
            return False
        if self._goes_home:
            return True
        return self._passage.is_empty and self._supply.is_empty_since(self._passage.turned_at)

    def _look_after_helpers(self, pool: ThreadPoolExecutor, until: Until) -> None:
        """Take what the helpers have done, and give them more to do."""
        self._goes_home = self._goes_home or until.has_come
        self._collect()
        if not self._goes_home:
            self._supply.take(pool, self._pace.stock)
        if self._error is None:
            self._passage.turn(pool, asks=not self._goes_home)
        self._look_at = time.monotonic() + LOOK_SECONDS

    def _collect(self) -> None:
        try:
            self._passage.give_up(self._supply.collect())
        except Exception as error:
            self._stop_for(error)
        try:
            self._goes_home |= not self._passage.collect()
        except Exception as error:
            self._stop_for(error)

    def _offer(self) -> None:
        """Give the connections as much as they can take."""
        for relay, crew in self._crews.items():
            ready = self._passage.ready(relay)
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
        are_helped = self._supply.is_taking or self._passage.is_turning
        if not self._with_crew:
            self._wait(for_helpers=are_helped)
        patience = 0.002 if are_helped else STEP_SECONDS
        for crew in self._crews.values():
            if self._with_crew:
                self._settle(crew.step(patience / len(self._crews)).settled)
                # Dots that go out next take the answers with them: one write for both.
                if not crew.is_about_to_ask:
                    self._write_answers()

    def _wait(self, *, for_helpers: bool) -> None:
        began = time.monotonic()
        time.sleep(0.001)
        if for_helpers:
            self._pace.starved(time.monotonic() - began)

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
        if boot_seconds() >= self._passage.lease_ends:
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
                self._passage.keep(claim)
            else:
                results.append(Result(claim, outcome))
        self._note(results)
        self._pace.settled(len(settled))
        self.tried += len(results)

    def _note(self, results: Sequence[Result]) -> None:
        """Remember how letters ended, also for the board. Trouble with a relay ends our work."""
        self._board.answered(results)
        if troubles := [one for one in results if one.outcome.is_relay_trouble]:
            self._troubles += troubles
            self._goes_home = True
        self._passage.note([one for one in results if one not in troubles] if troubles else results)

    def _write_answers(self) -> None:
        try:
            self._board.catch_up()
        except OSError as error:
            self._stop_for(error)

    def _keep_back_what_may_not_go(self) -> None:
        """Going home, letters that were begun are finished; without a lease or a relay they stay here."""
        troubled = {one.claim.relay for one in self._troubles}
        is_over = self._error is not None or boot_seconds() >= self._passage.lease_ends
        for relay, crew in self._crews.items():
            if is_over or relay in troubled:
                crew.withhold([key for key, one in self._with_crew.items() if self._passage.relay_of(one) == relay])

    def _stop_for(self, error: BaseException) -> None:
        log.warning("Sending stops: %s", error)
        self._error = self._error or error
        self._goes_home = True

    def _hand_in(self) -> None:
        """Write down the rest and give everything back; what cannot be written stays on the board for the sweep."""
        try:
            self._passage.hand_in(self._troubles, is_all=self._error is None)
        except Exception as error:
            self._board.close(is_settled=False)
            raise self._error or error from error
        self._board.close(is_settled=self._error is None)
