"""The tables of the journal: deeds that may be taken back, and every row each of them wrote."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, UtcDateTime, word

BOOK: Mapping[str, bool] = {"is_book": True}
"""``info`` of a table that keeps what happened: its rows are not recorded, not taken back, and hold nothing up."""

KEPT_DAYS = 30


class ChangeKind(enum.StrEnum):
    """What happened to the row."""

    INSERTED = "inserted"
    UPDATED = "updated"
    DELETED = "deleted"


class RecordedDeed(Base):
    """Something that somebody did in one go and may take back: an import, a merge."""

    __tablename__ = "recorded_deed"
    __table_args__ = ({"info": BOOK},)

    id: Mapped[int] = mapped_column(primary_key=True)
    # What and which: "import-batch:17".
    name: Mapped[str] = mapped_column(String(80), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RowChange(Base):
    """One row that a deed wrote, with what is needed to undo it. Rows of all tables, so it points at none."""

    __tablename__ = "row_change"
    __table_args__ = (Index("ix_row_change_row", "table_name", "row_key"), {"info": BOOK})

    deed_id: Mapped[int] = mapped_column(ForeignKey("recorded_deed.id", ondelete="CASCADE"), primary_key=True)
    # Counts from 1 in the order it was written; taken back the other way round.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ChangeKind] = mapped_column(word(ChangeKind))
    table_name: Mapped[str] = mapped_column(String(63))
    # The primary key as JSON: "[17]", "[3,12]".
    row_key: Mapped[str] = mapped_column(String(200))
    # Column → value. Of an update only what changed; an insert has no before, a delete no after.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
