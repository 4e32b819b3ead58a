"""Troubles kept for each relay, recipient domain and mailing apart, and how long each has to wait.

What counts as trouble, and of whom, is judged elsewhere (``wire.replies``, ``lessons``, ``routing``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.orm import Session

from mailer.deliveries.models import SendingTrouble
from mailer.foundation.database import UtcDateTime
from mailer.foundation.prepared import Prepared
from mailer.wire.replies import Outcome

# So many refusals in a row at one domain, and it is left alone; after that was done once, a few tell enough.
REFUSALS_IN_A_ROW, REFUSALS_AFTER_A_WAIT = 20, 3
# So many refusals of the letter itself in a row, and it is the letter.
LETTER_FAULTS_IN_A_ROW = 5


def mailing_scope(mailing_id: int) -> str:
    """Return the scope of a mailing's own troubles."""
    return f"#{mailing_id}"


def refused_mailings(session: Session) -> dict[int, SendingTrouble]:
    """Return the mailings whose letter itself was refused too often in a row to be chance: id → trouble."""
    if not troubled_scopes(session):
        return {}
    refused = SendingTrouble.scope.startswith("#"), SendingTrouble.in_row >= LETTER_FAULTS_IN_A_ROW
    return {int(one.scope[1:]): one for one in session.scalars(select(SendingTrouble).where(*refused))}


def hold_troubles(session: Session, scopes: Iterable[str]) -> None:
    """Hold what is known of these places, in the one order of everybody (decision 0076); before any of it is changed.

    A group of letters, or a person, touches several at once.
    """
    known = select(SendingTrouble.scope).where(SendingTrouble.scope.in_(sorted(set(scopes))))
    session.execute(known.order_by(SendingTrouble.scope).with_for_update())


def note_trouble(
    session: Session, scope: str, outcome: Outcome, *, times: int = 1, is_refusal: bool = True, now: datetime
) -> SendingTrouble:
    """Count a trouble and keep what was said; the row stays locked until the commit.

    One that is only a delay (not ``is_refusal``) counts in the row, and not against what is taken.
    """
    trouble = _locked(session, scope, now=now)
    trouble.in_row += times
    trouble.troubles += times if is_refusal else 0
    trouble.phase, trouble.reply_code = outcome.phase.value, outcome.reply.code or None
    trouble.reply_text = outcome.reply.text[:500]
    session.flush()
    return trouble


def make_wait(
    session: Session, trouble: SendingTrouble, *, first_seconds: float, longest_seconds: float, now: datetime
) -> datetime:
    """Let nothing leave there for a while, twice as long each time in a row; return until when.

    Several connections that meet the same trouble are one time.
    """
    if trouble.waits_until is None or trouble.waits_until <= now:
        seconds = min(first_seconds * 2.0 ** min(trouble.waits, 16), max(first_seconds, longest_seconds))
        trouble.waits, trouble.waits_until = trouble.waits + 1, now + timedelta(seconds=seconds)
        session.flush()
    assert trouble.waits_until is not None
    return trouble.waits_until


def note_taken(session: Session, scope: str, letters: int) -> None:
    """Count letters that were taken there after all: the row of troubles is broken."""
    session.execute(
        update(SendingTrouble)
        .where(SendingTrouble.scope == scope)
        .values(in_row=0, waits=0, taken=SendingTrouble.taken + letters)
        .execution_options(synchronize_session=False)
    )


def forget_trouble(session: Session, scopes: Iterable[str]) -> None:
    """All is well there again."""
    session.execute(delete(SendingTrouble).where(SendingTrouble.scope.in_(list(scopes))))


def try_again(session: Session, scopes: Iterable[str] | None = None) -> None:
    """Wait no longer: a person says that it will go now. Without ``scopes``: nowhere."""
    sooner = update(SendingTrouble).values(waits_until=None).execution_options(synchronize_session=False)
    session.execute(sooner if scopes is None else sooner.where(SendingTrouble.scope.in_(list(scopes))))


def troubled_scopes(session: Session) -> set[str]:
    """Return where there was trouble lately; usually nowhere, and then nothing else needs to be asked."""
    return {scope for (scope,) in _SCOPES(session)}


def refusing_domains(session: Session) -> set[str]:
    """Return the scopes of domains that took no letter since they refused one, or since they had to wait."""
    return {scope for (scope,) in _REFUSING(session)}


def let_few_go(session: Session, scope: str, *, every_seconds: float, now: datetime) -> tuple[int, datetime]:
    """Return how many letters may go to a domain that refuses us, and when the next ones may.

    Half of the refusals that it may still give before it is left alone, so often; the row stays locked until the
    commit.
    """
    trouble = _locked(session, scope, now=now)
    if trouble.next_few_at is not None and trouble.next_few_at > now:
        return 0, trouble.next_few_at
    trouble.next_few_at = now + timedelta(seconds=every_seconds)
    session.flush()
    return max(1, (refusals_before_a_wait(trouble.waits) - trouble.in_row) // 2), trouble.next_few_at


def refusals_before_a_wait(waits: int) -> int:
    """Return how many refusals in a row are enough for a domain that had to wait so often before."""
    return REFUSALS_AFTER_A_WAIT if waits else REFUSALS_IN_A_ROW


def waiting_until(session: Session, *, now: datetime) -> dict[str, datetime]:
    """Return where nothing leaves at this moment: scope → until when."""
    if not troubled_scopes(session):
        return {}
    rows = session.connection().execute(
        select(SendingTrouble.scope, SendingTrouble.waits_until).where(SendingTrouble.waits_until > now)
    )
    return {row.scope: row.waits_until for row in rows}


def forget_old_troubles(session: Session, *, now: datetime) -> None:
    """Forget what began over a day ago and nothing waits for any more."""
    is_over = or_(SendingTrouble.waits_until.is_(None), SendingTrouble.waits_until < now - timedelta(days=1))
    old = select(SendingTrouble.scope).where(SendingTrouble.since < now - timedelta(days=1), is_over)
    # What somebody holds is not over.
    free = old.order_by(SendingTrouble.scope).with_for_update(skip_locked=True)
    session.execute(delete(SendingTrouble).where(SendingTrouble.scope.in_(free)))


def _locked(session: Session, scope: str, *, now: datetime) -> SendingTrouble:
    session.execute(_ADD, {"scope": scope, "since": UtcDateTime().process_bind_param(now, session.get_bind().dialect)})
    found = select(SendingTrouble).where(SendingTrouble.scope == scope).with_for_update()
    return session.scalars(found, execution_options={"populate_existing": True}).one()


_SCOPES = Prepared(lambda _sqlite: select(SendingTrouble.scope))
_REFUSING = Prepared(
    lambda _sqlite: select(SendingTrouble.scope).where(
        SendingTrouble.scope.startswith("@"), or_(SendingTrouble.in_row > 0, SendingTrouble.waits > 0)
    )
)
# Two workers may meet the first trouble at the same moment.
_ADD = text(
    "INSERT INTO sending_trouble (scope, since, in_row, troubles, taken, waits, phase, reply_text) "
    "VALUES (:scope, :since, 0, 0, 0, 0, '', '') ON CONFLICT (scope) DO NOTHING"
)
