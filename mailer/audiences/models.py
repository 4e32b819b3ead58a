"""Saved audiences."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, Json, UtcDateTime


class Reach(enum.StrEnum):
    """Whom of an organisation that fits the rule."""

    # Everyone who fits, and the organisations' own mailboxes.
    EVERYONE = "everyone"
    # The people marked as contact, else the organisation's own mailbox.
    CONTACTS = "contacts"
    # The organisation's own mailbox, else the first reachable contact.
    ONE_PER_ORGANISATION = "one_per_organisation"


class Segment(Base):
    """A named rule (selectie); resolved when a mailing is sent, never a stored list of people."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # {"rule", "reach", "include", "exclude"}: an audience (docs/interfaces.md).
    audience: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
