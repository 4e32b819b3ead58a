"""Windows: one transaction writes down what became of the letters before, and opens the gates of the next ones.

So a letter costs a hundredth of a commit instead of two. How many letters is a matter of time: as many as leave in a
tenth of a second, so that a stop or a leave is respected within that (decision 0067).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_

from mailer.deliveries.asking import GateQuestion
from mailer.deliveries.holding import hold_for_relay, lock_all
from mailer.deliveries.line import leasing
from mailer.deliveries.line.claiming import Claim, release
from mailer.deliveries.line.handing_over import Gates, open_gates, take_back
from mailer.deliveries.line.recording import Result, record, try_of
from mailer.deliveries.line.reopening import lock_mailings
from mailer.deliveries.regulating.lessons import scopes_of
from mailer.deliveries.regulating.troubles import hold_troubles
from mailer.directory.identities import keep_identities
from mailer.foundation.clock import boot_seconds
from mailer.foundation.database import Clock, Database
from mailer.mailings.models import Mailing, MailingState

# Longer than this a letter does not wait for a limit in a worker's hands: it is given back.
LONGEST_WAIT_SECONDS = 2.0


@dataclass(frozen=True)
class Opened:
    """What a window brought: the gates, and until when the lease holds (``boot_seconds``)."""

    gates: Gates
    lease_ends: float
    # Domains ("@domain") that do not want us now: their letters that we hold go back.
    left_alone: Collection[str] = ()


@dataclass(frozen=True)
class Bookkeeper:
    """Writes the windows of one worker. Used by one thread at a time."""

    database: Database
    worker: str
    clock: Clock

    def turn(
        self,
        results: Sequence[Result],
        claims: Sequence[Claim],
        questions: Mapping[int, GateQuestion],
        given_up: Sequence[Claim] = (),
        kept: Sequence[Claim] = (),
    ) -> Opened:
        """Write down these results and open the gates of these letters; both are durable when this returns.

        ``given_up``: letters before their gate that go back. ``kept``: letters past it whose dot stayed here.
        Raises what the database raised: then it is not known whether it was written, and no dot may go out.
        """
        began = boot_seconds()
        with self.database.transaction() as session:
            keep_identities(session)
            now = self.clock(session)
            asked = {one: question for one, question in questions.items() if any(c.mailing_id == one for c in claims)}
            # All mailings at once, before any letter: who stops a mailing locks it before its letters (decision 0076).
            touched = {one.mailing_id for one in (*given_up, *kept, *(result.claim for result in results))}
            if claims:
                gates = open_gates(session, claims, asked, beside=touched, now=now)
            else:
                gates = Gates(has_lease=leasing.renew(session, self.worker, now=now))
                lock_mailings(session, touched)
            # Claimed again it goes by another relay, waits for its domain, or is not claimed before there is room.
            too_long = [one for one, seconds in gates.waits.items() if seconds > LONGEST_WAIT_SECONDS]
            release(session, [*given_up, *too_long], again_at=now)
            if kept:
                take_back(session, kept, now=now)
            left_alone = record(session, results, now=now)
        # From before the database's clock was read: never later than the lease itself.
        return Opened(gates, began + self.database.settings.lease_seconds, left_alone)

    def hand_in(
        self, results: Sequence[Result], kept: Sequence[Claim], unsent: Sequence[Claim], *, is_all: bool
    ) -> None:
        """Write down the last results and give everything back: letters whose dot stayed here, and those before it.

        The lease ends with it when that is all; else it runs out, and the sweep finds what we do not know of.
        """
        with self.database.transaction() as session:
            keep_identities(session)
            now = self.clock(session)
            leasing.lock(session, self.worker)
            touched = {one.mailing_id for one in (*kept, *unsent, *(result.claim for result in results))}
            troubles = {one.claim.relay: one.outcome for one in results if one.outcome.is_relay_trouble}
            if troubles:
                lock_all(session, or_(Mailing.state == MailingState.SENDING, Mailing.id.in_(touched - {None})))
                hold_troubles(session, scopes_of([try_of(one) for one in results]))
            else:
                lock_mailings(session, touched)
            for relay, outcome in sorted(troubles.items()):
                hold_for_relay(session, outcome, relay=relay, now=now)
            record(session, results, now=now)
            take_back(session, kept, now=now)
            release(session, unsent, again_at=now)
            if is_all:
                leasing.end(session, self.worker)
