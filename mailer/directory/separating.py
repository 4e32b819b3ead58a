"""Saying that two rows are two ("geen dubbel"), taking that word back, and putting the question off ("later")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from mailer.directory.models import NotDuplicate, Organisation, Person
from mailer.foundation.clock import today
from mailer.staff.logbook import note
from mailer.staff.models import Operator

Pair = tuple[int, int]
# How long "later" is: long enough to know more, short enough not to be forgotten.
LATER = timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """Of how many pairs staff said so: two for good, or for later."""

    two: int
    later: int


def call_two(
    session: Session, one: Organisation | Person, other: Organisation | Person, *, now: datetime, by: Operator | None
) -> NotDuplicate:
    """Remember that these two are not one; saying it twice changes nothing. Raises ``ValueError`` for unlike rows."""
    said = _set_aside(session, one, other, now=now, by=by)
    if said.id is None or said.again_on is not None:
        said.again_on = None
        note(session, by, "called-two", one, now=now)
    session.flush()
    return said


def put_off(
    session: Session, one: Organisation | Person, other: Organisation | Person, *, now: datetime, by: Operator | None
) -> NotDuplicate:
    """Propose these two again after a while; what was called two stays two. Raises ``ValueError`` for unlike rows."""
    said = _set_aside(session, one, other, now=now, by=by)
    if said.id is None or said.again_on is not None:
        said.again_on = today(now) + LATER
    session.flush()
    return said


def take_back_two(
    session: Session, one: Organisation | Person, other: Organisation | Person, *, now: datetime, by: Operator | None
) -> None:
    """Propose these two again, as if nothing was said; where nothing was said nothing happens."""
    found = _find(session, *_pair_of(one, other))
    if found is not None:
        session.delete(found)
        note(session, by, "two-taken-back", one, now=now)
        session.flush()


def when_called_two(session: Session, one: Organisation | Person, other: Organisation | Person) -> datetime | None:
    """Return since when these are two for good; None when nobody said so, or for later only."""
    said = _find(session, *_pair_of(one, other))
    return said.said_at if said is not None and said.again_on is None else None


def set_aside(session: Session, kind: str, *, day: date) -> set[Pair]:
    """Return every pair of this kind ("organisation", "person") not to be proposed on that day, the lower id first."""
    return _pairs(session, kind, or_(NotDuplicate.again_on.is_(None), NotDuplicate.again_on > day))


def put_off_pairs(session: Session, kind: str, *, day: date) -> set[Pair]:
    """Return every pair of this kind that is for later on that day, the lower id first."""
    return _pairs(session, kind, NotDuplicate.again_on > day)


def count_said(session: Session, *, day: date) -> Said:
    """Return of how many pairs it stands on that day that they are two, and of how many that they are for later."""
    is_two, is_later = NotDuplicate.again_on.is_(None), NotDuplicate.again_on > day
    asked = select(func.count(case((is_two, 1))), func.count(case((is_later, 1))))
    two, later = session.execute(asked).one()
    return Said(two, later)


def called_two_pairs(session: Session, kind: str) -> set[Pair]:
    """Return every pair of this kind that is two for good, the lower id first."""
    return _pairs(session, kind, NotDuplicate.again_on.is_(None))


def _pairs(session: Session, kind: str, which: ColumnElement[bool]) -> set[Pair]:
    low, high = getattr(NotDuplicate, f"{kind}_id"), getattr(NotDuplicate, f"other_{kind}_id")
    return {(one, other) for one, other in session.execute(select(low, high).where(low.is_not(None), which))}


def _set_aside(
    session: Session, one: Organisation | Person, other: Organisation | Person, *, now: datetime, by: Operator | None
) -> NotDuplicate:
    kind, (low, high) = _pair_of(one, other)
    found = _find(session, kind, (low, high))
    if found is None:
        ids = {f"{kind}_id": low, f"other_{kind}_id": high}
        found = NotDuplicate(**ids, operator_id=by.id if by else None, said_at=now)
        session.add(found)
    return found


def _pair_of(one: Organisation | Person, other: Organisation | Person) -> tuple[str, Pair]:
    if type(one) is not type(other) or one.id == other.id:
        raise ValueError("two organisations or two people are needed")
    return "organisation" if isinstance(one, Organisation) else "person", (min(one.id, other.id), max(one.id, other.id))


def _find(session: Session, kind: str, pair: Pair) -> NotDuplicate | None:
    low, high = getattr(NotDuplicate, f"{kind}_id"), getattr(NotDuplicate, f"other_{kind}_id")
    return session.scalars(select(NotDuplicate).where(low == pair[0], high == pair[1])).one_or_none()
