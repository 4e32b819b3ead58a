"""Sending: a lane of a worker takes letters, makes their messages, hands them over and writes down what became of them.

The story of a letter, told once: claim → fill → gate → dot → record. What each step means is in ``claiming``,
``filling``, ``handing_over`` and ``recording``; when and how often is ``working``. A lane has one connection, so
whatever dies, at most one of its letters is uncertain.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import update

from mailer.deliveries.asking import GateQuestion, purpose_of
from mailer.deliveries.claiming import Claim, claim, is_still, release
from mailer.deliveries.filling import Mould, Ready, fill
from mailer.deliveries.gatekeeping import Gatekeeper
from mailer.deliveries.handing_over import GateAnswer, take_back
from mailer.deliveries.holding import hold, hold_for_relay
from mailer.deliveries.limiting import room
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.notices import write_notice
from mailer.deliveries.recording import Result, record
from mailer.deliveries.routing import open_routes, routes_of, share
from mailer.foundation.database import Clock, Database, database_moment
from mailer.foundation.errors import MailerError, NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing
from mailer.wire.replies import Fault, Outcome, Phase, Reply, Verdict
from mailer.wire.routes import Route
from mailer.wire.transports import Transport

log = logging.getLogger(__name__)

# A batch is about this much work: small enough that a one-off letter need not wait long behind it.
BATCH_SECONDS = 1.0
SMALLEST_BATCH, LARGEST_BATCH = 4, 100
# Longer than this the dot does not wait for a limit: the letter goes back, and the connection is not kept waiting.
LONGEST_WAIT_SECONDS = 2.0


class Until:
    """When a lane goes home: after so many seconds of this process' life, or when it is told to stop."""

    def __init__(self, seconds: float, stop: threading.Event | None = None) -> None:
        self._at = time.monotonic() + seconds
        self._stop = stop

    @property
    def has_come(self) -> bool:
        return time.monotonic() >= self._at or (self._stop is not None and self._stop.is_set())


@dataclass
class Lane:
    """One connection's worth of sending; ``worker`` names it in claims and attempts."""

    database: Database
    transport: Transport
    worker: str
    clock: Clock = database_moment
    # Shared by the lanes of a process; a lane alone keeps its own gate.
    gatekeeper: Gatekeeper | None = None
    # By which relay; the first of the settings when there is only one.
    route: Route | None = None
    _mould: Mould = field(default_factory=Mould)
    _unwritten: list[Result] = field(default_factory=list)
    _batch_size: int = SMALLEST_BATCH
    _question: GateQuestion | None = None

    def __post_init__(self) -> None:
        self._keeper = self.gatekeeper or Gatekeeper(self.database, self.clock)

    def run(self, until: Until) -> int:
        """Send until nothing is due or it is time to go; return how many letters were tried."""
        tried = 0
        try:
            while not until.has_come:
                began = time.monotonic()
                claims = self._claim()
                if not claims:
                    break
                batch = self._make(claims)
                done = self._send_batch(batch, until)
                tried += len(done)
                if done and done[-1].is_relay_trouble:
                    break
                self._size_next_batch(len(done), time.monotonic() - began)
        finally:
            self._write_down()
        return tried

    def _claim(self) -> list[Claim]:
        self._write_down()
        with self.database.transaction() as session:
            now = self.clock(session)
            route = self.route or routes_of(session)[0]
            among = open_routes(session, now=now)
            if route not in among:
                return []
            allowed = room(session, now=now, relay=route.name)
            limit = self._batch_size if allowed is None else min(self._batch_size, allowed)
            mine = share(route, among)
            return claim(session, worker=self.worker, limit=limit, now=now, relay=route.name, share=mine)

    def _make(self, claims: list[Claim]) -> list[tuple[Claim, Ready]]:
        """Make the messages. A letter that cannot be made holds its mailing: it would fail for everybody."""
        mailing_id = claims[0].mailing_id
        if mailing_id is None:
            return [pair for one in claims for pair in self._make_notice(one)]
        try:
            with self.database.transaction(writes=False) as session:
                mailing = session.get_one(Mailing, mailing_id)
                self._question = GateQuestion(purpose_of(session, mailing))
                made = fill(session, mailing, [one.delivery_id for one in claims], mould=self._mould)
        except (KeyError, ValueError, MailerError):
            log.exception("The letter of mailing %s cannot be made.", mailing_id)
            self._hold_unwritable(mailing_id, claims)
            return []
        ready = {one.delivery_id: one for one in made}
        return [(one, ready[one.delivery_id]) for one in claims]

    def _make_notice(self, claimed: Claim) -> list[tuple[Claim, Ready]]:
        self._question = None
        try:
            with self.database.transaction(writes=False) as session:
                return [(claimed, write_notice(session, session.get_one(Delivery, claimed.delivery_id)))]
        except NotFound:
            self._give_up(claimed, DeliveryState.CANCELLED, "gone")
        except Exception:
            # Ours to mend. It must not keep other people's letters waiting, and it is on the row for staff to see.
            log.exception("The one-off letter of delivery %s cannot be made.", claimed.delivery_id)
            self._give_up(claimed, DeliveryState.REJECTED, "unwritable")
        return []

    def _send_batch(self, batch: list[tuple[Claim, Ready]], until: Until) -> list[Outcome]:
        """Hand over one after the other; what we do not come to goes back. Return the outcomes of those tried."""
        outcomes: list[Outcome] = []
        for claimed, ready in batch:
            if until.has_come:
                break
            outcome = self._hand_over(claimed, ready)
            outcomes.append(outcome)
            if outcome.is_relay_trouble:
                self._break_off(claimed, outcome, batch[len(outcomes) :])
                return outcomes
            if outcome.verdict is Verdict.WITHHELD:
                break  # Paused, stopped, left or over a limit: the next claim sees what may still go.
        self._give_back(batch[len(outcomes) :])
        return outcomes

    def _hand_over(self, claimed: Claim, ready: Ready) -> Outcome:
        gate = _Gate(self, claimed)
        try:
            outcome = self.transport.send(ready.sender, ready.recipient, ready.message, before_dot=gate)
        except ValueError as unfit:
            # The transport refuses what would be dangerous to send; that is known before anything was said.
            outcome = Outcome(Verdict.PERMANENT, Phase.CONNECT, Reply(0, str(unfit)), Fault.LETTER)
        if outcome.verdict is not Verdict.WITHHELD:
            self._unwritten.append(Result(claimed, outcome))
        elif gate.was_open:
            with self.database.transaction() as session:
                take_back(session, claimed, now=self.clock(session))
        return outcome

    def ask_gate(self, claimed: Claim) -> GateAnswer:
        """Ask for this letter's dot; what became of the letters before it is written down in the same commit."""
        answer = self._keeper.ask(claimed, self._question, self._unwritten)
        self._unwritten = []
        return answer

    def give_back(self, claims: list[Claim]) -> None:
        """Release these claims."""
        with self.database.transaction() as session:
            release(session, claims)

    def _give_back(self, rest: list[tuple[Claim, Ready]]) -> None:
        if rest:
            self.give_back([claimed for claimed, _ready in rest])

    def _break_off(self, claimed: Claim, outcome: Outcome, rest: list[tuple[Claim, Ready]]) -> None:
        """The relay is in trouble: the mailing is held, nobody gets a strike, everything waits where it was."""
        with self.database.transaction() as session:
            now = self.clock(session)
            hold_for_relay(session, outcome, relay=claimed.relay, now=now)
            record(session, self._unwritten, now=now)
            release(session, [one for one, _ready in rest])
        self._unwritten.clear()

    def _hold_unwritable(self, mailing_id: int, claims: list[Claim]) -> None:
        because = _("De mail kan niet worden gemaakt. De beheerder kan in het logboek zien waarom.")
        with self.database.transaction() as session:
            mailing = session.get_one(Mailing, mailing_id)
            hold(session, mailing, because=because, until=None, now=self.clock(session))
            release(session, claims)

    def _give_up(self, claimed: Claim, state: DeliveryState, reason: str) -> None:
        with self.database.transaction() as session:
            session.execute(
                update(Delivery)
                .where(*is_still(claimed), Delivery.state == DeliveryState.CLAIMED)
                .values(state=state, reason=reason, worker="", lease_until=None, settled_at=self.clock(session))
                .execution_options(synchronize_session=False)
            )

    def _write_down(self) -> None:
        if self._unwritten:
            with self.database.transaction() as session:
                record(session, self._unwritten, now=self.clock(session))
            self._unwritten.clear()

    def _size_next_batch(self, letters: int, seconds: float) -> None:
        fitting = int(letters * BATCH_SECONDS / max(seconds, 0.001))
        self._batch_size = max(SMALLEST_BATCH, min(LARGEST_BATCH, fitting, self._batch_size * 2))


class _Gate:
    """The question before the dot, with the patience for a limit that lets the letter go a moment later."""

    def __init__(self, lane: Lane, claimed: Claim) -> None:
        self._lane = lane
        self._claimed = claimed
        # The gate was written open, whatever happened to the dot afterwards.
        self.was_open = False

    def __call__(self) -> bool:
        patience = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            began = boot_seconds()
            answer = self._lane.ask_gate(self._claimed)
            if answer.is_open:
                self.was_open = True
                # A machine or a process that slept past its lease sends nothing (invariant I7).
                return boot_seconds() - began < self._lane.database.settings.lease_seconds / 2
            if answer.wait_seconds <= 0:
                return False
            if time.monotonic() + answer.wait_seconds > patience:
                self._lane.give_back([self._claimed])
                return False
            time.sleep(answer.wait_seconds)


def boot_seconds() -> float:
    """A clock that also runs while the process or the machine is stopped."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
