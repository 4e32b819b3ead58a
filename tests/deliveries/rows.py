"""Rows of the deliveries floor: a mailing that is being sent, and its letters."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.deliveries.regulating.limiting import Asking, first_relay, take_allowances
from mailer.directory.models import Mailbox
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind, MailingState
from tests.factories import a_mailbox, a_topic, an_organisation

PATIENCE_SECONDS = 10.0
BEGIN = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)


def a_mailing_being_sent(
    session: Session,
    addresses: list[str] | int = 3,
    *,
    state: MailingState = MailingState.SENDING,
    kind: MailingKind = MailingKind.NEWSLETTER,
    prepared_at: datetime = BEGIN,
    **more: object,
) -> Mailing:
    """A mailing with a frozen letter and a queued delivery for each address, each of an organisation of its own."""
    mailing = Mailing(
        kind=kind,
        subject="Wat er te doen is",
        topic=a_topic(session),
        state=state,
        prepared_at=prepared_at,
        scheduled_at=prepared_at,
        expires_at=prepared_at + timedelta(days=365 * 20),
        created_at=prepared_at,
        changed_at=prepared_at,
        **more,
    )
    session.add(mailing)
    session.flush()
    session.add(
        CompiledLetter(
            mailing_id=mailing.id,
            subject="Wat er te doen is",
            html='<p>[[mailbox.greeting]]</p><p>[[why]]</p><a href="[[link.leave]]">uitschrijven</a>',
            text="[[mailbox.greeting]]\n\n[[why]]\n[[link.leave]]\n",
            compiled_at=prepared_at,
        )
    )
    if isinstance(addresses, int):
        addresses = [f"info{number}@devoeg{number}.example.org" for number in range(addresses)]
    for address in addresses:
        a_delivery(session, mailing, address)
    session.flush()
    return mailing


def a_delivery(session: Session, mailing: Mailing, address: str) -> Delivery:
    mailbox = session.scalars(select(Mailbox).where(Mailbox.address_key == address)).one_or_none()
    mailbox = mailbox or a_mailbox(session, address)
    organisation = an_organisation(session, mailbox=mailbox)
    delivery = Delivery(
        mailing_id=mailing.id,
        mailbox_id=mailbox.id,
        address=address,
        state=DeliveryState.QUEUED,
        message_id=f"<m{mailing.id}.{mailbox.id}@tegelpost.example.org>",
        created_at=BEGIN,
    )
    session.add(delivery)
    session.flush()
    session.add(DeliveryAddressee(delivery_id=delivery.id, organisation_id=organisation.id))
    return delivery


def states(session: Session, mailing: Mailing) -> dict[str, str]:
    """Address → state of every letter of the mailing, in the order in which they were made."""
    letters = select(Delivery.address, Delivery.state).where(Delivery.mailing_id == mailing.id).order_by(Delivery.id)
    return {address: state.value for address, state in session.execute(letters)}


def one_leaves(session: Session, *, now: datetime) -> float:
    """Take the allowance of one letter: 0 when it may leave now, else the seconds that it has to wait."""
    return take_allowances(session, [Asking(0, first_relay(session), "")], now=now).wait_seconds


def wait_until_somebody_waits(database) -> None:
    """Until another transaction of this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with database.transaction(writes=False) as session:
            if session.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
