"""This installation, to know itself again after it was restored or copied."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, UtcDateTime


class Installation(Base):
    """The one row about this installation: where its database is, and whether a person has to look at that first."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Another one in every copy (``restored.places``).
    place: Mapped[str] = mapped_column(String(300))
    # Since when all that was unsent is held, and why, in Dutch; empty: it is not.
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_because: Mapped[str] = mapped_column(String(300), default="")


class DataFolder(Base):
    """A data folder that sends for this database; how often it counted on while letters left: ``restored.marks``."""

    __tablename__ = "data_folder"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]
    # By which address it reaches the database.
    database: Mapped[str] = mapped_column(String(300))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
