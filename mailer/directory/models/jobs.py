"""What a worker is to do with a list that is too long for a web request, and how far it is."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models.imports import ImportBatch
from mailer.foundation.database import Base, UtcDateTime, word
from mailer.foundation.journal import BOOK
from mailer.staff.models import Operator


class ImportDeed(enum.StrEnum):
    """What is to be done with the list."""

    TRY = "try"
    APPLY = "apply"
    # Look what taking it back would do.
    FORESEE = "foresee"
    TAKE_BACK = "take_back"


class ImportJob(Base):
    """A list that waits for a worker, or that one has in hand. The row is the queue; it is kept until the next one."""

    __tablename__ = "import_job"
    __table_args__ = ({"info": BOOK},)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), unique=True)
    deed: Mapped[ImportDeed] = mapped_column(word(ImportDeed))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    # Rows that are really settled, of how many; written while the deed's own transaction is still open. Where a list is
    # taken back, changes of the journal that were gone through: each twice, to look and to undo.
    settled: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    # All of it is settled, and is being written down.
    is_saving: Mapped[bool] = mapped_column(default=False)
    # Until then it is in somebody's hands; past it, that worker died and another takes it up from the start.
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why it could not be done, as a person reads it.
    refusal: Mapped[str] = mapped_column(String(500), default="")
    # What taking the list back would do, or did (``importing.taking_back.undone.Undone``).
    undone: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    batch: Mapped[ImportBatch] = relationship()
    operator: Mapped[Operator | None] = relationship()

    @property
    def is_going_on(self) -> bool:
        """Whether it waits or is in hand."""
        return self.done_at is None and self.cancelled_at is None
