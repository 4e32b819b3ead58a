"""What staff decided about one mailbox, whatever the rule says: put in by hand, or taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, cast, literal, null, or_, select, true

from mailer.audiences.ranks import OPEN, REFUSED
from mailer.audiences.recipients.seat_question import SeatQuestion, mailbox_ids, refusal_of
from mailer.audiences.rules.criteria import Audience
from mailer.directory.models import Mailbox


def named_mailboxes(question: SeatQuestion) -> Select[*tuple[Any, ...]]:
    """Return the letters to mailboxes put in by hand, also those behind which we know nobody."""
    audience = question.audience
    gate = replace(question, few=True).gate(Mailbox.__table__.c.id)
    named = select(
        cast(null(), Integer),
        cast(null(), Integer),
        Mailbox.id,
        literal(0),
        gate,
        refusal_of(gate),
        case((gate == 0, OPEN), else_=REFUSED),
        literal(1),
    ).where(Mailbox.address_key.in_(audience.include), is_not_excluded(Mailbox.id, audience))
    return named if question.behind is None else named.where(Mailbox.id.in_(question.behind))


def is_not_excluded(mailbox_id: Any, audience: Audience) -> ColumnElement[bool]:
    """Return whether nobody took this mailbox out; nothing to take out where there is none."""
    if not audience.exclude:
        return true()
    return or_(mailbox_id.is_(None), mailbox_id.not_in(mailbox_ids(audience.exclude)))
