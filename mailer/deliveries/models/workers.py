"""Who has letters in hand, and how far a mailing was claimed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, UtcDateTime


class WorkerLease(Base):
    """How long the letters in a worker's hands stay there; a worker that lives renews it.

    One row a worker, locked by each of its gates: whoever takes up its letters comes before or after a gate, never
    beside it.
    """

    __tablename__ = "worker_lease"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    # The machine, in this life of it: what its worker wrote down in files can be believed there only.
    host: Mapped[str] = mapped_column(String(80))
    # Between which ids its letters are.
    lowest: Mapped[int]
    highest: Mapped[int]


class MailingProgress(Base):
    """Up to where the letters of a mailing were claimed for the first time.

    So that the next ones are found at once, however many have gone before.
    """

    __tablename__ = "mailing_progress"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    claimed_to: Mapped[int]
