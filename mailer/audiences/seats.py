"""Seats: who sits behind which mailbox, and for which organisation. A rule is asked of seats, never of bare people.

A person of two organisations has two seats, so "green, in Spangen" never matches green in one of them and Spangen in
the other. Organisations have a seat of their own per mailbox, and a bare one that says they exist. Stopped
organisations and former roles have none; a person without a current role has a seat without organisation.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.sql.elements import SQLCoreOperations

from mailer.directory.models import Organisation, OrganisationMailbox, Person, PersonMailbox, Role

LAST = 1_000_000


@dataclass(frozen=True)
class Seat:
    """The columns a condition may speak of; each may be NULL."""

    organisation_id: ColumnElement[int]
    person_id: ColumnElement[int]
    mailbox_id: ColumnElement[int]


def seats(day: date, *, behind: Collection[int] | None = None, name: str = "seat") -> CTE:
    """Return every seat of that day; ``behind``: only those that decide about these mailboxes (ids).

    Those are all seats of the organisations that a seat behind such a mailbox belongs to, for whom of an organisation
    gets a letter depends on its other seats; and all seats of the people there without organisation.

    Columns: organisation_id, person_id, mailbox_id, position (1 is the preferred mailbox), is_contact (0 or 1), place
    (the order in which people joined the organisation). ``name`` tells it apart where a statement has two of them.
    """
    parts: list[Select[*tuple[Any, ...]]] = [_bare(), _own(), _roles(day), _free(day)]
    if behind is not None:
        parts[:3] = [part.where(Organisation.id.in_(_organisations_behind(behind))) for part in parts[:3]]
        parts[3] = parts[3].where(Person.id.in_(_people_behind(behind)))
    return union_all(*parts).cte(name)


def is_among(column: ColumnElement[int], ids: Select[int]) -> ColumnElement[bool]:
    """Return "the column is one of these", false for NULL: were it unknown, "none" of it would be unknown too."""
    return and_(column.is_not(None), column.in_(ids))


def current_role(day: date) -> ColumnElement[bool]:
    """Return whether a role holds on that day (the same as ``Role.is_current``)."""
    return and_(
        or_(Role.since_on.is_(None), Role.since_on <= day),
        or_(Role.until_on.is_(None), Role.until_on > day),
    )


def _bare() -> Select[*tuple[Any, ...]]:
    return select(
        Organisation.id.label("organisation_id"),
        cast(null(), Integer).label("person_id"),
        cast(null(), Integer).label("mailbox_id"),
        literal(LAST).label("position"),
        literal(0).label("is_contact"),
        literal(0).label("place"),
    ).where(Organisation.stopped_on.is_(None))


def _own() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Organisation.id,
            cast(null(), Integer),
            OrganisationMailbox.mailbox_id,
            OrganisationMailbox.position,
            literal(0),
            literal(0),
        )
        .join(OrganisationMailbox, OrganisationMailbox.organisation_id == Organisation.id)
        .where(Organisation.stopped_on.is_(None))
    )


def _roles(day: date) -> Select[*tuple[Any, ...]]:
    """A person may hold two roles in one organisation: that is one seat."""
    return (
        select(
            Role.organisation_id,
            Role.person_id,
            PersonMailbox.mailbox_id,
            func.coalesce(PersonMailbox.position, LAST),
            func.max(case((Role.is_contact, 1), else_=0)),
            func.min(Role.id),
        )
        .join(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(PersonMailbox, _reads(Role.person_id))
        .where(Organisation.stopped_on.is_(None), current_role(day))
        .group_by(Role.organisation_id, Role.person_id, PersonMailbox.mailbox_id, PersonMailbox.position)
    )


def _free(day: date) -> Select[*tuple[Any, ...]]:
    has_seat = (
        exists()
        .where(Role.person_id == Person.id, current_role(day))
        .where(Organisation.id == Role.organisation_id, Organisation.stopped_on.is_(None))
    )
    return (
        select(
            cast(null(), Integer),
            Person.id,
            PersonMailbox.mailbox_id,
            func.coalesce(PersonMailbox.position, LAST),
            literal(0),
            literal(0),
        )
        .outerjoin(PersonMailbox, _reads(Person.id))
        .where(~has_seat)
    )


def _organisations_behind(mailbox_ids: Collection[int]) -> CompoundSelect[int]:
    """Former roles included: they have no seats, so they only cost."""
    own = select(OrganisationMailbox.organisation_id).where(OrganisationMailbox.mailbox_id.in_(mailbox_ids))
    through_people = select(Role.organisation_id).where(Role.person_id.in_(_people_behind(mailbox_ids)))
    return union(own, through_people)


def _people_behind(mailbox_ids: Collection[int]) -> Select[int]:
    return select(PersonMailbox.person_id).where(PersonMailbox.mailbox_id.in_(mailbox_ids), PersonMailbox.is_addressed)


def _reads(person_id: SQLCoreOperations[int]) -> ColumnElement[bool]:
    # Who took his name out of a shared mailbox is not reached through it any more.
    return and_(PersonMailbox.person_id == person_id, PersonMailbox.is_addressed)
