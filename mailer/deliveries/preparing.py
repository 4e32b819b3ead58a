"""Preparing: the letter and its audience are frozen, and from then on the sums must add up (invariant I1).

The letter is compiled once and kept. Each mailbox of the audience gets one row, QUEUED or SKIPPED with the gate's
reason, and beside it for whom it was meant, so that the letter can be explained a year later.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from mailer.audiences.choosing import addressees, chosen
from mailer.audiences.explaining import reasons_for
from mailer.deliveries.asking import purpose_of, refusal
from mailer.deliveries.holding import hold, lock
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.directory.models import Mailbox
from mailer.events.inviting import invite
from mailer.foundation.clock import say_moment
from mailer.foundation.database import Clock, Database, settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind, MailingState
from mailer.mailings.rendering import compile_letter
from mailer.wire.slots import split

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
        .with_for_update(skip_locked=True)
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
    lock(session, mailing)
    if mailing.state is not MailingState.PREPARING:
        return 0
    _freeze_letter(session, mailing, now=now)
    planned = _freeze_audience(session, mailing, now=now)
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


def _freeze_letter(session: Session, mailing: Mailing, *, now: datetime) -> None:
    letter = compile_letter(session, mailing, now=now)
    split(letter)  # An unknown slot stops it here, not halfway the audience.
    session.execute(delete(CompiledLetter).where(CompiledLetter.mailing_id == mailing.id))
    session.add(
        CompiledLetter(
            mailing_id=mailing.id, subject=letter.subject, html=letter.html, text=letter.text, compiled_at=now
        )
    )


def _freeze_audience(session: Session, mailing: Mailing, *, now: datetime) -> int:
    """One statement makes all rows; the unique pair (mailing, mailbox) guards them."""
    if not mailing.audience:
        raise BadInput(_("Kies eerst wie je wilt bereiken."), field="audience")
    purpose = purpose_of(session, mailing)
    who = chosen(session, mailing.audience, now=now, purpose=purpose)
    # The gate is asked again for the mailbox itself: a row is skipped with the reason that holds now.
    reason = refusal(purpose, now=now)
    columns = {
        "mailing_id": literal(mailing.id),
        "mailbox_id": Mailbox.id,
        "address": Mailbox.address,
        "state": case((reason.is_(None), DeliveryState.QUEUED.value), else_=DeliveryState.SKIPPED.value),
        "reason": func.coalesce(reason, ""),
        "message_id": _message_id(session, mailing),
        "attempt": literal(0),
        "handovers": literal(0),
        "worker": literal(""),
        "reply_text": literal(""),
        "created_at": literal(now, Delivery.created_at.type),
        "because": literal({}, Delivery.because.type),
    }
    rows = select(*columns.values()).where(Mailbox.id.in_(who)).order_by(Mailbox.id)
    session.execute(insert(Delivery).from_select(list(columns), rows, include_defaults=False))
    _freeze_addressees(session, mailing, now=now)
    if mailing.kind is MailingKind.INVITATION:
        _freeze_reasons(session, mailing, now=now)
    planned = session.scalar(select(func.count()).where(Delivery.mailing_id == mailing.id))
    if not planned:
        raise BadInput(_("Niemand past bij deze selectie. Haal een voorwaarde weg."), field="audience")
    return int(planned)


def _invite(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Whoever gets the invitation can answer it: also who joined the audience after the parties were invited."""
    if mailing.kind is MailingKind.INVITATION and mailing.event is not None and mailing.audience:
        invite(session, mailing.event, mailing.audience, by=None, now=now, purpose=purpose_of(session, mailing))


def _freeze_addressees(session: Session, mailing: Mailing, *, now: datetime) -> None:
    assert mailing.audience is not None
    meant = addressees(session, mailing.audience, now=now, purpose=purpose_of(session, mailing))
    ids = dict(session.execute(select(Delivery.mailbox_id, Delivery.id).where(Delivery.mailing_id == mailing.id)).all())
    rows = [
        {"delivery_id": ids[mailbox_id], "organisation_id": organisation_id, "person_id": person_id}
        for mailbox_id, whom in meant.items()
        if mailbox_id in ids
        for organisation_id, person_id in (
            *((organisation, None) for organisation in whom.organisations),
            *((None, person) for person in whom.people),
        )
    ]
    if rows:
        session.execute(insert(DeliveryAddressee), rows)


def _freeze_reasons(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Why this mailbox is invited, as its reader may know it: true on the day it was sent, whatever changes later."""
    assert mailing.audience is not None
    with speaking("nl"):
        reasons = reasons_for(session, mailing.audience, now=now, purpose=purpose_of(session, mailing))
    told = [
        {"about": mailing.id, "reader": mailbox_id, "facts": {"reason": reason.sentence}}
        for mailbox_id, reason in reasons.items()
    ]
    if told:
        session.connection().execute(
            update(Delivery)
            .where(Delivery.mailing_id == bindparam("about"), Delivery.mailbox_id == bindparam("reader"))
            .values(because=bindparam("facts", type_=Delivery.because.type)),
            told,
        )


def _message_id(session: Session, mailing: Mailing) -> ColumnElement[str]:
    """Fixed with the row: a second try carries the same one, so that mail programs can tell a copy."""
    left = f"<m{mailing.id}.{secrets.token_hex(8)}."
    right = f"@{settings_of(session).mail_domain}>"
    return literal(left) + cast(Mailbox.id, String) + literal(right)


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
