"""Operators, the links they sign in with, and the logbook."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.foundation.database import Base, UtcDateTime, word
from mailer.foundation.journal import BOOK


class OperatorRole(enum.StrEnum):
    """What somebody may do, from most to least; the table of roles and actions is ``staff.roles``."""

    ADMIN = "admin"
    EDITOR = "editor"
    SENDER = "sender"
    HOST = "host"
    READER = "reader"


class Operator(Base):
    """Somebody of the network who may enter the office."""

    __tablename__ = "operator"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    # Normalised, so that Marit@ and marit@ are one person.
    address_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[OperatorRole] = mapped_column(word(OperatorRole))
    language: Mapped[str] = mapped_column(String(8), default="nl")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Raised to end every session of this operator at once; each session carries the number it began with.
    session_epoch: Mapped[int] = mapped_column(default=1)

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None

    @property
    def shown_name(self) -> str:
        return self.name or self.address


class SignInLink(Base):
    """A link mailed to an operator; one use, and only by pressing the button on its page."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    operator: Mapped[Operator] = relationship()

    def is_valid(self, now: datetime) -> bool:
        return self.used_at is None and now < self.valid_until and self.operator.is_enabled


class LogbookEntry(Base):
    """One deed in the office or on the command line. Never an address or the text of a letter."""

    __tablename__ = "logbook_entry"
    __table_args__ = (Index("ix_logbook_entry_subject", "subject_kind", "subject_id"), {"info": BOOK})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # Empty when the program did it by itself, or the command line.
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    # A participle that says what happened: "mailing-scheduled".
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")

    operator: Mapped[Operator | None] = relationship()
