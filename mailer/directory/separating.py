"""Saying that two rows are two ("geen dubbel"), and taking that word back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import NotDuplicate, Organisation, Person
from mailer.staff.logbook import note
from mailer.staff.models import Operator

Pair = tuple[int, int]


def call_two(
    session: Session, one: Organisation | Person, other: Organisation | Person, *, now: datetime, by: Operator | None
) -> NotDuplicate:
    """Remember that these two are not one; saying it twice changes nothing. Raises ``ValueError`` for unlike rows."""
    if type(one) is not type(other) or one.id == other.id:
        raise ValueError("two organisations or two people are needed")
    kind = "organisation" if isinstance(one, Organisation) else "person"
    low, high = sorted((one.id, other.id))
    found = _find(session, kind, (low, high))
    if found is not None:
        return found
    said = NotDuplicate(**{f"{kind}_id": low, f"other_{kind}_id": high}, operator_id=by.id if by else None, said_at=now)
    session.add(said)
    note(session, by, "called-two", one, now=now)
    return said


def take_back_two(session: Session, kind: str, pair: Pair) -> None:
    """Propose this pair again, as if nothing was said."""
    found = _find(session, kind, (min(pair), max(pair)))
    if found is not None:
        session.delete(found)
        session.flush()


def called_two(session: Session, kind: str) -> set[Pair]:
    """Return every pair of ids of this kind ("organisation", "person") that staff called two, the lower id first."""
    low, high = getattr(NotDuplicate, f"{kind}_id"), getattr(NotDuplicate, f"other_{kind}_id")
    return {(one, other) for one, other in session.execute(select(low, high).where(low.is_not(None)))}


def _find(session: Session, kind: str, pair: Pair) -> NotDuplicate | None:
    low, high = getattr(NotDuplicate, f"{kind}_id"), getattr(NotDuplicate, f"other_{kind}_id")
    return session.scalars(select(NotDuplicate).where(low == pair[0], high == pair[1])).one_or_none()
