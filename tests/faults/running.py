"""One run of one fault: letters leave, something goes wrong, everything comes to rest, and the judge looks."""

from __future__ import annotations

import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.faults import processes
from tests.faults.embedded import Clocked, Embedded
from tests.faults.house import LEASE_SECONDS, House, Letter
from tests.faults.judging import ON_ITS_WAY_SECONDS, Account, Violation, judge
from tests.faults.large import Large
from tests.faults.orders import OFFERS, Order, Orders
from tests.faults.servers import wait_until

LETTERS = 60
# How long the mail server thinks about each letter: with a few connections a run lasts some seconds.
DELAY_SECONDS = 0.04
REST_SECONDS = 150.0
LONGEST_SECONDS = 90.0
TEND_SECONDS = 3.0


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong: its name, how it is brought about, and what is expected. A new one needs no more."""

    name: str
    says: str
    happens: Callable[[Run], None] = lambda _run: None
    # What is done before the mailing is sent; and how it is sent.
    before: Callable[[Run], None] = lambda _run: None
    send: tuple[str, ...] = ("--now",)
    houses: tuple[str, ...] = ("large",)
    hosts: int = 1
    letters: int = LETTERS
    # How much more there is to read in each letter than a greeting.
    kilobytes: int = 0
    # How the mail server misbehaves meanwhile.
    orders: tuple[Order, ...] = ()
    offers: tuple[str, ...] = OFFERS
    delay: float = DELAY_SECONDS
    # "wrong": of another name; "none": no STARTTLS is offered. Only where letters leave over STARTTLS.
    certificate: str = ""
    # Letters whose address begins so, and how each of them may end: accepted or uncertain, unless told otherwise.
    recipients: dict[str, int] = field(default_factory=dict)
    expected: dict[str, frozenset[str]] = field(default_factory=dict)
    may_end: frozenset[str] = frozenset({"sent"})
    # Which of I5 to I8 it gives occasion for, beside those that are always judged.
    occasions: frozenset[str] = frozenset()
    judged: frozenset[str] = frozenset({"I1", "I2", "I3", "I4"})


@dataclass
class Run:
    """What a fault is given to work with: the house, a seeded chance, and the mailing that is under way."""

    house: House
    fault: Fault
    random: Random
    mailing_id: int = 0
    planned: frozenset[str] = frozenset()
    doubts_allowed: int = 0
    left: dict[str, float] = field(default_factory=dict)
    leave_links: dict[str, str] = field(default_factory=dict)
    struck: threading.Event = field(default_factory=threading.Event)
    woken_at: float | None = None
    attempts_when_woken: dict[str, int] = field(default_factory=dict)
    quiet: list[tuple[str, float, float]] = field(default_factory=list)
    broker_back_at: float | None = None
    blamed: list[Violation] = field(default_factory=list)
    rested_at: float = 0.0
    _past_gate: dict[int, float] = field(default_factory=dict)
    _doubt_seconds: float = 0.0

    def perform(self) -> Account:
        """Bring the fault about in the middle of a mailing and return the account once everything is at rest."""
        fault, house = self.fault, self.house
        house.repair()
        house.grow(fault.hosts)
        self.misbehave()
        names = [f"{name}.{number}" for name, times in fault.recipients.items() for number in range(times)]
        names += [f"plain.{number}" for number in range(fault.letters - len(names))]
        self.random.shuffle(names)
        self.planned = frozenset(house.plant(names))
        self.mailing_id = house.compose(sorted(self.planned), kilobytes=fault.kilobytes)
        fault.before(self)
        house.log.begin()
        moment = (datetime.now(UTC) + timedelta(minutes=2)).astimezone(ZoneInfo("Europe/Amsterdam"))
        words = [word.format(in_two_minutes=f"{moment:%Y-%m-%dT%H:%M}") for word in fault.send]
        house.mailer("mailing", "send", str(self.mailing_id), *words)
        fault.happens(self)
        self.wait_for_rest()
        return self._account()

    def clear_away(self) -> None:
        """A mailing that did not come to rest must not send letters while the next is judged."""
        if self.mailing_id and self.house.state(self.mailing_id) not in ("draft", "sent", "cancelled"):
            self.house.repair()
            self.house.mailer("mailing", "stop", str(self.mailing_id))
            time.sleep(LEASE_SECONDS)

    # What faults use

    @property
    def large(self) -> Large:
        assert isinstance(self.house, Large)
        return self.house

    @property
    def embedded(self) -> Embedded:
        assert isinstance(self.house, Embedded)
        return self.house

    @property
    def clocked(self) -> Clocked:
        assert isinstance(self.house, Clocked)
        return self.house

    def misbehave(self) -> None:
        """Let the mail server do what the fault says."""
        fault = self.fault
        self.house.misbehave(Orders(fault.orders, fault.offers, fault.delay, fault.certificate))

    def behave(self) -> None:
        """Let the mail server do what it should again, as slowly as before."""
        self.house.misbehave(Orders(delay=self.fault.delay))

    def wait_for_dots(self, number: int | None = None) -> None:
        """Wait until so many letters arrived; unless told, a random number between a tenth and half of them."""
        wanted = number or self.random.randint(len(self.planned) // 10, len(self.planned) // 2)
        self._wait_until(lambda: len(self.house.log.seen().dots) >= wanted, what=f"dot {wanted}")

    def wait_for_more_dots(self, number: int) -> None:
        """Wait until so many letters more arrived, or all has come to rest: one in doubt may never have arrived."""
        wanted = len(self.house.log.seen().dots) + number
        self._wait_until(lambda: len(self.house.log.seen().dots) >= wanted or self._is_at_rest(), what=f"dot {wanted}")

    def wait_for_state(self, state: str, *, mailing_id: int | None = None) -> None:
        number = mailing_id or self.mailing_id
        self._wait_until(lambda: self.house.state(number) == state, what=f"being {state}")

    def broker_is_back(self) -> None:
        """From now on it counts how long until the work is done (I5)."""
        self.broker_back_at = time.monotonic()

    def be_quiet(self, invariant: str, *, for_seconds: float) -> None:
        """Wait; what was on its way may arrive, after that not one letter may."""
        time.sleep(ON_ITS_WAY_SECONDS)
        begin = time.time()
        time.sleep(for_seconds)
        self.quiet.append((invariant, begin, time.time()))

    def allow_doubt(self, pids: Iterable[int] | None = None) -> None:
        """Something is about to be done: each connection that is open now may leave one letter in doubt (I4)."""
        self.doubts_allowed += len(self.house.open_connections(None if pids is None else list(pids)))

    def allow_window(self) -> None:
        """A host is about to be lost with what only it knows: all that passed the gate is in doubt (decision 0067)."""
        self.doubts_allowed += len(self.in_state("handing_over"))

    def kill(self, pids: list[int]) -> None:
        """``kill -9``. They are stopped first, so that their connections can be counted while nothing moves."""
        processes.send(pids, signal.SIGSTOP)
        self.allow_doubt(pids)
        processes.send(pids, signal.SIGKILL)
        wait_until(lambda: not any(map(processes.is_alive, pids)), what="dying")

    def stop_host(self, name: str) -> list[int]:
        """Stop the worker of a host in the middle of whatever it does; return its processes."""
        pids = self.house.find("worker", host=name)
        processes.send(pids, signal.SIGSTOP)
        self.allow_doubt(pids)
        return pids

    def wake(self, pids: list[int]) -> None:
        """Let stopped processes go on. Everything is at rest: what they send now, they send as zombies (I7)."""
        self.wait_for_rest()
        self.attempts_when_woken = {one.address: one.attempt for one in self.letters()}
        self.woken_at = time.time()
        processes.send(pids, signal.SIGCONT)

    def blame(self, invariant: str, says: str) -> None:
        self.blamed.append(Violation(invariant, says))

    def letters(self) -> list[Letter]:
        return self.house.letters(self.mailing_id)

    def in_state(self, *states: str) -> list[Letter]:
        return [one for one in self.letters() if one.state in states]

    def wait_for_rest(self) -> None:
        with suppress(TimeoutError):  # How far it came is what the judge looks at.
            self._wait_until(self._is_at_rest, seconds=REST_SECONDS, pause=0.3)
        self.rested_at = time.monotonic()

    def _wait_until(
        self, true: Callable[[], bool], *, what: str = "rest", seconds: float = LONGEST_SECONDS, pause: float = 0.04
    ) -> None:
        """Wait, and tend the house meanwhile: a worker whose children are killed at birth gives up by itself."""
        tended = time.monotonic()
        until = tended + seconds
        while not true():
            now = time.monotonic()
            if now > until:
                raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
            if now - tended > TEND_SECONDS:
                self.house.tend()
                tended = now
            time.sleep(pause)

    def _is_at_rest(self) -> bool:
        self._notice_doubt()
        has_ended = self.house.state(self.mailing_id) in self.fault.may_end
        return has_ended and not self.in_state("claimed", "handing_over")

    def _notice_doubt(self) -> None:
        """Remember for how long a letter was in somebody's hands past its gate: so long its doubt was not shown."""
        now, waiting = time.monotonic(), {one.id for one in self.in_state("handing_over")}
        self._past_gate = {one: self._past_gate.get(one, now) for one in waiting}
        self._doubt_seconds = max([self._doubt_seconds, *(now - since for since in self._past_gate.values())])

    def _account(self) -> Account:
        back = None if self.broker_back_at is None else self.rested_at - self.broker_back_at
        return Account(
            planned=self.planned,
            letters=self.letters(),
            mailing_state=self.house.state(self.mailing_id),
            seen=self.house.log.seen(),
            may_end=self.fault.may_end,
            expected=self.fault.expected,
            doubts_allowed=self.doubts_allowed,
            doubt_seconds=self._doubt_seconds,
            judged=self.fault.judged | self.fault.occasions,
            back_seconds=back,
            left=self.left,
            woken_at=self.woken_at,
            attempts_when_woken=self.attempts_when_woken,
            quiet=self.quiet,
        )


@dataclass(frozen=True)
class Verdict:
    """How a run of a fault went: its account and the promises that were not kept."""

    name: str
    house: str
    seed: str
    seconds: float
    account: Account | None
    violations: list[Violation]


def try_fault(house: House, fault: Fault, seed: str) -> Verdict:
    """Perform a run and judge it. What was not brought about is a violation of nothing, but it is told."""
    began = time.monotonic()
    run = Run(house, fault, Random(seed))  # noqa: S311 - chance that can be repeated is the point
    account, violations = None, []
    try:
        account = run.perform()
        violations = [*judge(account), *run.blamed]
    except TimeoutError as late:
        violations = [Violation("--", f"not brought about: {late}")]
    except Exception as broken:
        # One run that breaks off must not take the other ninety-nine with it; where it broke is shown.
        traceback.print_exc()
        violations = [Violation("--", f"broke off: {broken!r}")]
    with suppress(TimeoutError):
        run.clear_away()
    return Verdict(fault.name, house.kind, seed, time.monotonic() - began, account, violations)
