"""Sending uncertain letters about a meeting again by themselves, where an installation chose so; once each.

Who is invited twice is not harmed: the copy has the same Message-ID, UID and SEQUENCE, so a calendar sees one
invitation. A newsletter is never sent again by itself (deliveries, decision 0008), and neither is a sign-in link.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mailer.deliveries.deciding import SEND_AGAIN, note_decisions, queue_again, reopen
from mailer.deliveries.holding import lock_all
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.database import settings_of
from mailer.foundation.outbox import OwedLetter
from mailer.mailings.models import Mailing, MailingKind, MailingState

ABOUT_A_MEETING = (MailingKind.INVITATION, MailingKind.EVENT_NEWS)
SINGLE_LETTERS = ("event-cancelled",)
"""One-off letters that people must not miss."""


def is_resent(session: Session, mailing: Mailing) -> bool:
    """Return whether uncertain letters of this mailing are sent again without asking anybody."""
    return settings_of(session).resend_uncertain and mailing.kind in ABOUT_A_MEETING


def resend_doubtful(session: Session, *, now: datetime) -> int:
    """Queue those letters again that were uncertain for as long as a first retry waits; return how many. For the sweep.

    The wait is for evidence: a bounce, an answer, the relay's log.
    """
    settings = settings_of(session)
    if not settings.resend_uncertain:
        return 0
    is_due = (
        Delivery.reason != "",
        Delivery.state == DeliveryState.UNCERTAIN,
        Delivery.settled_at <= now - timedelta(seconds=settings.retry_seconds),
        # A second doubt about one letter is a person's.
        Delivery.handovers < 2,
    )
    return _of_mailings(session, is_due, now=now) + _single(session, is_due, now=now)


def _of_mailings(session: Session, is_due: Sequence[ColumnElement[bool]], *, now: datetime) -> int:
    resent = (
        Mailing.kind.in_(ABOUT_A_MEETING),
        Mailing.state.in_((MailingState.SENDING, MailingState.SENT)),
        Mailing.expires_at > now,
    )
    found = select(Mailing).join(Delivery, Delivery.mailing_id == Mailing.id).where(*is_due, *resent).distinct()
    resent_letters = 0
    # All mailings before any letter (decision 0076).
    for mailing in lock_all(session, Mailing.id.in_([one.id for one in session.scalars(found)])):
        reopen(session, mailing, now=now)
        letters = select(Delivery.id).where(Delivery.mailing_id == mailing.id, *is_due).order_by(Delivery.id)
        resent_letters += _queue(session, session.scalars(letters.with_for_update(key_share=True)).all(), now=now)
    return resent_letters


def _single(session: Session, is_due: Sequence[ColumnElement[bool]], *, now: datetime) -> int:
    letters = (
        select(Delivery.id)
        .join(OwedLetter, OwedLetter.id == Delivery.owed_letter_id)
        .where(Delivery.mailing_id.is_(None), OwedLetter.letter.in_(SINGLE_LETTERS), *is_due)
        .order_by(Delivery.id)
        .with_for_update(of=Delivery, key_share=True)
    )
    return _queue(session, session.scalars(letters).all(), now=now)


def _queue(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    queue_again(session, ids, now=now)
    note_decisions(session, ids, SEND_AGAIN, by=None, now=now, by_setting=True)
    return len(ids)
