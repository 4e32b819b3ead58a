"""Freezing: the letter is compiled once and kept, and each mailbox of the audience gets one row.

QUEUED, or SKIPPED with the gate's reason; beside it for whom the letter was meant, and why, so that it can be explained
a year later.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from mailer.audiences.why.reasons import reasons_for
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.directory.models import Mailbox
from mailer.foundation.database import is_sqlite, settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind
from mailer.wire.slots import split

# From so many rows on it pays to count them before joining to them.
MANY = 10_000


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


def freeze_audience(session: Session, mailing: Mailing, letters: Table, *, now: datetime) -> int:
    """Make a row for every mailbox of the audience; return how many.

    ``letters`` are those of the audience (``audiences.recipients.keeping``). One statement makes all rows; the unique
    pair (mailing, mailbox) guards them. Raises ``BadInput`` when nobody fits.
    """
    planned = freeze_deliveries(session, mailing, letters, now=now)
    if not planned:
        raise BadInput(_("Niemand past bij deze selectie. Haal een voorwaarde weg."), field="audience")
    if planned > MANY and not is_sqlite(session):
        # PostgreSQL knows nothing yet of rows this transaction made, and would look through them for each reader.
        session.execute(text("ANALYZE delivery"))
    _freeze_addressees(session, mailing, letters)
    if mailing.kind is MailingKind.INVITATION:
        _freeze_reasons(session, mailing, now=now)
    return planned


def freeze_deliveries(session: Session, mailing: Mailing, letters: Table, *, now: datetime) -> int:
    """Make the rows themselves; return how many. ``freeze_audience`` adds whom they are for.

    What the gate said of a mailbox is the same in each of its letters; it is asked again before each one leaves.
    """
    who = _readers(session, letters)
    columns = {
        "mailing_id": literal(mailing.id),
        "mailbox_id": Mailbox.id,
        "address": Mailbox.address,
        "state": case((who.c.refusal.is_(None), DeliveryState.QUEUED.value), else_=DeliveryState.SKIPPED.value),
        "reason": func.coalesce(who.c.refusal, ""),
        "message_id": _message_id(session, mailing),
        "attempt": literal(0),
        "handovers": literal(0),
        "worker": literal(""),
        "reply_text": literal(""),
        "created_at": literal(now, Delivery.created_at.type),
        "because": literal({}, Delivery.because.type),
    }
    # In the order of the mailboxes: the indexes then grow at their end.
    rows = select(*columns.values()).join(who, who.c.mailbox_id == Mailbox.id).order_by(Mailbox.id)
    made = insert(Delivery).from_select(list(columns), rows, include_defaults=False)
    # The driver knows how many: counting a million of them again takes half a second.
    done: CursorResult[Any] = session.connection().execute(made, execution_options={"preserve_rowcount": True})
    return done.rowcount


def _readers(session: Session, letters: Table) -> Subquery:
    """Each mailbox once, with what the gate said."""
    mailbox_id, refusal = letters.c.mailbox_id, letters.c.refusal
    chosen = select(mailbox_id).where(letters.c.is_chosen == 1)
    if is_sqlite(session):
        return chosen.add_columns(func.max(refusal).label("refusal")).group_by(mailbox_id).subquery()
    # By sorting, for they are to be inserted in this order and mostly stand in it: half the work of hashing.
    return chosen.add_columns(refusal).ext(distinct_on(mailbox_id)).order_by(mailbox_id).subquery()


def _freeze_addressees(session: Session, mailing: Mailing, letters: Table) -> None:
    """The organisations that were chosen, and all their people for whom this is the mailbox to use (``Addressees``)."""
    reader, organisation_id = letters.c.mailbox_id, func.coalesce(letters.c.organisation_id, 0)
    party = (
        select(reader.label("mailbox_id"), organisation_id.label("organisation_id"))
        .where(letters.c.is_chosen == 1)
        .distinct()
        .cte("chosen_party")
    )
    delivery = and_(Delivery.mailing_id == mailing.id, Delivery.mailbox_id == party.c.mailbox_id)
    organisations = (
        select(Delivery.id, party.c.organisation_id, cast(null(), Integer))
        .join(party, delivery)
        .where(party.c.organisation_id != 0)
    )
    people = (
        select(Delivery.id, cast(null(), Integer), letters.c.person_id)
        .join(party, delivery)
        .join(letters, and_(reader == party.c.mailbox_id, organisation_id == party.c.organisation_id))
        .where(letters.c.person_id.is_not(None))
        .distinct()
    )
    meant = union_all(organisations, people)
    session.execute(insert(DeliveryAddressee).from_select(["delivery_id", "organisation_id", "person_id"], meant))


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
