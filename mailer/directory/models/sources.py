"""Where lists come from, and how each was read the last time: the next one is read the same way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.foundation.database import Base, UtcDateTime
from mailer.staff.models import Operator


class ImportSource(Base):
    """A kind of sheet that came before, known by the names of its columns, with the choices made for it."""

    __tablename__ = "import_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    # A hash of its set of column names: another order, another file name and other rows are the same source.
    fingerprint: Mapped[str] = mapped_column(String(32), unique=True)
    # The file it came with the last time.
    file_name: Mapped[str] = mapped_column(String(200))
    # What was chosen, as ``importing.columns.sources`` writes it.
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))

    operator: Mapped[Operator | None] = relationship()
