"""Choosing in a large directory: the same statements, asked of the mirror; everybody's best mailbox is kept there.

Which mailbox to use for somebody depends on the gate and on today, but hardly ever on the rule: whoever fits, fits with
all mailboxes or with none. So it is worked out once for everybody, until something changes; a rule then only picks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import CTE, ColumnElement, Select, select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.purpose import Purpose
from mailer.audiences.recipients.choosing import best_for, letters_for
from mailer.audiences.recipients.mirroring import mirror_for
from mailer.audiences.recipients.seat_question import SeatQuestion
from mailer.audiences.rules.criteria import Group, How
from mailer.audiences.rules.understanding import Understood
from mailer.audiences.seats import Seat
from mailer.foundation.clock import today
from mailer.foundation.mirror.mirror import Mirror, MirrorBroken
from mailer.foundation.mirror.shelves import are_shelved, parts_of

Given = TypeVar("Given")

EVERYBODY = Understood(Group(How.ALL, ()), Reach.EVERYONE, (), ())

Ask = Callable[[CTE], Select[*tuple[Any, ...]]]
"""The letters of an audience → a SELECT over them."""


def rows_at_size(
    session: Session, audience: Understood, ask: Ask, *, now: datetime, purpose: Purpose
) -> list[tuple[Any, ...]] | None:
    """Return the rows of ``ask(letters)``; None: ask the database itself."""
    return _given(session, audience, ask, lambda mirror, rows: mirror.rows(rows), now=now, purpose=purpose)


def file_at_size(
    session: Session, audience: Understood, ask: Ask, path: Path, *, now: datetime, purpose: Purpose
) -> bool:
    """Write the rows of ``ask(letters)`` to a CSV file (``Mirror.write``); False: ask the database itself."""

    def give(mirror: Mirror, rows: Select[*tuple[Any, ...]]) -> bool:
        mirror.write(rows, path)
        return True

    return bool(_given(session, audience, ask, give, now=now, purpose=purpose))


def _given(
    session: Session,
    audience: Understood,
    ask: Ask,
    give: Callable[[Mirror, Select[*tuple[Any, ...]]], Given],
    *,
    now: datetime,
    purpose: Purpose,
) -> Given | None:
    mirror = mirror_for(session)
    if mirror is None or purpose.participants is not None:
        return None
    question = SeatQuestion(audience, now, purpose, None, few=False)
    try:
        with mirror.up_to_date():
            best = _best_kept(mirror, question)
            letters = letters_for(question, best_for(question) if best is None else best)
            statement = ask(letters)
            return give(mirror, statement) if are_shelved(statement, mirror.shelves) else None
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
