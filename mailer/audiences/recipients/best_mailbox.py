"""For each person and organisation that fits, the mailbox to use: one that may be written to, the preferred one first.

Whom of an organisation gets a letter comes after it (``reaching``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, select, union_all

from mailer.audiences.ranks import IDS, OPEN, POSITIONS, REFUSED, WITHOUT_MAILBOX, flag, packed
from mailer.audiences.recipients.seat_question import SeatQuestion
from mailer.audiences.seats import Seat, seat_of


def best_mailboxes(question: SeatQuestion, fitting: CTE) -> CTE:
    """Return for each person and organisation among the fitting seats the mailbox to use.

    The least of one number that holds state, position, mailbox and gate in that order: one pass of grouping, where
    ranking would sort every seat.
    """
    row = fitting.c
    state = case((row.mailbox_id.is_(None), WITHOUT_MAILBOX), (row.gate == 0, OPEN), else_=REFUSED)
    choice = packed((state, 4), (row.position, POSITIONS), (func.coalesce(row.mailbox_id, 0), IDS), (row.gate, 8))
    party = (
        select(
            row.organisation_id,
            row.person_id,
            func.min(choice).label("choice"),
            func.max(row.is_contact).label("is_contact"),
            func.min(row.place).label("place"),
            # The organisation itself fits, not only somebody in it.
            func.max(flag(and_(row.person_id.is_(None), row.mailbox_id.is_(None)))).label("fits"),
        )
        .group_by(row.organisation_id, row.person_id)
        .cte("party")
    )
    mailbox_id = func.nullif(_mailbox_in(party), 0)
    seat = Seat(party.c.organisation_id, party.c.person_id, mailbox_id)
    best = select(
        party.c.organisation_id,
        party.c.person_id,
        mailbox_id.label("mailbox_id"),
        party.c.is_contact,
        party.c.place,
        (party.c.choice % 8).label("gate"),
        (party.c.choice // (8 * IDS * POSITIONS)).label("state"),
        party.c.fits,
        flag(question.is_named(seat)).label("is_named"),
    )
    if not question.audience.include:
        return best.cte("best")
    return union_all(best, _also_named(question, fitting, party)).cte("best")


def _also_named(question: SeatQuestion, fitting: CTE, party: CTE) -> Select[*tuple[Any, ...]]:
    """Seats whose mailbox is added by hand while their party uses another one."""
    row = fitting.c
    state = case((row.gate == 0, OPEN), else_=REFUSED)
    return (
        select(
            row.organisation_id,
            row.person_id,
            row.mailbox_id,
            func.max(row.is_contact),
            func.min(row.place),
            row.gate,
            state,
            literal(0),
            literal(1),
        )
        .join(
            party,
            and_(
                func.coalesce(party.c.organisation_id, 0) == func.coalesce(row.organisation_id, 0),
                func.coalesce(party.c.person_id, 0) == func.coalesce(row.person_id, 0),
            ),
        )
        .where(question.is_named(seat_of(fitting, few=question.few)), row.mailbox_id != _mailbox_in(party))
        .group_by(row.organisation_id, row.person_id, row.mailbox_id, row.gate)
    )


def _mailbox_in(party: CTE) -> ColumnElement[int]:
    return party.c.choice // 8 % IDS
