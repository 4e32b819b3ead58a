"""What staff decided about two rows that look alike: they are two, or it is for later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, UtcDateTime


class NotDuplicate(Base):
    """Two organisations, or two people, that are not one ("geen dubbel"): never proposed again. The lower id first.

    With a day it is not decided ("later"): from that day on they are proposed again.
    """

    __tablename__ = "not_duplicate"
    __table_args__ = (
        UniqueConstraint("organisation_id", "other_organisation_id"),
        UniqueConstraint("person_id", "other_person_id"),
        CheckConstraint("organisation_id < other_organisation_id", name="organisations_in_order"),
        CheckConstraint("person_id < other_person_id", name="people_in_order"),
        CheckConstraint(
            "(organisation_id IS NULL) = (other_organisation_id IS NULL) AND (person_id IS NULL) = "
            "(other_person_id IS NULL) AND (organisation_id IS NULL) <> (person_id IS NULL)",
            name="one_pair",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    other_organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    other_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    again_on: Mapped[date | None]
