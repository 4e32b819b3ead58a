"""Reach: whom of an organisation gets a letter, when everybody's best mailbox is known.

Everybody; its contacts, or its own mailbox when that serves better; or one letter, to the first who can be written to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select

from mailer.audiences.models import Reach
from mailer.audiences.ranks import IDS, NOBODY_THERE, flag, packed
from mailer.audiences.recipients.seat_question import refusal_of


def by_reach(best: CTE, reach: Reach) -> Select[*tuple[Any, ...]]:
    """Return every best mailbox, and in ``is_chosen`` whether the reach chose it."""
    row = best.c
    columns = (
        row.organisation_id,
        row.person_id,
        row.mailbox_id,
        row.place,
        row.gate,
        refusal_of(row.gate),
        row.state,
    )
    by_itself = or_(row.is_named == 1, row.organisation_id.is_(None))
    if reach is Reach.EVERYONE:
        return select(*columns, literal(1).label("is_chosen"))
    organisation = _choices_of_organisations(best)
    is_reached = _is_reached(best, organisation, reach)
    return select(*columns, flag(or_(by_itself, is_reached)).label("is_chosen")).outerjoin(
        organisation, organisation.c.organisation_id == row.organisation_id
    )


def _choices_of_organisations(best: CTE) -> CTE:
    """For each organisation what its own mailbox, its contacts and all its people have to offer: the least is best."""
    row = best.c
    is_own, is_contact = row.person_id.is_(None), row.is_contact == 1
    return (
        select(
            row.organisation_id,
            func.max(row.fits).label("fits"),
            func.min(case((is_own, row.state))).label("own"),
            func.min(case((and_(~is_own, is_contact), row.state))).label("contacts"),
            func.min(case((~is_own, row.state))).label("people"),
            func.min(case((or_(is_own, is_contact), _turn(best)))).label("first_of_contacts"),
            func.min(_turn(best)).label("first_of_people"),
        )
        .where(row.organisation_id.is_not(None))
        .group_by(row.organisation_id)
        .cte("choices")
    )


def _turn(best: CTE) -> ColumnElement[int]:
    """Whose turn it is when an organisation gets one letter: the least first, different for everybody in it."""
    row = best.c
    is_person, is_no_contact = flag(row.person_id.is_not(None)), flag(row.is_contact == 0)
    return packed((row.state, 4), (is_person, 2), (is_no_contact, 2), (row.place, IDS))


def _is_reached(best: CTE, organisation: CTE, reach: Reach) -> ColumnElement[bool]:
    row, of = best.c, organisation.c
    is_own = row.person_id.is_(None)
    # Where the rule is about people (a role, a language), whoever fits it counts as the contact.
    is_contact = and_(row.person_id.is_not(None), or_(row.is_contact == 1, of.fits == 0))
    if reach is Reach.CONTACTS:
        own = func.coalesce(of.own, NOBODY_THERE)
        contacts = func.coalesce(case((of.fits == 1, of.contacts), else_=of.people), NOBODY_THERE)
        return or_(and_(is_contact, contacts <= own), and_(is_own, own < contacts))
    first = case((of.fits == 1, of.first_of_contacts), else_=of.first_of_people)
    return and_(or_(is_own, is_contact), _turn(best) == first)
