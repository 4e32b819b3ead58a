"""The difference from the previous mailing of that topic: how many are new and gone, and who is new. Only reads.

A draft is compared as it is now; a mailing that was frozen by what was kept with it (``remembering``). Who is gone, and
why, is in ``gone``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from mailer.audiences.ranks import OPEN
from mailer.audiences.recipients.choosing import letters_of
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import Mailbox
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing


class New(enum.StrEnum):
    """Why somebody gets this mailing who did not get the previous one."""

    ADDED = "added"
    ALLOWED = "allowed"
    FITS = "fits"


@dataclass(frozen=True)
class Difference:
    """How many are new and gone since the previous mailing; before − gone − erased + new = now."""

    previous: Mailing
    before: int
    new: int
    gone: int
    # Whose mailbox was erased since.
    erased: int

    @property
    def now(self) -> int:
        return self.before - self.gone - self.erased + self.new


def say_new(reason: str) -> str:
    """Return in a few words why somebody is new."""
    return {
        New.ADDED: _("Nieuw in het adresboek"),
        New.ALLOWED: _("Mocht de vorige keer niet"),
        New.FITS: _("Paste de vorige keer niet, of ging toen naar een ander postvak"),
    }[New(reason)]


def previous_mailing(session: Session, mailing: Mailing) -> Mailing | None:
    """Return the last mailing of the same topic that was prepared before this one."""
    if mailing.topic_id is None:
        return None
    earlier = select(Mailing).where(
        Mailing.topic_id == mailing.topic_id, Mailing.prepared_at.is_not(None), Mailing.id != mailing.id
    )
    if mailing.prepared_at is not None:
        earlier = earlier.where(Mailing.prepared_at < mailing.prepared_at)
    return session.scalars(earlier.order_by(Mailing.prepared_at.desc(), Mailing.id.desc()).limit(1)).first()


def difference(
    session: Session, mailing: Mailing, *, now: datetime, audience: Mapping[str, Any] | None = None
) -> Difference | None:
    """Return how many are new and gone; ``audience``: another one than was saved.

    None without a previous mailing, or when nobody was chosen yet.
    """
    previous = previous_mailing(session, mailing)
    audience = audience or mailing.audience
    if previous is None or not audience:
        return None
    then, present = (
        mailboxes_of(previous).subquery("then"),
        _mailboxes_now(session, mailing, audience, now).subquery("present"),
    )
    before, erased, kept, total = session.execute(
        select(
            select(func.count()).select_from(Delivery).where(_is_sent(previous)).scalar_subquery(),
            select(func.count())
            .select_from(Delivery)
            .where(_is_sent(previous), Delivery.mailbox_id.is_(None))
            .scalar_subquery(),
            select(func.count()).select_from(then).join(present, present.c.id == then.c.id).scalar_subquery(),
            select(func.count()).select_from(present).scalar_subquery(),
        )
    ).one()
    return Difference(previous, before=before, new=total - kept, gone=before - erased - kept, erased=erased)


def new_mailboxes(session: Session, mailing: Mailing, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the question for (mailbox id, reason) of those who are new, by address."""
    previous = previous_mailing(session, mailing)
    assert previous is not None
    assert mailing.audience is not None
    present = _mailboxes_now(session, mailing, mailing.audience, now).subquery("present")
    refused = exists().where(Delivery.mailing_id == previous.id, Delivery.mailbox_id == Mailbox.id)
    reason = case(
        (Mailbox.added_at > previous.prepared_at, New.ADDED.value), (refused, New.ALLOWED.value), else_=New.FITS.value
    )
    return (
        select(Mailbox.id, reason.label("reason"))
        .join(present, present.c.id == Mailbox.id)
        .where(Mailbox.id.not_in(mailboxes_of(previous)))
        .order_by(Mailbox.address_key)
    )


def mailboxes_of(mailing: Mailing) -> Select[*tuple[Any, ...]]:
    """Return the question for the mailboxes to which this mailing was to leave (id)."""
    return select(Delivery.mailbox_id.label("id")).where(_is_sent(mailing), Delivery.mailbox_id.is_not(None))


def _mailboxes_now(
    session: Session, mailing: Mailing, audience: Mapping[str, Any], now: datetime
) -> Select[*tuple[Any, ...]]:
    if mailing.prepared_at is not None:
        return mailboxes_of(mailing)
    letters = letters_of(session, audience, now=now, purpose=purpose_of(session, mailing))
    is_letter = and_(letters.c.is_chosen == 1, letters.c.state == OPEN, letters.c.mailbox_id.is_not(None))
    return select(letters.c.mailbox_id.label("id")).where(is_letter).distinct()


def _is_sent(mailing: Mailing) -> ColumnElement[bool]:
    return and_(Delivery.mailing_id == mailing.id, Delivery.state != DeliveryState.SKIPPED)
