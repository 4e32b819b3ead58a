"""Seats: who sits behind which mailbox, and for which organisation. A rule is asked of seats, never of bare people.

A person of two organisations has two seats, so "green, in Spangen" never matches green in one of them and Spangen in
the other. Organisations have a seat of their own per mailbox, and a bare one that says they exist. Stopped
organisations and former roles have none; a person without a current role has a seat without organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from mailer.directory.models import Organisation, OrganisationMailbox, Person, PersonMailbox, Role
from mailer.foundation.database import is_sqlite

LAST = 1_000_000

# Bare tables, under names of their own made once: an explanation is put together anew each time, and to name the forty
# columns of a table again for each kind of seat would take longer than the answer.
_bare_organisation, _owner, _workplace, _other_workplace = (
    Organisation.__table__.alias(name) for name in ("bare_organisation", "owner", "workplace", "other_workplace")
)
_owned = OrganisationMailbox.__table__.alias("owned")
_held, _held_elsewhere = Role.__table__.alias("held"), Role.__table__.alias("held_elsewhere")
_read, _read_freely = PersonMailbox.__table__.alias("read_there"), PersonMailbox.__table__.alias("read_freely")
_free_person = Person.__table__.alias("free_person")


@dataclass(frozen=True)
class Seat:
    """The columns a condition may speak of; each may be NULL, and None where it always is.

    ``few``: a handful of seats is asked, so each is looked up by itself. Otherwise the whole directory is: then every
    set of ids is made once, and hashed.
    """

    organisation_id: ColumnElement[int] | None
    person_id: ColumnElement[int] | None
    mailbox_id: ColumnElement[int] | None
    few: bool = False

    @property
    def is_without_organisation(self) -> ColumnElement[bool]:
        return true() if self.organisation_id is None else self.organisation_id.is_(None)

    @property
    def is_without_person(self) -> ColumnElement[bool]:
        return true() if self.person_id is None else self.person_id.is_(None)

    def of_organisation(self, *ids: Select[Any]) -> ColumnElement[bool]:
        """Return whether its organisation is in one of these sets."""
        return is_among(self.organisation_id, *ids, few=self.few)

    def of_person(self, ids: Select[Any]) -> ColumnElement[bool]:
        """Return whether its person is one of these."""
        return is_among(self.person_id, ids, few=self.few)

    def of_mailbox(self, ids: Select[Any]) -> ColumnElement[bool]:
        """Return whether its mailbox is one of these."""
        return is_among(self.mailbox_id, ids, few=self.few)


# Values of now, or the parameters of a statement that is put together once.
Day = date | BindParameter[date]
Mailboxes = Collection[int] | BindParameter[Any]

# What a seat must be to be in an audience.
Fits = Callable[[Seat], ColumnElement[bool]]


def seats(day: Day, *, behind: Mailboxes | None = None, name: str = "seat") -> CTE:
    """Return every seat of that day; ``behind``: only those that decide about these mailboxes (ids).

    Those are all seats of the organisations that a seat behind such a mailbox belongs to, for whom of an organisation
    gets a letter depends on its other seats; and all seats of the people there without organisation.

    Columns: organisation_id, person_id, mailbox_id, position (1 is the preferred mailbox), is_contact (0 or 1), place
    (the order in which people joined the organisation). ``name`` tells it apart where a statement has two of them.
    """
    return fitting_seats(day, lambda _seat: true(), behind=behind, few=behind is not None).cte(name)


def fitting_seats(
    day: Day, fits: Fits, *, behind: Mailboxes | None, few: bool, merged: bool = True
) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the seats that fit, with the columns of ``seats``.

    The condition stands inside each part, before the mailboxes are joined to it: whoever does not fit costs little.
    Not ``merged``: somebody with two roles in one organisation comes twice, for who groups them anyway.
    """
    return union_all(
        _bare(fits, behind, few),
        _own(fits, behind, few),
        _roles(day, fits, behind, few, merged),
        _free(day, fits, behind, few),
    )


def seat_of(row: CTE, *, few: bool = False) -> Seat:
    """Return the seat of a row with the columns of ``seats``."""
    return Seat(row.c.organisation_id, row.c.person_id, row.c.mailbox_id, few)


def is_few(session: Session, behind: Collection[int] | None) -> bool:
    """Return whether to look up each seat by itself (``Seat.few``): a handful is asked, or the database is SQLite.

    SQLite looks up in an index as fast as in a set, and making the set costs more.
    """
    return behind is not None or is_sqlite(session)


def is_among(column: ColumnElement[int] | None, *ids: Select[Any], few: bool = False) -> ColumnElement[bool]:
    """Return "the column is in a set", false for NULL: were it unknown, "none" of it would be unknown too.

    Of the whole directory several sets are asked as one: each set is a search among a million rows.
    """
    if column is None:
        return false()
    if not few:
        return and_(column.is_not(None), column.in_(ids[0] if len(ids) == 1 else union_all(*ids)))
    return or_(*(each.where(each.selected_columns[0] == column).correlate(column.table).exists() for each in ids))


def current_role(day: Day, role: Any = Role) -> ColumnElement[bool]:
    """Return whether a role holds on that day (the same as ``Role.is_current``); ``role``: columns of an alias."""
    return and_(
        or_(role.since_on.is_(None), role.since_on <= day),
        or_(role.until_on.is_(None), role.until_on > day),
    )


def _bare(fits: Fits, behind: Mailboxes | None, few: bool) -> Select[*tuple[Any, ...]]:
    at = _bare_organisation
    return select(
        at.c.id.label("organisation_id"),
        cast(null(), Integer).label("person_id"),
        cast(null(), Integer).label("mailbox_id"),
        literal(LAST).label("position"),
        literal(0).label("is_contact"),
        literal(0).label("place"),
    ).where(_is_active(at, behind), fits(Seat(at.c.id, None, None, few)))


def _own(fits: Fits, behind: Mailboxes | None, few: bool) -> Select[*tuple[Any, ...]]:
    at, uses = _owner, _owned
    seat = Seat(at.c.id, None, uses.c.mailbox_id, few)
    return (
        select(at.c.id, cast(null(), Integer), uses.c.mailbox_id, uses.c.position, literal(0), literal(0))
        .join(uses, uses.c.organisation_id == at.c.id)
        .where(_is_active(at, behind), fits(seat))
    )


def _roles(day: Day, fits: Fits, behind: Mailboxes | None, few: bool, merged: bool) -> Select[*tuple[Any, ...]]:
    """A person may hold two roles in one organisation: that is one seat."""
    at, holds, reads = _workplace, _held, _read
    is_contact, place = case((holds.c.is_contact, 1), else_=0), holds.c.id
    found = (
        select(
            holds.c.organisation_id,
            holds.c.person_id,
            reads.c.mailbox_id,
            func.coalesce(reads.c.position, LAST),
            func.max(is_contact) if merged else is_contact,
            func.min(place) if merged else place,
        )
        .join(at, at.c.id == holds.c.organisation_id)
        .outerjoin(reads, _reads(reads, holds.c.person_id))
        .where(_is_active(at, behind), current_role(day, holds.c))
        .where(fits(Seat(holds.c.organisation_id, holds.c.person_id, reads.c.mailbox_id, few)))
    )
    if not merged:
        return found
    return found.group_by(holds.c.organisation_id, holds.c.person_id, reads.c.mailbox_id, reads.c.position)


def _free(day: Day, fits: Fits, behind: Mailboxes | None, few: bool) -> Select[*tuple[Any, ...]]:
    who, reads, at, holds = _free_person, _read_freely, _other_workplace, _held_elsewhere
    has_seat = (
        exists()
        .where(holds.c.person_id == who.c.id, current_role(day, holds.c))
        .where(at.c.id == holds.c.organisation_id, at.c.stopped_on.is_(None))
    )
    found = (
        select(
            cast(null(), Integer),
            who.c.id,
            reads.c.mailbox_id,
            func.coalesce(reads.c.position, LAST),
            literal(0),
            literal(0),
        )
        .outerjoin(reads, _reads(reads, who.c.id))
        .where(~has_seat, fits(Seat(None, who.c.id, reads.c.mailbox_id, few)))
    )
    return found if behind is None else found.where(who.c.id.in_(_people_behind(behind)))


def _is_active(at: FromClause, behind: Mailboxes | None) -> ColumnElement[bool]:
    active = at.c.stopped_on.is_(None)
    return active if behind is None else and_(active, at.c.id.in_(_organisations_behind(behind)))


def _organisations_behind(mailbox_ids: Mailboxes) -> CompoundSelect[int]:
    """Former roles included: they have no seats, so they only cost."""
    own = select(OrganisationMailbox.organisation_id).where(OrganisationMailbox.mailbox_id.in_(mailbox_ids))
    through_people = select(Role.organisation_id).where(Role.person_id.in_(_people_behind(mailbox_ids)))
    return union(own, through_people)


def _people_behind(mailbox_ids: Mailboxes) -> Select[int]:
    return select(PersonMailbox.person_id).where(PersonMailbox.mailbox_id.in_(mailbox_ids), PersonMailbox.is_addressed)


def _reads(reads: FromClause, person_id: ColumnElement[int]) -> ColumnElement[bool]:
    # Who took his name out of a shared mailbox is not reached through it any more.
    return and_(reads.c.person_id == person_id, reads.c.is_addressed)
