"""A storm: everything that takes locks, in threads against one another, on one real database; and what came of it.

Each deed is what a roof does in one transaction (a worker's step, a press of a button), with a chance of its own made
from a seed. Who waits for whom is up to the database; what it had to break off is kept as a mishap.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.queries import is_idle
from mailer.deliveries.working import drain, sweep
from mailer.events.inviting import PartyGone
from mailer.foundation.database import Database, database_moment
from mailer.foundation.errors import MailerError
from mailer.wire.replies import Phase, Reply
from tests.memory_crew import OK, MemoryCrew

# What mail servers say, the usual most often.
ANSWERS = (
    *[OK] * 28,
    *[(Phase.RCPT, Reply(550, "5.1.1 nobody here"))] * 3,
    *[(Phase.RCPT, Reply(552, "5.2.2 full"))] * 2,
    *[(Phase.RCPT, Reply(451, "4.7.1 later"))] * 3,
    *[(Phase.DATA, Reply(554, "5.7.1 not from you"))] * 2,
    (Phase.AFTER_DOT, Reply(554, "5.6.0 this letter is odd")),
    *[(Phase.AFTER_DOT, Reply(0, "no answer"))] * 4,
    (Phase.MAIL, Reply(421, "4.3.2 closing")),
)


WAITING = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.HANDING_OVER, DeliveryState.DEFERRED)


class Nothing(Exception):
    """There is no row that this deed could be done to at this moment."""


REFUSALS = (MailerError, Nothing, PartyGone)
"""What a deed may be refused with when another was first. Rows that went while a person looked at them too."""


NEVER_REFUSED = ("send", "look_after", "die")
"""What workers do."""


class FickleCrew(MemoryCrew):
    """Answers as chance will have it, and counts the dots of each letter."""

    def __init__(self, chance: Random, dots: Counter[int]) -> None:
        super().__init__(connections=4)
        self._chance, self._dots = chance, dots
        self._said: dict[int, tuple[Phase, Reply]] = {}

    def step(self, seconds: float):  # type: ignore[no-untyped-def]
        turn = super().step(seconds)
        for key, outcome in turn.settled:
            self._said.pop(key, None)
            self._dots[key] += outcome.phase is Phase.AFTER_DOT
        return turn

    def _answer_to(self, letter):  # type: ignore[no-untyped-def]
        return self._said.setdefault(letter.key, self._chance.choice(ANSWERS))


@dataclass
class Storm:
    """What all deeds share; ``mishaps`` is what nobody expects."""

    database: Database
    seed: str
    dots: Counter[int] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    mishaps: list[str] = field(default_factory=list)
    _ends_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rage(self, deeds: Mapping[str, Sequence[Deed]], *, seconds: float) -> None:
        """Let each of these threads (name → what it does, in any order, again and again) have its way for so long."""
        self._ends_at = time.monotonic() + seconds
        threads = [threading.Thread(target=self._repeat, args=one) for one in deeds.items()]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def settle(self) -> None:
        """Go on until nothing is due any more, with a mail server that takes everything."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            swept = sweep(self.database)
            tried = drain(self.database, lambda *_: MemoryCrew(), seconds=5)
            with self.database.transaction(writes=False) as session:
                # A worker that a busy machine kept past its lease tried nothing, and gave its letters back.
                now = database_moment(session)
                # Where a server refused us, the next few letters go some seconds later.
                soon = Delivery.next_attempt_at < now + timedelta(seconds=10)
                waits = session.scalar(select(Delivery.id).where(Delivery.state.in_(WAITING), soon).limit(1))
                has_nothing = waits is None and is_idle(session, now=now)
            if has_nothing and not tried and not swept.found_work:
                return
            time.sleep(0.05)

    def _repeat(self, name: str, deeds: Sequence[Deed]) -> None:
        chance = Random(f"{self.seed}/{name}")  # noqa: S311 - chance that can be repeated is the point
        while time.monotonic() < self._ends_at:
            deed = chance.choice(deeds)
            outcome = "done"
            try:
                deed(self, chance)
            except REFUSALS:
                outcome = "refused"
            except NoResultFound as gone:
                outcome = "refused"
                if deed.__name__ in NEVER_REFUSED:
                    self._keep(deed.__name__, gone)
            except Exception as problem:
                outcome = "broke off"
                self._keep(deed.__name__, problem)
            self.done[f"{deed.__name__}: {outcome}"] += 1
            if outcome == "refused":
                time.sleep(chance.uniform(0, 0.05))  # Who has nothing to do must not keep the others from it.

    def _keep(self, name: str, problem: Exception) -> None:
        said = str(problem.orig) if isinstance(problem, OperationalError) else repr(problem)
        where = [f"{frame.name} ({frame.filename.rpartition('/')[2]}:{frame.lineno})" for frame in _ours(problem)]
        with self._lock:
            self.mishaps.append(f"{name}: {said}\n    {' < '.join(reversed(where))}")


Deed = Callable[[Storm, Random], None]


def any_of(session: Session, model: type, chance: Random, *conditions: object) -> int:
    """Return the number of one of these rows. Raises ``Nothing`` when there is none."""
    ids = session.scalars(select(model.id).where(*conditions)).all()  # type: ignore[attr-defined, arg-type]
    if not ids:
        raise Nothing
    return int(chance.choice(ids))


def deadlocks(database: Database) -> int:
    """Return how often this database had to break off a transaction because two waited for each other."""
    database.engine.dispose()  # What a connection counted is known at the latest when it ends.
    with database.transaction(writes=False) as session:
        name = session.scalar(text("SELECT current_database()"))
        found = session.scalar(text("SELECT deadlocks FROM pg_stat_database WHERE datname = :name"), {"name": name})
    return int(found or 0)


def handovers(database: Database) -> dict[int, int]:
    """Return how many dots each letter may have had, as its row says."""
    with database.transaction(writes=False) as session:
        return dict(session.execute(select(Delivery.id, Delivery.handovers)).all())


def _ours(problem: Exception) -> list[traceback.FrameSummary]:
    return [one for one in traceback.extract_tb(problem.__traceback__) if "/mailer/" in one.filename]
