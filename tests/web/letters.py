"""A letter that left, so that its links lead somewhere."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import Mailbox
from mailer.mailings.models import Mailing, MailingKind, MailingState
from tests.factories import A_MOMENT, a_topic


def a_letter(session: Session, mailbox: Mailbox, *, topic: str = "nieuwsbrief", subject: str = "Nieuws") -> Delivery:
    """A newsletter that was accepted for this mailbox."""
    mailing = Mailing(
        kind=MailingKind.NEWSLETTER,
        subject=subject,
        topic=a_topic(session, topic),
        state=MailingState.SENT,
        created_at=A_MOMENT,
        changed_at=A_MOMENT,
    )
    session.add(mailing)
    session.flush()
    return a_letter_of(session, mailing, mailbox)


def a_letter_of(session: Session, mailing: Mailing, mailbox: Mailbox) -> Delivery:
    """A letter of this mailing that was accepted for this mailbox."""
    delivery = Delivery(
        mailing_id=mailing.id,
        mailbox_id=mailbox.id,
        address=mailbox.address,
        state=DeliveryState.ACCEPTED,
        created_at=A_MOMENT,
        because={},
    )
    session.add(delivery)
    session.flush()
    return delivery
