"""Letters that ask an organisation whether what we have of it is still right."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models.organisations import Organisation
from mailer.foundation.database import Base, UtcDateTime, word
from mailer.foundation.outbox import OwedLetter
from mailer.staff.models import Operator

# Long enough for somebody who reads it after the summer; a new letter has a new link.
LINK_DAYS = 120
IS_PLANNED = text("owed_letter_id IS NULL")


class CheckAnswer(enum.StrEnum):
    """What an organisation said: it is all still right, or something should change."""

    RIGHT = "right"
    CHANGES = "changes"


class CheckLetter(Base):
    """One "Klopt dit nog?" to one organisation: planned for a day, then owed, then answered or not."""

    __tablename__ = "check_letter"
    __table_args__ = (
        Index(
            "uq_check_letter_planned",
            "organisation_id",
            unique=True,
            sqlite_where=IS_PLANNED,
            postgresql_where=IS_PLANNED,
        ),
        Index("ix_check_letter_planned_on", "planned_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    # The first day it may leave: letters are spread.
    planned_on: Mapped[date]
    # Who asked for it; empty: the yearly round.
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    # The letter, once it is owed; to which mailbox is chosen on that day.
    owed_letter_id: Mapped[int | None] = mapped_column(ForeignKey("owed_letter.id"), unique=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[CheckAnswer | None] = mapped_column(word(CheckAnswer))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    asked_by: Mapped[Operator | None] = relationship()
    owed_letter: Mapped[OwedLetter | None] = relationship()

    def is_open(self, now: datetime) -> bool:
        """Whether its link still opens the page."""
        return self.sent_at is not None and now < self.sent_at + timedelta(days=LINK_DAYS)
