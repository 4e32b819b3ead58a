"""Heeding: a worker that hears a domain refuse us keeps its other letters for it back at once.

What everybody may know is written down by the next window (``regulating.lessons``). A worker in full flight has
hundreds of letters past their gates by then, and a provider that refuses us would refuse them all, for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from mailer.deliveries.line.recording import Result
from mailer.deliveries.regulating.lessons import CAREFUL_FROM, refuses_us
from mailer.deliveries.regulating.limits import domain_scope
from mailer.wire.replies import Verdict


class Heed:
    """Which domains ("@domain") refused one worker, for as long as that is not written down."""

    def __init__(self) -> None:
        # Refusals in a row, and those of which the window that is being written tells.
        self._in_row: Counter[str] = Counter()
        self._being_told: Counter[str] = Counter()

    @property
    def wary_of(self) -> Collection[str]:
        """Return the domains whose letters go back."""
        heard = self._in_row + self._being_told if self._in_row or self._being_told else {}
        return {scope for scope, times in heard.items() if times >= CAREFUL_FROM}

    def hear(self, results: Sequence[Result]) -> bool:
        """Remember how letters ended; return whether any of them was refused for what we are."""
        has_refusals = False
        for claim, outcome, _doubt in results:
            if outcome.verdict is Verdict.ACCEPTED:
                if self._in_row or self._being_told:
                    self._trust(domain_scope(claim.address))
            elif refuses_us(outcome):
                self._in_row[domain_scope(claim.address)] += 1
                has_refusals = True
        return has_refusals

    def begin_telling(self) -> None:
        """A window that tells all of this is being written."""
        self._being_told, self._in_row = self._in_row, Counter()

    def told(self) -> None:
        """It is written: whoever claims a letter from now on knows."""
        self._being_told.clear()

    def _trust(self, scope: str) -> None:
        del self._in_row[scope], self._being_told[scope]
