"""From audience to mailboxes: one SQL statement that says who gets a letter, for whom it is, and whom the gate refuses.

First the seats that fit the rule (``seat_question``); then for each person and organisation the mailbox to use
(``best_mailbox``); then, by reach, whom of an organisation (``reaching``); last what staff put in or took out
(``by_hand``). Somebody who cannot be written to is passed over for the next choice; when nobody can, the first choice
stays in the count with the reason (decision 0037). Always one letter per mailbox.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Select, case, select, union_all
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.recipients.best_mailbox import best_mailboxes
from mailer.audiences.recipients.by_hand import is_not_excluded, named_mailboxes
from mailer.audiences.recipients.gathering import Handful, fitting_of, gather
from mailer.audiences.recipients.reaching import by_reach
from mailer.audiences.recipients.seat_question import SeatQuestion
from mailer.audiences.rules.criteria import Audience
from mailer.audiences.rules.understanding import understand
from mailer.audiences.seats import fitting_seats, is_few
from mailer.foundation.clock import today


def chosen(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    behind: Collection[int] | None = None,
) -> Select[int]:
    """Return a SELECT of the ids of the mailboxes in this audience, each once, refused ones included.

    For ``INSERT … SELECT``: join it to ``Mailbox`` and ask ``permission.refusal`` beside it. ``behind``: see
    ``letters_of``.
    """
    letters = letters_of(session, audience, now=now, purpose=purpose, behind=behind)
    return select(letters.c.mailbox_id).where(letters.c.is_chosen == 1, letters.c.mailbox_id.is_not(None)).distinct()


def letters_of(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    behind: Collection[int] | None = None,
) -> CTE:
    """Return every person and organisation that fits, with the mailbox to use for each.

    ``behind``: only what decides about these mailboxes (ids), which costs no more in a large directory than in a small
    one. What is said of them is the same as without it; rows of other mailboxes may come along.

    Columns: organisation_id, person_id, mailbox_id, place, gate, refusal (NULL: may be written to), state (``OPEN`` …)
    and is_chosen (1 when the reach chose it). Raises ``BadInput`` when the audience is not good.
    """
    understood = understand(session, audience)
    question = SeatQuestion(understood, now, purpose, behind, few=is_few(session, behind))
    if behind is not None:
        return letters_among(session, question, gather(session, question))
    return letters_for(question, best_for(question))


def letters_among(session: Session, question: SeatQuestion, handful: Handful) -> CTE:
    """Return the letters of a handful of seats, as ``letters_of`` does."""
    return letters_for(question, best_mailboxes(question, fitting_of(session, question, handful)))


def best_for(question: SeatQuestion) -> CTE:
    """Return for each person and organisation that fits the mailbox to use (``best_mailbox``)."""
    return best_mailboxes(question, _fitting(question))


def letters_for(question: SeatQuestion, best: CTE) -> CTE:
    """Return the letters among the best mailboxes of all who fit, as ``letters_of`` does."""
    audience = question.audience
    reached = by_reach(best, audience.reach).cte("reached")
    # Only now: taking a mailbox out must not pull in the next choice of its organisation.
    letters = select(reached).where(is_not_excluded(reached.c.mailbox_id, audience))
    if not audience.include:
        return letters.cte("letter")
    return union_all(letters, named_mailboxes(question)).cte("letter")


def _fitting(question: SeatQuestion) -> CTE:
    """The seats that fit the rule, or whose mailbox is added by hand, each with what the gate says."""
    found = fitting_seats(today(question.now), question.fits, behind=question.behind, few=question.few, merged=False)
    seat = found.cte("seat")
    state = case((seat.c.mailbox_id.is_(None), 0), else_=question.gate(seat.c.mailbox_id)).label("gate")
    # Kept apart: folded into what uses it, PostgreSQL would ask the gate once for every time it is mentioned.
    return select(seat, state).cte("fitting").prefix_with("MATERIALIZED", dialect="postgresql")
