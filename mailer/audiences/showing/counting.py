"""An audience in numbers, by one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, case, func, select, true
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.ranks import OPEN, WITHOUT_MAILBOX
from mailer.audiences.recipients.at_size import rows_at_size
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.criteria import Audience
from mailer.audiences.rules.understanding import understand
from mailer.subscriptions.permission import Refusal


@dataclass(frozen=True)
class AudienceCount:
    """An audience in numbers; ``mailboxes`` = ``mailable`` + all of ``refused``."""

    organisations: int
    # Organisations that at least one letter reaches.
    organisations_reached: int
    people: int
    # People we cannot write to: refused, or without a mailbox.
    people_unreached: int
    # Of those, people without any mailbox.
    no_mailbox: int
    mailboxes: int
    mailable: int
    refused: dict[str, int] = field(default_factory=dict)
    # Organisations that have no mailbox to use for this audience, not one that is refused.
    organisations_no_mailbox: int = 0


def count(
    session: Session, audience: Mapping[str, Any] | Audience, *, now: datetime, purpose: Purpose = ANY_PURPOSE
) -> AudienceCount:
    """Return the audience in numbers, by one statement."""
    understood = understand(session, audience)
    found = rows_at_size(session, understood, _tally, now=now, purpose=purpose)
    if found is None:
        found = [tuple(session.execute(_tally(letters_of(session, understood, now=now, purpose=purpose))).one())]
    (numbers,) = found
    refused = {reason.value: n for reason, n in zip(Refusal, numbers[8:], strict=True) if n}
    organisations, reached, without, people, unreached, no_mailbox, mailboxes, mailable = numbers[:8]
    return AudienceCount(organisations, reached, people, unreached, no_mailbox, mailboxes, mailable, refused, without)


def _tally(letters: CTE) -> Select[*tuple[Any, ...]]:
    """Count by grouping, once for each kind: counting distinct values twelve times sorts every letter twelve times."""
    row = select(letters).where(letters.c.is_chosen == 1).cte("chosen").c
    organisation = _grouped(row.organisation_id, func.min(row.state).label("best"))
    person = _grouped(row.person_id, func.max(row.state).label("worst"))
    mailbox = _grouped(row.mailbox_id, func.max(row.gate).label("gate"))
    best = organisation.c.best
    organisations = (
        select(_number(), _number(best == OPEN), _number(best == WITHOUT_MAILBOX)).select_from(organisation).subquery()
    )
    people = (
        select(_number(), _number(person.c.worst != OPEN), _number(person.c.worst == WITHOUT_MAILBOX))
        .select_from(person)
        .subquery()
    )
    mailboxes = (
        select(_number(), *(_number(mailbox.c.gate == place) for place in range(len(Refusal) + 1)))
        .select_from(mailbox)
        .subquery()
    )
    together = organisations.join(people, true()).join(mailboxes, true())
    return select(organisations, people, mailboxes).select_from(together)


def _grouped(column: ColumnElement[Any], *values: ColumnElement[Any]) -> Subquery:
    return select(*values).where(column.is_not(None)).group_by(column).subquery()


def _number(condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    return func.count() if condition is None else func.count(case((condition, 1)))
