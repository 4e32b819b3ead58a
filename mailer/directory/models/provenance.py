"""Where what we know comes from: who said a field last."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models.imports import ImportBatch
from mailer.foundation.database import Base, Json, UtcDateTime, word
from mailer.staff.models import Operator


class SourceKind(enum.StrEnum):
    """By which way it came."""

    # Somebody of the office, or the command line.
    HAND = "hand"
    IMPORT = "import"
    # The organisation itself, by its check letter.
    ORGANISATION = "organisation"
    MERGE = "merge"


class FieldSource(Base):
    """Who said these fields of an organisation or a person last. A field is in one of its owner's rows."""

    __tablename__ = "field_source"
    __table_args__ = (CheckConstraint("(organisation_id IS NULL) <> (person_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    # "website", "street"; of what there may be more than one: "theme:7", "mailbox:12" (directory.provenance).
    fields: Mapped[list[str]] = mapped_column(Json, default=list)
    kind: Mapped[SourceKind] = mapped_column(word(SourceKind))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The day the source gives itself, when it does: a list may have "laatst gewijzigd".
    as_of: Mapped[date | None]
    # By hand: who. Empty for the command line.
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    # By an import: which list, and where in it.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id", ondelete="SET NULL"), index=True)
    sheet: Mapped[str] = mapped_column(String(80), default="")
    row_number: Mapped[int | None]
    # By a merge: the name of the one it came from.
    note: Mapped[str] = mapped_column(String(200), default="")

    operator: Mapped[Operator | None] = relationship()
    batch: Mapped[ImportBatch | None] = relationship()
