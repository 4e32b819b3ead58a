"""Choosing in a large directory: the same statements, asked of the mirror; everybody's best mailbox is kept there.

Which mailbox to use for somebody depends on the gate and on today, but hardly ever on the rule: whoever fits, fits with
all mailboxes or with none. So it is worked out once for everybody, until something changes; a rule then only picks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, select
from sqlalchemy.orm import Session

from mailer.audiences.choosing import best_for, letters_for
from mailer.audiences.criteria import Group, How
from mailer.audiences.mirroring import mirror_for
from mailer.audiences.models import Reach
from mailer.audiences.purpose import Purpose
from mailer.audiences.seat_question import SeatQuestion
from mailer.audiences.seats import Seat
from mailer.audiences.understanding import Understood
from mailer.foundation.clock import today
from mailer.foundation.mirror.mirror import Mirror, MirrorBroken
from mailer.foundation.mirror.shelves import are_shelved, parts_of

EVERYBODY = Understood(Group(How.ALL, ()), Reach.EVERYONE, (), ())


def rows_at_size(
    session: Session,
    audience: Understood,
    ask: Callable[[CTE], Select[*tuple[Any, ...]]],
    *,
    now: datetime,
    purpose: Purpose,
) -> list[tuple[Any, ...]] | None:
    """Return the rows of ``ask(letters)``, a SELECT over the letters of an audience; None: ask the database itself."""
    mirror = mirror_for(session)
    if mirror is None or purpose.participants is not None:
        return None
    question = SeatQuestion(audience, now, purpose, None, few=False)
    try:
        with mirror.up_to_date():
            best = _best_kept(mirror, question)
            letters = letters_for(question, best_for(question) if best is None else best)
            statement = ask(letters)
            return mirror.rows(statement) if are_shelved(statement, mirror.shelves) else None
    except MirrorBroken:
        return None


def _best_kept(mirror: Mirror, question: SeatQuestion) -> CTE | None:
    """Pick from everybody's best mailbox those that fit; None when the rule speaks of mailboxes themselves."""
    everybody = SeatQuestion(EVERYBODY, question.now, question.purpose, None, few=False)
    kept = mirror.kept(_key(everybody), lambda: select(best_for(everybody)))
    row = kept.c
    fits = question.fits(Seat(row.organisation_id, row.person_id, row.mailbox_id))
    if question.audience.include or _speaks_of(fits, row.mailbox_id):
        return None
    return select(*row).where(fits).cte("best")


def _key(question: SeatQuestion) -> Hashable:
    about = question.purpose
    topic_id = about.topic.id if about.topic is not None else None
    return topic_id, tuple(sorted(about.themes)), tuple(sorted(about.neighbourhoods)), today(question.now)


def _speaks_of(condition: ColumnElement[bool], column: Any) -> bool:
    return any(part is column for part in parts_of(condition))
