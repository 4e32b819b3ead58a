"""Who got the previous mailing of that topic and does not get this one, and why. Only reads."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from mailer.audiences.rules.understanding import understand
from mailer.audiences.why.explaining import question_of
from mailer.audiences.why.standing import PUT_IN, TAKEN_OUT, standings
from mailer.audiences.why.telling import Question
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState, FrozenSeat
from mailer.deliveries.showing.differing import mailboxes_of, previous_mailing
from mailer.deliveries.showing.recalling import frozen_audience, kept_question
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


def _gone(session: Session, mailing: Mailing, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Who is gone (mailbox_id) and why (reason)."""
    previous = previous_mailing(session, mailing)
    assert previous is not None
    got = mailboxes_of(previous)
    standing, question = _standing(session, mailing, now)
    if question is None:
        unknown = literal(Gone.UNKNOWN.value).label("reason")
        older: Select[*tuple[Any, ...]] = select(Mailbox.id.label("mailbox_id"), unknown)
        return older.where(Mailbox.id.in_(got), Mailbox.id.not_in(mailboxes_of(mailing)))
    # Few patterns of conditions, however many people: which of them fit is worked out once.
    patterns = session.scalars(select(standing.c.holds).where(standing.c.mailbox_id.in_(got)).distinct())
    fitting = [pattern for pattern in patterns if question.is_met(pattern)]
    reason = _reason(standing, fitting, mailing, previous, mailing.prepared_at or now).label("reason")
    gone = select(standing.c.mailbox_id.label("mailbox_id"), reason).where(standing.c.mailbox_id.in_(got))
    if mailing.prepared_at is not None:
        gone = gone.where(standing.c.mailbox_id.not_in(mailboxes_of(mailing)))
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
