"""Deciding about an uncertain letter: only a person may say that it is sent again, or that it arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryEvent, DeliveryState
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.mailings.models import MailingState
from mailer.staff.models import Operator


def send_again(session: Session, delivery: Delivery, *, by: Operator | None, now: datetime) -> None:
    """Queue an uncertain letter again, as the same letter: its Message-ID and Date stay.

    Raises ``Conflict`` when there is no doubt about it, or its mailing was stopped.
    """
    _must_be_uncertain(delivery)
    mailing = delivery.mailing
    if mailing is not None and mailing.state is MailingState.CANCELLED:
        raise Conflict(_("Deze mailing is gestopt. Opnieuw verzenden kan niet."))
    if mailing is not None and mailing.state is MailingState.SENT:
        mailing.state, mailing.finished_at = MailingState.SENDING, None
    delivery.state, delivery.reason, delivery.settled_at = DeliveryState.QUEUED, "", None
    delivery.next_attempt_at = now
    _note(session, delivery, "send-again", by=by, now=now)


def consider_arrived(session: Session, delivery: Delivery, *, by: Operator | None, now: datetime) -> None:
    """Take an uncertain letter for accepted. Raises ``Conflict`` when there is no doubt about it."""
    _must_be_uncertain(delivery)
    delivery.state, delivery.reason, delivery.settled_at = DeliveryState.ACCEPTED, "", now
    _note(session, delivery, "arrived", by=by, now=now)


def _must_be_uncertain(delivery: Delivery) -> None:
    if delivery.state is not DeliveryState.UNCERTAIN:
        raise Conflict(_("Over deze mail is geen twijfel (meer)."))


def _note(session: Session, delivery: Delivery, choice: str, *, by: Operator | None, now: datetime) -> None:
    session.add(
        DeliveryEvent(
            delivery_id=delivery.id,
            kind="decided",
            at=now,
            details={"to": choice},
            operator_id=by.id if by else None,
        )
    )
    session.flush()
