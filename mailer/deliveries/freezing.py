"""Freezing: the letter is compiled once and kept, and each mailbox of the audience gets one row.

QUEUED, or SKIPPED with the gate's reason; beside it for whom the letter was meant, and why, so that it can be explained
a year later.
"""

from __future__ import annotations

import secrets
from datetime import datetime

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
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.directory.models import Mailbox
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind
from mailer.mailings.rendering import compile_letter
from mailer.wire.slots import split


def freeze_letter(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Keep the letter as it is at this moment. Raises ``BadInput`` when it cannot be made."""
    letter = compile_letter(session, mailing, now=now)
    split(letter)  # An unknown slot stops it here, not halfway the audience.
    session.execute(delete(CompiledLetter).where(CompiledLetter.mailing_id == mailing.id))
    session.add(
        CompiledLetter(
            mailing_id=mailing.id, subject=letter.subject, html=letter.html, text=letter.text, compiled_at=now
        )
    )


def freeze_audience(session: Session, mailing: Mailing, *, now: datetime) -> int:
    """Make a row for every mailbox of the audience; return how many.

    One statement makes them all; the unique pair (mailing, mailbox) guards them. Raises ``BadInput`` when nobody fits.
    """
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
