"""One-off letters owed, as rows: whoever owes one writes a row, and ``deliveries.letters.notices`` makes it a delivery.

No door has to remember the receipt, and a letter owed commits or rolls back with the deed it speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from mailer.foundation.database import Base, Json, UtcDateTime


class OwedLetter(Base):
    """A letter to one address that somebody is owed."""

    __tablename__ = "owed_letter"
    __table_args__ = (Index("ix_owed_letter_waiting", "taken_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # The letter's folder in templates/emails, named by what happened: "rsvp-confirmed".
    letter: Mapped[str] = mapped_column(String(60))
    # The row the letter speaks of; which table that is follows from the letter.
    subject_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(320))
    # What the row cannot tell by itself any more (a proof's address list, an old answer).
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    language: Mapped[str] = mapped_column(String(8), default="nl")
    owed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When it became a delivery.
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class CalendarFile:
    """An .ics that goes with a letter; ``method`` is REQUEST, CANCEL or None for a plain file."""

    content: bytes
    method: str | None = None
    name: str = "bijeenkomst.ics"


@dataclass(frozen=True)
class NoticeContent:
    """What a one-off letter says: values for its templates, and a calendar file when it has one."""

    values: Mapping[str, Any]
    calendar: CalendarFile | None = None
    subject_mark: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def owe_letter(
    session: Session,
    letter: str,
    *,
    subject_id: int,
    address: str,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    language: str = "nl",
) -> OwedLetter:
    """Write down that this address is owed this letter."""
    owed = OwedLetter(
        letter=letter,
        subject_id=subject_id,
        address=address,
        details=dict(details or {}),
        language=language,
        owed_at=now,
    )
    session.add(owed)
    session.flush()
    return owed
