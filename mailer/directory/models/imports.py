"""What an import brought: the batch, and the outcome of every row of its file."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.foundation.database import Base, Json, UtcDateTime, word
from mailer.foundation.journal import BOOK
from mailer.staff.models import Operator


class RowOutcome(enum.StrEnum):
    """How a row ended. Nothing is silently dropped or merged."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"
    REJECTED = "rejected"


class ImportBatch(Base):
    """One file, read once. A dry run keeps its report too; only an applied batch changed the directory."""

    __tablename__ = "import_batch"
    __table_args__ = ({"info": BOOK},)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    # SHA-256 of the bytes: the same file again is recognised.
    file_hash: Mapped[str] = mapped_column(String(64), index=True)
    # What the rows are: "organisations", "people", "mailboxes", "stops", or "mixed" for a workbook of several.
    subject: Mapped[str] = mapped_column(String(20))
    # How somebody said that its columns are to be read (``importing.columns.reading``); empty: as the file proposes.
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # When it was tried for the first time; empty while somebody still looks at its columns.
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What is to be said about the whole file, in Dutch.
    notes: Mapped[list[str]] = mapped_column(Json, default=list)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Everything it wrote is as it was before, but for what ``kept`` names.
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What taking it back left alone, as the page shows it: [{"kind", "id", "name", "words"}].
    kept: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    # Columns in which the list wins from what was changed by hand; "*" is all of them.
    winning: Mapped[list[str]] = mapped_column(Json, default=list)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))

    operator: Mapped[Operator | None] = relationship()
    rows: Mapped[list[ImportRow]] = relationship(
        back_populates="batch", cascade="all, delete-orphan", order_by="ImportRow.id"
    )


class ImportRow(Base):
    """One row of the file and how it ended, with the reasons a person reads."""

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("batch_id", "sheet", "number"), {"info": BOOK})

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    sheet: Mapped[str] = mapped_column(String(80), default="")
    # As the spreadsheet counts: the header is in a row too.
    number: Mapped[int]
    outcome: Mapped[RowOutcome] = mapped_column(word(RowOutcome))
    # The cells as read, header → text, in the order of the file: plain JSON, because JSONB sorts its keys.
    cells: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # [{"column", "code", "message"}], the message in Dutch.
    problems: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    # What it changed in a row that was there: [{"column", "before", "after"}], as shown to people.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    # The row's content, hashed: the same row in a later file is the same organisation or person.
    fingerprint: Mapped[str] = mapped_column(String(32), default="", index=True)
    # The row it made or changed, when it did.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    # What somebody chose for it (importing.choices.decisions), and when; empty while nobody did.
    decision: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    batch: Mapped[ImportBatch] = relationship(back_populates="rows")
