"""Which rows were changed, as the triggers of the mirrored tables note it. Only PostgreSQL has those triggers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, UtcDateTime
from mailer.foundation.journal import BOOK


class ChangedRow(Base):
    """Rows of one table with one key were made, changed or thrown away by a transaction."""

    __tablename__ = "changed_row"
    __table_args__ = (
        Index("ix_changed_row_xact", "xact"),
        Index("ix_changed_row_changed_at", "changed_at"),
        {"info": BOOK},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(63))
    # None: so many of them that the whole table is taken anew.
    row_key: Mapped[int | None]
    # PostgreSQL's own number of the transaction: a later one may well be seen first.
    xact: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
