"""Where an old number leads now, since its row became another one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.records.models import Forwarding


def forward(session: Session, kind: str, old_id: int, new_id: int) -> None:
    """Let the old number lead to the new one, and whatever led to the old one as well."""
    earlier = select(Forwarding).where(Forwarding.kind == kind, Forwarding.new_id == old_id)
    for row in session.scalars(earlier).all():
        row.new_id = new_id
    session.add(Forwarding(kind=kind, old_id=old_id, new_id=new_id))
    session.flush()


def where_now(session: Session, kind: str, old_id: int) -> int | None:
    """Return the number that this one became; None when it became none."""
    found = session.get(Forwarding, (kind, old_id))
    return found.new_id if found else None


def former_numbers(session: Session, kind: str, new_id: int) -> Sequence[int]:
    """Return the numbers that lead to this one: whose history is its history."""
    return session.scalars(select(Forwarding.old_id).where(Forwarding.kind == kind, Forwarding.new_id == new_id)).all()
