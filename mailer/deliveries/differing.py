"""The difference from the previous mailing of that topic: who is new, who is gone, and why each is gone. Only reads.

A draft is compared as it is now; a mailing that was frozen by what was kept with it (``remembering``).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from mailer.audiences.choosing import letters_of
from mailer.audiences.explaining import question_of
from mailer.audiences.ranks import OPEN
from mailer.audiences.standing import PUT_IN, TAKEN_OUT, standings
from mailer.audiences.telling import Question
from mailer.audiences.understanding import understand
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState, FrozenSeat
from mailer.deliveries.recalling import frozen_audience, kept_question
from mailer.directory.models import Mailbox, Organisation
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing
from mailer.subscriptions.permission import Refusal, say_refusal


class Gone(enum.StrEnum):
    """Why somebody who got the previous mailing does not get this one, besides the refusals of the gate."""

    OUT_BY_HAND = "out_by_hand"
    STOPPED = "stopped"
    NOBODY = "nobody"
    PASSED_OVER = "passed_over"
    OUT_BY_RULE = "out_by_rule"
    # The mailing is older than the memory of why.
    UNKNOWN = "not_kept"


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


def say_gone(reason: str) -> str:
    """Return in a few words why somebody is gone."""
    if reason in set(Refusal):
        return say_refusal(reason)
    return {
        Gone.OUT_BY_HAND: _("Met de hand eruit gehaald"),
        Gone.STOPPED: _("De organisatie is gestopt"),
        Gone.NOBODY: _("Niemand meer achter dit postvak"),
        Gone.PASSED_OVER: _("Gaat nu naar een ander postvak"),
        Gone.OUT_BY_RULE: _("Past niet bij de regel van deze mailing"),
        Gone.UNKNOWN: _("Niet bewaard"),
    }[Gone(reason)]


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
    then, present = _got(previous).subquery("then"), _get(session, mailing, audience, now).subquery("present")
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


def gone_reasons(session: Session, mailing: Mailing, *, now: datetime) -> dict[str, int]:
    """Return reason → how many are gone for it; together they are all that are gone."""
    gone = _gone(session, mailing, now=now).subquery("gone")
    rows = session.execute(select(gone.c.reason, func.count()).group_by(gone.c.reason).order_by(gone.c.reason))
    return {reason: int(amount) for reason, amount in rows}


def gone_mailboxes(session: Session, mailing: Mailing, *, now: datetime, reason: str = "") -> Select[*tuple[Any, ...]]:
    """Return the question for (mailbox id, reason) of those who are gone, by address."""
    gone = _gone(session, mailing, now=now).subquery("gone")
    question = select(gone.c.mailbox_id, gone.c.reason).join(Mailbox, Mailbox.id == gone.c.mailbox_id)
    return (question.where(gone.c.reason == reason) if reason else question).order_by(Mailbox.address_key)


def new_mailboxes(session: Session, mailing: Mailing, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the question for (mailbox id, reason) of those who are new, by address."""
    previous = previous_mailing(session, mailing)
    assert previous is not None
    assert mailing.audience is not None
    present = _get(session, mailing, mailing.audience, now).subquery("present")
    refused = exists().where(Delivery.mailing_id == previous.id, Delivery.mailbox_id == Mailbox.id)
    reason = case(
        (Mailbox.added_at > previous.prepared_at, New.ADDED.value), (refused, New.ALLOWED.value), else_=New.FITS.value
    )
    return (
        select(Mailbox.id, reason.label("reason"))
        .join(present, present.c.id == Mailbox.id)
        .where(Mailbox.id.not_in(_got(previous)))
        .order_by(Mailbox.address_key)
    )


def _got(mailing: Mailing) -> Select[*tuple[Any, ...]]:
    """The mailboxes to which this mailing was to leave."""
    return select(Delivery.mailbox_id.label("id")).where(_is_sent(mailing), Delivery.mailbox_id.is_not(None))


def _get(session: Session, mailing: Mailing, audience: Mapping[str, Any], now: datetime) -> Select[*tuple[Any, ...]]:
    if mailing.prepared_at is not None:
        return _got(mailing)
    letters = letters_of(session, audience, now=now, purpose=purpose_of(session, mailing))
    is_letter = and_(letters.c.is_chosen == 1, letters.c.state == OPEN, letters.c.mailbox_id.is_not(None))
    return select(letters.c.mailbox_id.label("id")).where(is_letter).distinct()


def _is_sent(mailing: Mailing) -> ColumnElement[bool]:
    return and_(Delivery.mailing_id == mailing.id, Delivery.state != DeliveryState.SKIPPED)


def _gone(session: Session, mailing: Mailing, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Who is gone (mailbox_id) and why (reason)."""
    previous = previous_mailing(session, mailing)
    assert previous is not None
    got = _got(previous)
    standing, question = _standing(session, mailing, now)
    if question is None:
        unknown = literal(Gone.UNKNOWN.value).label("reason")
        older: Select[*tuple[Any, ...]] = select(Mailbox.id.label("mailbox_id"), unknown)
        return older.where(Mailbox.id.in_(got), Mailbox.id.not_in(_got(mailing)))
    # Few patterns of conditions, however many people: which of them fit is worked out once.
    patterns = session.scalars(select(standing.c.holds).where(standing.c.mailbox_id.in_(got)).distinct())
    fitting = [pattern for pattern in patterns if question.is_met(pattern)]
    reason = _reason(standing, fitting, mailing, previous, mailing.prepared_at or now).label("reason")
    gone = select(standing.c.mailbox_id.label("mailbox_id"), reason).where(standing.c.mailbox_id.in_(got))
    if mailing.prepared_at is not None:
        gone = gone.where(standing.c.mailbox_id.not_in(_got(mailing)))
    else:
        gone = gone.having(~_gets_letter(standing))
    return gone.group_by(standing.c.mailbox_id)


def _gets_letter(standing: CTE | Subquery) -> ColumnElement[bool]:
    row = standing.c
    is_in = or_(_any(row.is_chosen), _any(row.by_hand == PUT_IN))
    return and_(is_in, func.max(row.refusal) == "", ~_any(row.by_hand == TAKEN_OUT))


def _standing(session: Session, mailing: Mailing, now: datetime) -> tuple[CTE | Subquery, Question | None]:
    kept = frozen_audience(session, mailing.id)
    if mailing.prepared_at is not None:
        rows = select(FrozenSeat).where(FrozenSeat.mailing_id == mailing.id).subquery("standing")
        return rows, kept_question(kept) if kept is not None else None
    assert mailing.audience is not None
    understood = understand(session, mailing.audience)
    standing = standings(session, understood, now=now, purpose=purpose_of(session, mailing))
    return standing, question_of(session, understood)


def _reason(
    standing: CTE | Subquery, fitting: list[str], mailing: Mailing, previous: Mailing, now: datetime
) -> ColumnElement[str]:
    row = standing.c
    # Somebody may have left between freezing and sending.
    skipped = (
        select(Delivery.reason)
        .where(
            Delivery.mailing_id == mailing.id,
            Delivery.mailbox_id == row.mailbox_id,
            Delivery.state == DeliveryState.SKIPPED,
        )
        .correlate(standing)
        .scalar_subquery()
    )
    return case(
        (_any(row.by_hand == TAKEN_OUT), Gone.OUT_BY_HAND.value),
        (func.max(row.refusal) != "", func.max(row.refusal)),
        (skipped.is_not(None), skipped),
        (_was_of_stopped(standing, previous, now), Gone.STOPPED.value),
        (~_any(or_(row.organisation_id != 0, row.person_id != 0)), Gone.NOBODY.value),
        (_any(row.holds.in_(fitting)), Gone.PASSED_OVER.value),
        else_=Gone.OUT_BY_RULE.value,
    )


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.max(case((condition, 1), else_=0)) == 1


def _was_of_stopped(standing: CTE | Subquery, previous: Mailing, now: datetime) -> ColumnElement[bool]:
    """The previous letter was for organisations, and every one of them has stopped since."""
    meant = (
        select(literal(1))
        .select_from(Delivery)
        .join(DeliveryAddressee, DeliveryAddressee.delivery_id == Delivery.id)
        .join(Organisation, Organisation.id == DeliveryAddressee.organisation_id)
        .where(Delivery.mailing_id == previous.id, Delivery.mailbox_id == standing.c.mailbox_id)
        .correlate(standing)
    )
    still = or_(Organisation.stopped_on.is_(None), Organisation.stopped_on > today(now))
    return and_(meant.where(~still).exists(), ~meant.where(still).exists())
