"""Preparing: the letter and its audience are frozen, and from then on the sums must add up (invariant I1).

When a mailing's moment has come, and what happens when that is missed or the letter cannot be made. What is kept is in
``freezing``.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.recipients.keeping import kept_letters
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.freezing import freeze_audience, freeze_letter
from mailer.deliveries.holding import hold, lock
from mailer.deliveries.remembering import remember_audience
from mailer.directory.identities import keep_identities
from mailer.events.inviting import invite
from mailer.foundation.clock import say_moment
from mailer.foundation.database import Clock, Database, settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing, MailingKind, MailingState

log = logging.getLogger(__name__)

# A schedule missed by more than this asks a person first: its news may be old (invariant I8).
MISSED_AFTER = timedelta(hours=2)


def take_due(session: Session, *, now: datetime) -> list[int]:
    """Take the mailings whose moment has come, and those that a worker left half prepared; return their ids."""
    due = session.scalars(
        select(Mailing)
        .where(
            ((Mailing.state == MailingState.SCHEDULED) & (Mailing.scheduled_at <= now))
            | (Mailing.state == MailingState.PREPARING)
        )
        .order_by(Mailing.scheduled_at)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    taken = []
    for mailing in due:
        if mailing.state is MailingState.SCHEDULED and _was_missed(mailing, now):
            hold(session, mailing, because=_say_missed(mailing), until=None, now=now)
        else:
            mailing.state = MailingState.PREPARING
            taken.append(mailing.id)
    session.flush()
    return taken


def prepare(session: Session, mailing: Mailing, *, now: datetime) -> int:
    """Freeze the letter and the audience, and let sending begin; return how many letters are planned.

    Does nothing when somebody else prepared it meanwhile. Raises ``BadInput`` when the letter or its audience is not
    good: then nothing is frozen.
    """
    keep_identities(session)
    lock(session, mailing)
    if mailing.state is not MailingState.PREPARING:
        return 0
    freeze_letter(session, mailing, now=now)
    if not mailing.audience:
        raise BadInput(_("Kies eerst wie je wilt bereiken."), field="audience")
    with kept_letters(session, mailing.audience, now=now, purpose=purpose_of(session, mailing)) as letters:
        planned = freeze_audience(session, mailing, letters, now=now)
        remember_audience(session, mailing, letters, now=now)
    _invite(session, mailing, now=now)
    mailing.state, mailing.prepared_at = MailingState.SENDING, now
    mailing.expires_at = _expiry(session, mailing, now)
    session.flush()
    return planned


def prepare_due(database: Database, *, clock: Clock) -> int:
    """Prepare every mailing whose moment has come; return how many. One that cannot be prepared is held, with why."""
    with database.transaction() as session:
        due = take_due(session, now=clock(session))
    for mailing_id in due:
        try:
            with database.transaction() as session:
                prepare(session, session.get_one(Mailing, mailing_id), now=clock(session))
        except BadInput as refused:
            with database.transaction() as session:
                mailing = session.get_one(Mailing, mailing_id)
                hold(session, mailing, because=" ".join(refused.problems), until=None, now=clock(session))
        except Exception:
            # Ours to mend; the other mailings must not wait for it.
            log.exception("Mailing %s cannot be prepared.", mailing_id)
            with database.transaction() as session:
                because = _("De mail kan niet worden gemaakt. De beheerder kan in het logboek zien waarom.")
                hold(session, session.get_one(Mailing, mailing_id), because=because, until=None, now=clock(session))
    return len(due)


def _invite(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Whoever gets the invitation can answer it: also who joined the audience after the parties were invited."""
    if mailing.kind is MailingKind.INVITATION and mailing.event is not None and mailing.audience:
        invite(session, mailing.event, mailing.audience, by=None, now=now, purpose=purpose_of(session, mailing))


def _expiry(session: Session, mailing: Mailing, now: datetime) -> datetime:
    hours = timedelta(hours=settings_of(session).newsletter_expiry_hours)
    if mailing.event is None or mailing.kind in (MailingKind.NEWSLETTER, MailingKind.CALL):
        return now + hours
    return mailing.event.starts_at if mailing.kind is MailingKind.INVITATION else mailing.event.ends_at


def _was_missed(mailing: Mailing, now: datetime) -> bool:
    return mailing.scheduled_at is not None and now - mailing.scheduled_at > MISSED_AFTER


def _say_missed(mailing: Mailing) -> str:
    assert mailing.scheduled_at is not None
    return _(
        "Deze mailing had %(moment)s weg moeten gaan, maar het programma stond toen stil. "
        "Kijk of hij nog klopt en kies dan Verdergaan.",
        moment=say_moment(mailing.scheduled_at),
    )
