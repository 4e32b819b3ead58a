"""The logbook: who did what, to which row, when. Never an address or the text of a letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.foundation.database import Base
from mailer.staff.models import LogbookEntry, Operator


def note(
    session: Session,
    operator: Operator | None,
    action: str,
    subject: Base | None = None,
    *,
    now: datetime,
    note: str = "",
) -> LogbookEntry:
    """Write one line: ``action`` is a participle ("mailing-scheduled"), ``subject`` the row it was done to.

    ``operator`` is None for the command line and for what the program does by itself.
    """
    session.flush()  # A fresh subject has its id only then.
    entry = LogbookEntry(
        at=now,
        operator_id=operator.id if operator else None,
        action=action,
        subject_kind=str(subject.__tablename__) if subject is not None else "",
        subject_id=_identity(subject),
        note=note,
    )
    session.add(entry)
    session.flush()
    return entry


def _identity(subject: Any) -> int | None:
    identity = getattr(subject, "id", None)
    return identity if isinstance(identity, int) else None
