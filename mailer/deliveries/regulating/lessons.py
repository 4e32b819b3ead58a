"""Lessons: what a group of tries teaches about its relays, recipient domains and mailings.

Beside what happens to each letter (``line.recording``): a relay that takes letters again is trusted again, a domain
that refuses *us* is left alone for a while, and a mailing whose letter itself is refused again and again waits for a
person. Nobody gets a strike for any of these (decision 0013).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.deliveries.models import SendingTrouble
from mailer.deliveries.regulating.limits import domain_scope
from mailer.deliveries.regulating.troubles import (
    forget_trouble,
    hold_troubles,
    mailing_scope,
    make_wait,
    note_taken,
    note_trouble,
    refusals_before_a_wait,
    troubled_scopes,
)
from mailer.foundation.database import settings_of
from mailer.wire.replies import Fault, Outcome, Phase, Verdict

# Over this part of the letters since the first refusal, and a domain is left alone, as after too many in a row.
REFUSED_PART, COUNTED_FROM = 0.03, 100
# After so many in a row its letters that somebody holds go back: they would all be refused before we know.
CAREFUL_FROM = 4
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 3600.0, 24 * 3600.0


@dataclass(frozen=True)
class Try:
    """One letter that was tried: to what address, by which relay, of which mailing, and how it ended."""

    address: str
    relay: str
    mailing_id: int | None
    outcome: Outcome

    @property
    def is_taken(self) -> bool:
        return self.outcome.verdict is Verdict.ACCEPTED


def draw_lessons(session: Session, tries: Sequence[Try], *, now: datetime) -> set[str]:
    """Remember what these tries tell about where they went; return the domains ("@domain") that seem not to want us.

    For recording, after the letters themselves: troubles are locked last. One small SELECT when there is no trouble.
    Letters for a returned domain that were claimed already should go back; few at a time are claimed again, or none.
    """
    troubled = troubled_scopes(session)
    if troubled:
        hold_troubles(session, troubled & scopes_of(tries))
        _note_what_went_well(session, tries, troubled)
    for mailing_id, outcomes in _by_mailing(tries).items():
        note_trouble(session, mailing_scope(mailing_id), outcomes[-1], times=len(outcomes), now=now)
    return {
        scope
        for scope, outcomes in sorted(_by_domain(tries).items())
        if _wants_us_not(session, scope, outcomes, now=now)
    }


def scopes_of(tries: Sequence[Try]) -> set[str]:
    """Return all that these tries may teach something about."""
    mailings = {mailing_scope(one.mailing_id) for one in tries if one.mailing_id is not None}
    return mailings | {one.relay for one in tries} | {domain_scope(one.address) for one in tries}


def refuses_us(outcome: Outcome) -> bool:
    """Return whether a domain said no to us, for now or for good, and not to the mailbox or the letter."""
    return outcome.fault is Fault.POLICY or _asks_for_patience(outcome)


def _note_what_went_well(session: Session, tries: Sequence[Try], troubled: set[str]) -> None:
    heard = {one.relay for one in tries if not one.outcome.is_relay_trouble}
    taken = [one for one in tries if one.is_taken]
    letters_of_fine_mailings = {mailing_scope(one.mailing_id) for one in taken if one.mailing_id is not None}
    forget_trouble(session, troubled & (heard | letters_of_fine_mailings))
    domains = Counter(domain_scope(one.address) for one in taken)
    for scope in sorted(troubled & set(domains)):
        note_taken(session, scope, domains[scope])


def _by_mailing(tries: Sequence[Try]) -> dict[int, list[Outcome]]:
    """Which mailings' own letters were refused."""
    found: dict[int, list[Outcome]] = {}
    for one in tries:
        if one.outcome.fault is Fault.LETTER and one.mailing_id is not None:
            found.setdefault(one.mailing_id, []).append(one.outcome)
    return dict(sorted(found.items()))


def _by_domain(tries: Sequence[Try]) -> dict[str, list[Outcome]]:
    """Which domains refused us, for what we are and not for what the mailbox or the letter is."""
    found: dict[str, list[Outcome]] = {}
    for one in tries:
        if refuses_us(one.outcome):
            found.setdefault(domain_scope(one.address), []).append(one.outcome)
    return found


def _asks_for_patience(outcome: Outcome) -> bool:
    """Too much, too soon, or unknown yet (421, 4.7.x): said of us, not of the mailbox."""
    if outcome.verdict is not Verdict.TEMPORARY or outcome.phase not in (Phase.RCPT, Phase.DATA, Phase.AFTER_DOT):
        return False
    return outcome.reply.code == 421 or outcome.reply.status.startswith("4.7.")


def _wants_us_not(session: Session, scope: str, outcomes: Sequence[Outcome], *, now: datetime) -> bool:
    is_refusal = any(one.fault is Fault.POLICY for one in outcomes)
    trouble = note_trouble(session, scope, outcomes[-1], times=len(outcomes), is_refusal=is_refusal, now=now)
    if not _is_enough(trouble):
        return trouble.in_row >= CAREFUL_FROM
    first = FIRST_WAIT_SECONDS if is_refusal else settings_of(session).retry_seconds
    make_wait(session, trouble, first_seconds=first, longest_seconds=LONGEST_WAIT_SECONDS, now=now)
    # What was counted led to this wait; the next one must have reasons of its own.
    trouble.in_row = trouble.troubles = trouble.taken = 0
    session.flush()
    return True


def _is_enough(trouble: SendingTrouble) -> bool:
    if trouble.in_row >= refusals_before_a_wait(trouble.waits):
        return True
    counted = trouble.troubles + trouble.taken
    return counted >= COUNTED_FROM and trouble.troubles > REFUSED_PART * counted
