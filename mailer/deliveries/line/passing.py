"""Passing: letters on their way through the gate, a window at a time, and what became of those before them.

A helper writes each window (``windows``) while the connections go on; what it brings is letters whose dots may go out,
by relay. What is known and not written yet is kept here, also when a window breaks off.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy.exc import OperationalError

from mailer.deliveries.line.claiming import Claim
from mailer.deliveries.line.heeding import Heed
from mailer.deliveries.line.pacing import Pace
from mailer.deliveries.line.recording import Result
from mailer.deliveries.line.stocking import Load, Stocker
from mailer.deliveries.line.supplying import Supply
from mailer.deliveries.line.windows import LONGEST_WAIT_SECONDS, Bookkeeper, Opened
from mailer.deliveries.regulating.limits import domain_scope

log = logging.getLogger(__name__)

# How long what became of letters may wait to be written down, when no gate is asked.
LATEST_SECONDS = 0.25
# How long a database that is away is asked again at the end of our work; then the sweep has to read the board.
HAND_IN_SECONDS = 10.0


class Passage:
    """The way of one worker's letters from its supply, through the gate, to the connections. Used by one thread."""

    def __init__(self, books: Bookkeeper, stocker: Stocker, supply: Supply, pace: Pace) -> None:
        self._books = books
        self._stocker = stocker
        self._supply = supply
        self._pace = pace
        self._heed = Heed()
        # Asking at the gate · past it, by relay.
        self._asking: list[Load] = []
        self._open: dict[str, deque[Load]] = {relay: deque() for relay in stocker.relays}
        # What is to be written down: how letters ended · the same, in the window that is being written · letters that
        # passed the gate and whose dot stayed here · those of them that are being given back · letters before it that
        # go back.
        self._results: list[Result] = []
        self._being_written: list[Result] = []
        self._kept: list[Claim] = []
        self._going_back: list[Claim] = []
        self._given_up: list[Claim] = []
        self._turning: Future[Opened] | None = None
        self._gate_again_at = 0.0
        # When the last window was begun (monotonic), and until when the lease holds (``boot_seconds``; 0: it does not).
        self.turned_at = 0.0
        self.lease_ends = 0.0

    @property
    def is_turning(self) -> bool:
        """Whether a window is being written."""
        return self._turning is not None

    @property
    def is_empty(self) -> bool:
        """Whether no letter past the gate waits for a connection."""
        return not any(self._open.values())

    def ready(self, relay: str) -> deque[Load]:
        """Return the letters for this relay that passed the gate, to be taken from the left."""
        return self._open[relay]

    def relay_of(self, claim: Claim) -> str:
        """Return by which of our relays a letter leaves."""
        return claim.relay if claim.relay in self._open else next(iter(self._open))

    def note(self, results: Sequence[Result]) -> None:
        """Remember how letters ended, for the next window. Letters for who refuses us go back with it."""
        self._results += results
        if self._heed.hear(results) and (wary_of := self._heed.wary_of):
            self._given_up += self._supply.remove(wary_of)
            for ready in self._open.values():
                for load in [ready.popleft() for _ in range(len(ready))]:
                    self._pass_on(load, ready, wary_of)

    def keep(self, claim: Claim) -> None:
        """Remember that the dot of a letter past the gate stayed here, to be given back."""
        self._kept.append(claim)

    def give_up(self, claims: Sequence[Claim]) -> None:
        """Remember letters before their gate that go back with the next window."""
        self._given_up += claims

    def turn(self, pool: ThreadPoolExecutor, *, asks: bool) -> None:
        """Write down what is known, and (``asks``) ask the gates of the next letters; at most one window at a time."""
        if self._turning:
            return
        now = time.monotonic()
        self._asking = self._next_to_ask(now) if asks else []
        since = now - self.turned_at
        is_late = bool(self._results) and since >= LATEST_SECONDS
        must_renew = bool(self.lease_ends) and since >= self._books.database.settings.lease_seconds / 4
        if not (self._asking or is_late or must_renew):
            return
        self._being_written, self._results = self._results, []
        claims = [one for one, _ready in self._asking]
        given_up, self._given_up = self._given_up, []
        self._going_back, self._kept = self._kept, []
        self._heed.begin_telling()
        self.turned_at = now
        questions = dict(self._stocker.questions)
        self._turning = pool.submit(
            self._books.turn, self._being_written, claims, questions, given_up, self._going_back
        )

    def collect(self) -> bool:
        """Take what the helper has done; return False when the lease was lost.

        Raises what the database raised. Whether that was written is not known then; all is written again at the end,
        and what was written stays as it is.
        """
        if self._turning is None or not self._turning.done():
            return True
        turned, self._turning = self._turning, None
        self._pace.turned(time.monotonic() - self.turned_at)
        try:
            has_lease = self._pass_gates(turned.result())
        except Exception:
            self._results = self._being_written + self._results
            self._kept += [*self._going_back, *(one for one, _ready in self._asking)]
            raise
        finally:
            self._being_written, self._asking, self._going_back = [], [], []
        return has_lease

    def hand_in(self, troubles: Sequence[Result], *, is_all: bool) -> None:
        """Write down the rest, with troubles of relays, and give everything back. Raises what the database raised."""
        kept = [*self._kept, *self._waiting_for_connections()]
        unsent = [*self._given_up, *self._supply]
        patience = time.monotonic() + HAND_IN_SECONDS
        while True:
            try:
                return self._books.hand_in([*self._results, *troubles], kept, unsent, is_all=is_all)
            except OperationalError:
                if time.monotonic() >= patience:
                    raise
                time.sleep(0.5)

    def _next_to_ask(self, now: float) -> list[Load]:
        open_now = sum(map(len, self._open.values()))
        is_time = now >= self._gate_again_at and open_now <= self._pace.reserve
        return self._supply.next(self._pace.window) if is_time else []

    def _pass_gates(self, opened: Opened) -> bool:
        gates = opened.gates
        if not gates.has_lease:
            log.warning("This worker was away past its lease; it gives its letters back.")
            self.lease_ends = 0.0
            self._kept += [one for one, _ready in self._asking]
            return False
        self.lease_ends = opened.lease_ends
        passed = {one.delivery_id for one in gates.open}
        wary_of = self._heed.wary_of
        for load in self._asking:
            if load[0].delivery_id in passed:
                self._pass_on(load, self._open[self.relay_of(load[0])], wary_of)
        self._heed.told()
        soon = {one: wait for one, wait in gates.waits.items() if wait <= LONGEST_WAIT_SECONDS}
        if opened.left_alone:
            self._given_up += self._supply.remove(opened.left_alone)
        if soon:
            self._supply.put_back([load for load in self._asking if load[0] in soon])
            self._gate_again_at = time.monotonic() + min(soon.values())
        return True

    def _pass_on(self, load: Load, ready: deque[Load], wary_of: Collection[str]) -> None:
        if wary_of and domain_scope(load[0].address) in wary_of:
            self._kept.append(load[0])
        else:
            ready.append(load)

    def _waiting_for_connections(self) -> Iterator[Claim]:
        return (one for ready in self._open.values() for one, _ready in ready)
