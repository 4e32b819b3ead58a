"""Scheduling: from a draft to a moment at which the first letter may leave, and back.

One row, one logbook line, no message to anybody: the workers' clock looks at the column. ``deliveries`` takes it from
PREPARING on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.checks.checking import check_mailing
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.staff import logbook
from mailer.staff.models import Operator

S = MailingState
TRANSITIONS: dict[MailingState, frozenset[MailingState]] = {
    S.DRAFT: frozenset({S.SCHEDULED}),
    # Staff takes it back, a worker takes it up, or somebody stops it.
    S.SCHEDULED: frozenset({S.DRAFT, S.PREPARING, S.HELD, S.CANCELLED}),
    S.PREPARING: frozenset({S.SENDING, S.HELD, S.CANCELLED}),
    S.SENDING: frozenset({S.PAUSED, S.HELD, S.SENT, S.CANCELLED}),
    S.PAUSED: frozenset({S.SENDING, S.CANCELLED}),
    # What cannot be sent waits, and goes on where it was.
    S.HELD: frozenset({S.SCHEDULED, S.PREPARING, S.SENDING, S.PAUSED, S.CANCELLED}),
    S.SENT: frozenset(),
    S.CANCELLED: frozenset(),
}
"""What a mailing can become from each state. SENT and CANCELLED are for ever."""


def schedule(
    session: Session,
    mailing: Mailing,
    *,
    now: datetime,
    at: datetime | None = None,
    grace_seconds: float | None = None,
    skips_quiet_hours: bool = False,
    by: Operator | None = None,
) -> Mailing:
    """Let the mailing leave at a moment, or as soon as the grace period (settings, unless given) is over.

    In quiet hours it waits for the morning, unless it ``skips_quiet_hours``.

    Raises ``BadInput`` with everything that stops it, or when the moment is past; ``Conflict`` when it is no draft.
    """
    if at is not None and at < now:
        raise BadInput(_("Dat moment is al geweest. Kies een moment dat nog komt."), field="at")
    grace = settings_of(session).grace_seconds if grace_seconds is None else grace_seconds
    leaves_at = at or now + timedelta(seconds=grace)
    stops = check_mailing(session, mailing, now=now, sending_at=leaves_at).stops
    if stops:
        sentence = ngettext(
            "Je kunt nog niet verzenden. Los eerst 1 punt op.",
            "Je kunt nog niet verzenden. Los eerst %(n)s punten op.",
            len(stops),
        )
        raise BadInput(sentence, problems=[stop.sentence for stop in stops])
    become(session, mailing, S.SCHEDULED)
    mailing.scheduled_at, mailing.skips_quiet_hours = leaves_at, skips_quiet_hours
    mailing.expires_at = _expires_at(session, mailing, leaves_at)
    session.flush()
    logbook.note(session, by, "mailing-scheduled", mailing, now=now)
    return mailing


def unschedule(session: Session, mailing: Mailing, *, now: datetime, by: Operator | None = None) -> Mailing:
    """Make it a draft again. Raises ``Conflict`` when a worker has begun: then it can only be stopped."""
    become(session, mailing, S.DRAFT)
    mailing.scheduled_at = None
    mailing.expires_at = None
    session.flush()
    logbook.note(session, by, "mailing-unscheduled", mailing, now=now)
    return mailing


def become(session: Session, mailing: Mailing, state: MailingState) -> Mailing:
    """Change the state by the table above, if nobody else did in the meantime. Raises ``Conflict`` otherwise."""
    allowed = [before for before, after in TRANSITIONS.items() if state in after]
    session.flush()
    # One UPDATE decides: a worker may take the mailing up at this very moment.
    changed = session.execute(
        update(Mailing)
        .where(Mailing.id == mailing.id, Mailing.state == mailing.state, Mailing.state.in_(allowed))
        .values(state=state)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_("Dit kan nu niet: de mailing is intussen verder of al klaar. Kijk hoe het ermee staat."))
    session.refresh(mailing)
    return mailing


def _expires_at(session: Session, mailing: Mailing, leaves_at: datetime) -> datetime:
    """News grows old in two days; an invitation makes sense until the meeting begins."""
    about_a_meeting = mailing.kind in (MailingKind.INVITATION, MailingKind.EVENT_NEWS)
    if about_a_meeting and mailing.event is not None and mailing.event.starts_at > leaves_at:
        return mailing.event.starts_at
    return leaves_at + timedelta(hours=settings_of(session).newsletter_expiry_hours)
