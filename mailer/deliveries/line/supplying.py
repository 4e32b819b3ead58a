"""The supply of a worker: letters that are ready for the gate, and asking for more before they are needed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from mailer.deliveries.line.claiming import Claim
from mailer.deliveries.line.stocking import Load, Stocker
from mailer.deliveries.regulating.limits import domain_scope

# How often one-off letters are looked for while a mailing is being sent.
LOOK_SECONDS = 0.1


class Supply:
    """Letters in stock, one-off letters in front. Used by one thread; a helper takes them for it."""

    def __init__(self, stocker: Stocker) -> None:
        self._stocker = stocker
        self._stock: deque[Load] = deque()
        self._taking: Future[list[Load]] | None = None
        self._takes_mailings = False
        # Domains ("@domain") whose letters go back, also those that a helper is taking at this moment.
        self._unwelcome: set[str] = set()
        self._looked_at = 0.0
        # When it was last seen that no letter of a mailing is due; before all else while there are some.
        self._found_nothing_at = -1.0

    def __len__(self) -> int:
        return len(self._stock)

    def __iter__(self) -> Iterator[Claim]:
        return (one for one, _ready in self._stock)

    @property
    def is_taking(self) -> bool:
        """Whether a helper is at work for us."""
        return self._taking is not None

    def is_empty_since(self, moment: float) -> bool:
        """Return whether there is nothing, and nothing was found at this moment or later."""
        return not self._stock and self._found_nothing_at >= moment

    def take(self, pool: ThreadPoolExecutor, wanted: int) -> None:
        """Let more be taken when it runs low, and look now and then for one-off letters, which never wait."""
        if self._taking:
            return
        now = time.monotonic()
        must_look = now - self._looked_at >= LOOK_SECONDS
        is_low = len(self._stock) <= wanted // 2
        if is_low and (must_look or self._found_nothing_at < 0):
            one_off = None if must_look else False
        elif must_look:
            one_off = True
        else:
            return
        self._taking = pool.submit(self._stocker.take, max(1, wanted - len(self._stock)), one_off=one_off)
        self._takes_mailings = one_off is not True
        self._looked_at = now if must_look else self._looked_at

    def collect(self) -> list[Claim]:
        """Add what the helper took, if it is done; return what goes back of it. Raises what the helper raised."""
        if self._taking is None or not self._taking.done():
            return []
        taken, self._taking = self._taking, None
        unwelcome, self._unwelcome = self._unwelcome, set()
        loads = taken.result()
        if not loads:
            self._found_nothing_at = time.monotonic() if self._takes_mailings else self._found_nothing_at
            return []
        self._found_nothing_at = -1.0
        if loads[0][0].mailing_id is None:
            self._stock.extendleft(reversed(loads))
        else:
            self._stock.extend(loads)
        # Taken before everybody knew that they are not wanted there.
        return self._take_out(unwelcome) if unwelcome else []

    def next(self, number: int) -> list[Load]:
        """Hand out at most so many letters, to ask their gates."""
        return [self._stock.popleft() for _ in range(min(number, len(self._stock)))]

    def put_back(self, loads: Sequence[Load]) -> None:
        """Take letters back whose gate has to be asked again; they stay in front."""
        self._stock.extendleft(reversed(loads))

    def remove(self, domains: Collection[str]) -> list[Claim]:
        """Take the letters for these domains ("@domain") out of stock and return them.

        Those that are being taken at this moment are returned by ``collect``.
        """
        if self._taking:
            self._unwelcome.update(domains)
        return self._take_out(domains)

    def _take_out(self, domains: Collection[str]) -> list[Claim]:
        gone = {one for one in self if domain_scope(one.address) in domains}
        self._stock = deque(load for load in self._stock if load[0] not in gone)
        return [*gone]
