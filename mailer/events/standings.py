"""How meetings stand: who comes, who does not, who is silent, who waits, and the places of each pool. Only counts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, case, distinct, func, literal, select
from sqlalchemy.orm import Session

from mailer.events.models import Answer, Event, Guest, GuestGroup, GuestState, Invitation, Rsvp
from mailer.events.places import TAKES_PLACE

NOT_SEATED = (GuestState.WAITING, GuestState.OFFERED)


@dataclass(frozen=True)
class PoolStanding:
    """How a pool of places stands; `name` is the guest group's, empty for the meeting's own places."""

    name: str
    capacity: int | None
    taken: int
    waiting_parties: int
    waiting_guests: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.taken)


@dataclass(frozen=True)
class Standing:
    """How a meeting stands, in parties (organisations, and people without one). The four add up to `invited`."""

    coming: int
    declined: int
    # No yes or no yet; a calendar's "misschien" is among them.
    silent: int
    waiting: int
    # People of the parties that come.
    guests: int
    # The meeting's own places first, then each group with places of its own.
    pools: tuple[PoolStanding, ...]

    @property
    def invited(self) -> int:
        return self.coming + self.declined + self.silent + self.waiting


@dataclass
class _Tally:
    """What one pool of one meeting adds up to."""

    taken: int = 0
    waiting_guests: int = 0
    waiting_parties: int = 0
    # Parties that wait or have an offer.
    not_seated: int = 0
    offered: int = 0


def standing(session: Session, event: Event) -> Standing:
    """Count how one meeting stands."""
    return standings(session, [event])[event.id]


def standings(session: Session, events: Sequence[Event]) -> dict[int, Standing]:
    """Count how these meetings stand, by event id; as many questions for a hundred as for one."""
    ids = [event.id for event in events]
    groups = _own_groups(session, ids)
    tallies = _tallies(session, ids, {group.id for of_event in groups.values() for group in of_event})
    invited, said = _invited(session, ids), _said(session, ids)
    return {
        event.id: _standing(event, groups[event.id], tallies[event.id], invited.get(event.id, 0), said[event.id])
        for event in events
    }


def _own_groups(session: Session, ids: Sequence[int]) -> dict[int, list[GuestGroup]]:
    found: dict[int, list[GuestGroup]] = defaultdict(list)
    query = select(GuestGroup).where(GuestGroup.event_id.in_(ids), GuestGroup.capacity.is_not(None))
    for group in session.scalars(query.order_by(GuestGroup.id)):
        found[group.event_id].append(group)
    return found


def _invited(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = select(Invitation.event_id, func.count()).where(Invitation.event_id.in_(ids)).group_by(Invitation.event_id)
    return dict(session.execute(query).all())


def _said(session: Session, ids: Sequence[int]) -> dict[int, dict[Answer, int]]:
    found: dict[int, dict[Answer, int]] = defaultdict(dict)
    query = select(Invitation.event_id, Rsvp.answer, func.count()).join(Rsvp, Rsvp.invitation_id == Invitation.id)
    for event_id, answer, count in session.execute(
        query.where(Invitation.event_id.in_(ids)).group_by(Invitation.event_id, Rsvp.answer)
    ):
        found[event_id][answer] = count
    return found


def _tallies(session: Session, ids: Sequence[int], own: set[int]) -> dict[int, dict[int | None, _Tally]]:
    """By event id and pool: the id of a group with places of its own, else None."""
    found: dict[int, dict[int | None, _Tally]] = defaultdict(lambda: defaultdict(_Tally))
    one, none = literal(1), literal(0)
    rows = session.execute(
        select(
            Guest.event_id,
            Guest.group_id,
            func.sum(case((Guest.state.in_(TAKES_PLACE), one), else_=none), type_=Integer),
            func.sum(case((Guest.state == GuestState.OFFERED, one), else_=none), type_=Integer),
            func.sum(case((Guest.state == GuestState.WAITING, one), else_=none), type_=Integer),
            func.count(distinct(case((Guest.state == GuestState.WAITING, Guest.rsvp_id)))),
            func.count(distinct(case((Guest.state.in_(NOT_SEATED), Guest.rsvp_id)))),
        )
        .where(Guest.event_id.in_(ids))
        .group_by(Guest.event_id, Guest.group_id)
    )
    for event_id, group_id, taken, offered, waiting_guests, waiting_parties, not_seated in rows:
        tally = found[event_id][group_id if group_id in own else None]
        tally.taken += taken
        tally.offered += offered
        tally.waiting_guests += waiting_guests
        tally.waiting_parties += waiting_parties
        tally.not_seated += not_seated
    return found


def _standing(
    event: Event,
    groups: Sequence[GuestGroup],
    tallies: dict[int | None, _Tally],
    invited: int,
    said: dict[Answer, int],
) -> Standing:
    own = [("", event.capacity, None), *((group.name, group.capacity, group.id) for group in groups)]
    waiting = sum(tally.not_seated for tally in tallies.values())
    yes, no = said.get(Answer.YES, 0), said.get(Answer.NO, 0)
    return Standing(
        coming=yes - waiting,
        declined=no,
        silent=invited - yes - no,
        waiting=waiting,
        guests=sum(tally.taken - tally.offered for tally in tallies.values()),
        pools=tuple(_pool(name, capacity, tallies[group_id]) for name, capacity, group_id in own),
    )


def _pool(name: str, capacity: int | None, tally: _Tally) -> PoolStanding:
    return PoolStanding(name, capacity, tally.taken, tally.waiting_parties, tally.waiting_guests)
