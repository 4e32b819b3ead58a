"""Places: how many there are, how many are taken, and who waits for one.

A meeting has one pool of places, plus one for each guest group that has places of its own (decision 0021).
Whoever decides on a place holds the event's row first (`lock_event`); these questions are then true until the commit.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from mailer.events.models import Event, Guest, GuestGroup, GuestState, Rsvp

# OFFERED keeps its place free for the one it was offered to.
TAKES_PLACE = (GuestState.GOING, GuestState.OFFERED, GuestState.PRESENT, GuestState.NO_SHOW)


@dataclass(frozen=True)
class Pool:
    """The places one party draws from. `capacity` None: as many as come."""

    event_id: int
    capacity: int | None
    # The group with its own places; None: the places of the event itself.
    own_group_id: int | None
    # Groups that have their own places, and so none of the event's.
    apart: tuple[int, ...] = ()

    def holds(self) -> ColumnElement[bool]:
        """Which guests draw from this pool, as SQL."""
        if self.own_group_id is not None:
            in_pool = Guest.group_id == self.own_group_id
        else:
            in_pool = or_(Guest.group_id.is_(None), Guest.group_id.not_in(self.apart))
        return and_(Guest.event_id == self.event_id, in_pool)


@dataclass(frozen=True)
class WaitingParty:
    """A party on the waiting list; `since` is when its first guest came on it."""

    rsvp_id: int
    size: int
    since: datetime


def lock_event(session: Session, event_id: int) -> Event:
    """Return the event, fresh, with its row locked until the transaction ends.

    SQLite knows no row locks; there the write transaction itself (BEGIN IMMEDIATE) has let everybody else wait.
    KEY SHARE stays free, so that inviting (a foreign key to this row) does not wait for answers.
    """
    locked = select(Event).where(Event.id == event_id).with_for_update(key_share=True)
    return session.execute(locked.execution_options(populate_existing=True)).scalar_one()


def pool_of(event: Event, group: GuestGroup | None) -> Pool:
    """Return the pool that a guest of this group (or of none) draws from."""
    if group is not None and group.capacity is not None:
        return Pool(event.id, group.capacity, own_group_id=group.id)
    apart = tuple(other.id for other in event.groups if other.capacity is not None)
    return Pool(event.id, event.capacity, own_group_id=None, apart=apart)


def party_limit(event: Event, group: GuestGroup | None) -> int | None:
    """Return how many guests one party may bring; None: no limit."""
    if group is not None and group.per_organisation is not None:
        return group.per_organisation
    return event.per_organisation


def taken_places(session: Session, pool: Pool) -> int:
    """Count the places of the pool that somebody has."""
    return session.scalar(select(func.count()).where(pool.holds(), Guest.state.in_(TAKES_PLACE))) or 0


def free_places(session: Session, pool: Pool) -> int | None:
    """Count the places nobody has; None where there is no limit. Never below zero."""
    if pool.capacity is None:
        return None
    return max(0, pool.capacity - taken_places(session, pool))


def waiting_parties(session: Session, pool: Pool) -> list[WaitingParty]:
    """List who waits, first come first."""
    since = func.min(Guest.listed_at)
    rows = session.execute(
        select(Guest.rsvp_id, func.count(), since)
        .where(pool.holds(), Guest.state == GuestState.WAITING)
        .group_by(Guest.rsvp_id)
        .order_by(since, Guest.rsvp_id)
    )
    return [WaitingParty(*row) for row in rows]


def position_of(session: Session, event: Event, rsvp: Rsvp) -> int | None:
    """Return the party's number on the waiting list, from 1; None when it does not wait."""
    queue = [waiting.rsvp_id for waiting in waiting_parties(session, pool_of(event, rsvp.invitation.group))]
    return queue.index(rsvp.id) + 1 if rsvp.id in queue else None


def next_position(session: Session, pool: Pool) -> int:
    """Return which number on the waiting list somebody new would get."""
    return len(waiting_parties(session, pool)) + 1


def can_take(session: Session, pool: Pool, places: int, *, rsvp_id: int | None) -> bool:
    """Return whether a party may have so many more places now.

    Not when somebody who has waited longer fits in what is free: nobody new passes a party that waits and fits.
    A waiting party that is too large for what is free holds up nobody.
    """
    free = free_places(session, pool)
    if free is None or places <= 0:
        return True
    if places > free:
        return False
    for waiting in waiting_parties(session, pool):
        if waiting.rsvp_id == rsvp_id:
            return True
        if waiting.size <= free:
            return False
    return True
