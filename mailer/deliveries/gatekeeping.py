"""One transaction for all letters that wait for their dot at this moment: several lanes share the price of a commit.

Whoever gets the turn answers everybody who waits; while it commits, others gather for the next turn. Each letter
still passes its own gate and its dot waits for the commit: doubt stays at most one letter a connection (decision 0012).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.deliveries.asking import GateQuestion
from mailer.deliveries.claiming import Claim
from mailer.deliveries.handing_over import CLOSED, GateAnswer, pass_gate
from mailer.deliveries.recording import Result, record
from mailer.foundation.database import Clock, Database, database_moment


@dataclass
class _Request:
    claim: Claim
    question: GateQuestion | None
    results: Sequence[Result]
    is_answered: bool = False
    answer: GateAnswer = CLOSED
    error: BaseException | None = None


class Gatekeeper:
    """The gate of one process; its lanes ask here."""

    def __init__(self, database: Database, clock: Clock = database_moment) -> None:
        self._database = database
        self.clock = clock
        self._turn = threading.Lock()
        self._waiting: deque[_Request] = deque()

    def ask(self, claimed: Claim, question: GateQuestion | None, results: Sequence[Result]) -> GateAnswer:
        """Write down these results and ask whether the dot may go; both are durable when this returns.

        Raises what the database raised: then nothing was written, and the dot stays here.
        """
        request = _Request(claimed, question, results)
        self._waiting.append(request)
        with self._turn:
            if not request.is_answered:
                self._answer([self._waiting.popleft() for _ in range(len(self._waiting))])
        if request.error is not None:
            raise request.error
        return request.answer

    def _answer(self, requests: list[_Request]) -> None:
        try:
            with self._database.transaction() as session:
                now = self.clock(session)
                # The gates first: they lock the mailing, and who stops a mailing locks that before its letters.
                for one in requests:
                    one.answer = pass_gate(session, one.claim, one.question, now=now)
                for one in requests:
                    record(session, one.results, now=now)
        except BaseException as error:
            for one in requests:
                one.error = error
        for one in requests:
            one.is_answered = True
