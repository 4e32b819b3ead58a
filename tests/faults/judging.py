"""The judge: what the rows say, held against the mail server's own log. Values in, violations out.

The invariants are those of decision 0008. I5 to I8 are judged where a fault gives occasion; the table shows a dot where
it does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.house import Letter
from tests.faults.mail_log import Seen

ENDS = frozenset({"skipped", "accepted", "rejected", "uncertain", "cancelled", "expired"})
SENT = frozenset({"accepted", "uncertain"})
INVARIANTS = ("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8")
# A letter's doubt is shown by name within this time (I4), and the work goes on within it once the broker is back (I5).
WITHIN_SECONDS = 60.0
# Between the gate and the dot's arrival a busy machine may pause: a dot this soon after a leave passed its gate before.
ON_ITS_WAY_SECONDS = 2.0


@dataclass(frozen=True)
class Violation:
    """A promise that was not kept: which, in a sentence, and the rows concerned."""

    invariant: str
    says: str
    rows: tuple[Letter | str, ...] = ()

    def __str__(self) -> str:
        shown = "".join(f"\n      {row}" for row in self.rows[:10])
        more = f"\n      … and {len(self.rows) - 10} more" if len(self.rows) > 10 else ""
        return f"{self.invariant}: {self.says}{shown}{more}"


@dataclass
class Account:
    """All that one run is judged by."""

    planned: frozenset[str]
    letters: list[Letter]
    mailing_state: str
    seen: Seen
    # How the mailing may end, and each letter: the prefix of an address → its states; "" for all others.
    may_end: frozenset[str] = frozenset({"sent"})
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Connections that were open at the moments something was done to the house.
    doubts_allowed: int = 0
    doubt_seconds: float | None = None
    # Which promises there was occasion for.
    judged: frozenset[str] = frozenset(INVARIANTS)
    back_seconds: float | None = None
    # Address → the moment from which no gate may pass for it (a leave, a stop).
    left: Mapping[str, float] = field(default_factory=dict)
    # When a worker woke that had slept past its lease, all letters being at rest.
    woken_at: float | None = None
    # Which attempt each letter was at then. A dot of a later one is no zombie's: it was claimed anew, under a lease.
    attempts_when_woken: Mapping[str, int] = field(default_factory=dict)
    # Whose promise it is that not one dot arrives between two moments: while paused, or before a person confirms.
    quiet: Sequence[tuple[str, float, float]] = ()

    @property
    def uncertain(self) -> int:
        return sum(one.state == "uncertain" for one in self.letters)


def judge(account: Account) -> list[Violation]:
    """Return every promise that was not kept."""
    questions = (_nobody_lost, _nobody_twice, _truth, _bounded_doubt, _broker, _respect, _zombies, _quiet)
    found = [violation for question in questions for violation in question(account)]
    return [violation for violation in found if violation.invariant in account.judged]


def _nobody_lost(account: Account) -> Iterator[Violation]:
    there = Counter(one.address for one in account.letters)
    if set(there) != account.planned or max(there.values(), default=1) > 1:
        odd = tuple(sorted(set(there) ^ account.planned)) + tuple(a for a, n in there.items() if n > 1)
        yield Violation("I1", "the letters are not those of the frozen audience, one each", odd)
    if account.mailing_state not in account.may_end:
        yield Violation("I1", f"the mailing ended as {account.mailing_state}, not {'/'.join(sorted(account.may_end))}")
    open_ones = tuple(one for one in account.letters if one.state not in ENDS)
    if open_ones and account.mailing_state in ("sent", "cancelled"):
        yield Violation("I1", "the mailing is closed, but letters are not", open_ones)
    odd_ends = tuple(one for one in account.letters if one.state in ENDS and one.state not in _expected(account, one))
    if odd_ends:
        yield Violation("I1", "letters ended as nobody expects", odd_ends)


def _nobody_twice(account: Account) -> Iterator[Violation]:
    taken = Counter(dot.message_id for dot in account.seen.dots if dot.taken)
    dots = Counter(dot.message_id for dot in account.seen.dots)
    twice = tuple(one for one in account.letters if taken[one.message_id] > 1)
    if twice:
        yield Violation("I2", "letters that the server took twice", twice)
    ungated = tuple(one for one in account.letters if dots[one.message_id] > one.handovers)
    if ungated:
        yield Violation("I2", "more dots than gates that were written down", ungated)
    ours = {one.message_id for one in account.letters}
    strange = tuple(str(dot) for dot in account.seen.dots if dot.message_id not in ours)
    if strange:
        yield Violation("I2", "letters that no row knows", strange)


def _truth(account: Account) -> Iterator[Violation]:
    said = account.seen.said_250
    invented = tuple(one for one in account.letters if one.state == "accepted" and one.message_id not in said)
    if invented:
        yield Violation("I3", "accepted, but the server never said 250", invented)
    denied = tuple(one for one in account.letters if one.message_id in said and one.state not in SENT)
    if denied:
        yield Violation("I3", "the server said 250, but the row is neither accepted nor uncertain", denied)
    taken = {dot.message_id for dot in account.seen.dots if dot.taken}
    forgotten = tuple(one for one in account.letters if one.message_id in taken and one.state not in SENT)
    if forgotten and not denied:
        yield Violation("I3", "the server has the letter, but the row says that it never left", forgotten)


def _bounded_doubt(account: Account) -> Iterator[Violation]:
    allowed = account.doubts_allowed + account.seen.unclear_answers
    if account.uncertain > allowed:
        rows = tuple(one for one in account.letters if one.state == "uncertain")
        yield Violation("I4", f"{account.uncertain} uncertain, where faults × connections is {allowed}", rows)
    if account.doubt_seconds is not None and account.doubt_seconds > WITHIN_SECONDS:
        yield Violation("I4", f"a letter was in doubt for {account.doubt_seconds:.0f} s before its name was shown")


def _broker(account: Account) -> Iterator[Violation]:
    if account.back_seconds is not None and account.back_seconds > WITHIN_SECONDS:
        yield Violation("I5", f"letters went on only {account.back_seconds:.0f} s after the broker was back")


def _respect(account: Account) -> Iterator[Violation]:
    late = tuple(
        f"{dot.recipient}, {dot.at - account.left[dot.recipient]:.1f} s after it was to get nothing any more"
        for dot in account.seen.dots
        if dot.recipient in account.left and dot.at > account.left[dot.recipient] + ON_ITS_WAY_SECONDS
    )
    if late:
        yield Violation("I6", "gates passed after a leave or a stop", late)


def _zombies(account: Account) -> Iterator[Violation]:
    if account.woken_at is not None:
        attempts = {one.address: one.attempt for one in account.letters}
        of_old = {address for address, one in account.attempts_when_woken.items() if attempts.get(address) == one}
        late = (dot.recipient for dot in account.seen.dots if dot.at > account.woken_at)
        sent = tuple(recipient for recipient in late if recipient in of_old)
        if sent:
            yield Violation("I7", "a worker that slept past its lease sent letters when it woke", sent)


def _quiet(account: Account) -> Iterator[Violation]:
    for invariant, begin, end in account.quiet:
        loud = tuple(dot.recipient for dot in account.seen.dots if begin < dot.at < end)
        if loud:
            yield Violation(invariant, "letters left while everything was to wait for a person", loud)


def _expected(account: Account, letter: Letter) -> frozenset[str]:
    fitting = [prefix for prefix in account.expected if letter.address.startswith(prefix)]
    return account.expected[max(fitting, key=len)] if fitting else SENT
