"""What was merged, and where an old number leads since."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.foundation.database import Base, Json, UtcDateTime, word
from mailer.foundation.journal import BOOK
from mailer.staff.models import Operator


class MergeKind(enum.StrEnum):
    """What can be merged."""

    ORGANISATION = "organisation"
    PERSON = "person"
    MAILBOX = "mailbox"


class Merge(Base):
    """Two rows that became one: which, by whom, what was chosen, and when it was taken back.

    What each row was before stands in the journal under ``deed``, for as long as it can be taken back. The numbers are
    no foreign keys: a book outlives what it tells of.
    """

    __tablename__ = "merge"
    __table_args__ = (Index("ix_merge_kept", "kind", "kept_id"), {"info": BOOK})

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MergeKind] = mapped_column(word(MergeKind))
    kept_id: Mapped[int]
    lost_id: Mapped[int]
    # Field → "keep" or "lose", where the two differed; meeting → whose answer stands.
    chosen: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # Rows of imports that told of the lost one: a book too, so the journal does not bring them back.
    import_rows: Mapped[list[int]] = mapped_column(Json, default=list)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))

    operator: Mapped[Operator | None] = relationship(foreign_keys=[operator_id])

    @property
    def deed(self) -> str:
        """The name of this merge in the journal."""
        return f"merge:{self.id}"


class Forwarding(Base):
    """An old number and what it leads to now: a page that was bookmarked, a link in a letter that was sent long ago."""

    __tablename__ = "forwarding"
    __table_args__ = (Index("ix_forwarding_new", "kind", "new_id"),)

    # "organisation", "person", "mailbox" or "invitation".
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    old_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    new_id: Mapped[int]
