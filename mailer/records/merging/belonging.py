"""Who belongs where, and since when: roles in organisations, memberships of networks. Times that touch become one."""

from __future__ import annotations

from sqlalchemy import select

from mailer.directory.models import NetworkMembership, Role
from mailer.directory.spans import Span, touch, widest
from mailer.records.merging.subject import Merging
from mailer.records.models import MergeKind

LONGEST_DESCRIPTION = 120


def join_memberships(merging: Merging) -> None:
    """Times of the same network that touch become one; with a gap between them they stay two."""
    session = merging.session
    rows = session.scalars(
        select(NetworkMembership)
        .where(NetworkMembership.organisation_id.in_((merging.keep.id, merging.lose.id)))
        .order_by(NetworkMembership.organisation_id != merging.keep.id, NetworkMembership.id)
    ).all()
    standing: list[NetworkMembership] = []
    for row in rows:
        _take_in(merging, row, standing)
    session.flush()


def _take_in(merging: Merging, row: NetworkMembership, standing: list[NetworkMembership]) -> None:
    """Join the row with all it touches; of the rows that become one, the first one stays."""
    is_ours = row.organisation_id == merging.keep.id
    mates = [one for one in standing if one.network_id == row.network_id and touch(_days(one), _days(row))]
    if is_ours or not mates:
        # What its own staff entered as two stays two until something of the other joins them.
        row.organisation_id = merging.keep.id
        standing.append(row)
        return
    first = mates[0]
    for other in [*mates[1:], row]:
        first.joined_on, first.left_on = widest(_days(first), _days(other))
        merging.session.delete(other)
        if other in standing:
            standing.remove(other)


def _days(row: NetworkMembership) -> Span:
    return row.joined_on, row.left_on


def join_roles(merging: Merging) -> None:
    """The same person in the same organisation is one role, contact if either was, from the first day to the last.

    Two different kinds of role, and times with a gap between them, stay two.
    """
    session = merging.session
    column = Role.organisation_id if merging.kind is MergeKind.ORGANISATION else Role.person_id
    other_end = Role.person_id if merging.kind is MergeKind.ORGANISATION else Role.organisation_id
    ours = list(session.scalars(select(Role).where(column == merging.keep.id).order_by(Role.id)))
    for role in session.scalars(select(Role).where(column == merging.lose.id).order_by(Role.id)).all():
        mate = next((one for one in ours if _are_one(one, role, other_end.key)), None)
        if mate is None:
            setattr(role, column.key, merging.keep.id)
            ours.append(role)
        else:
            _widen(mate, role)
            session.delete(role)
    session.flush()


def _are_one(one: Role, other: Role, other_end: str) -> bool:
    if getattr(one, other_end) != getattr(other, other_end):
        return False
    same_kind = one.kind_id == other.kind_id or one.kind_id is None or other.kind_id is None
    return same_kind and touch((one.since_on, one.until_on), (other.since_on, other.until_on))


def _widen(role: Role, other: Role) -> None:
    """An unknown first day is not an early one; an open end is still so."""
    known = [day for day in (role.since_on, other.since_on) if day is not None]
    role.since_on = min(known, default=None)
    role.until_on = widest((None, role.until_on), (None, other.until_on))[1]
    role.is_contact = role.is_contact or other.is_contact
    role.kind_id = role.kind_id or other.kind_id
    words = dict.fromkeys(filter(None, (role.description, other.description)))
    role.description = ", ".join(words)[:LONGEST_DESCRIPTION]
