"""Where letters go to: what was agreed with a mail server or a domain, what was used of it, and trouble with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, UtcDateTime


class SendingTrouble(Base):
    """How things stand with a relay, a recipient domain or a mailing since its first trouble; no row: all is well."""

    __tablename__ = "sending_trouble"

    # The name of a relay, "@" and a domain, or "#" and the number of a mailing.
    scope: Mapped[str] = mapped_column(String(255), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    # Troubles since the last letter that was taken.
    in_row: Mapped[int] = mapped_column(default=0)
    # Troubles and letters taken, since the first trouble.
    troubles: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    # How often it was made to wait since a letter was taken: each wait is longer than the one before.
    waits: Mapped[int] = mapped_column(default=0)
    # Until then nothing leaves by it, or to it.
    waits_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # From then on the next few letters may go there (``regulating.putting_off``); a domain's only.
    next_few_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What was said last.
    phase: Mapped[str] = mapped_column(String(20), default="")
    reply_code: Mapped[int | None]
    reply_text: Mapped[str] = mapped_column(String(500), default="")


class SendingLimit(Base):
    """What the office allows one relay or one recipient domain: letters in a window, and how many at once."""

    __tablename__ = "sending_limit"

    # The name of a relay, or "@" and a domain.
    scope: Mapped[str] = mapped_column(String(255), primary_key=True)
    per_second: Mapped[int | None]
    per_minute: Mapped[int | None]
    per_hour: Mapped[int | None]
    per_day: Mapped[int | None]
    # Letters for this domain that are being handed over at one moment.
    connections: Mapped[int | None]
    # Until then its room is promised to letters that wait (``regulating.putting_off``).
    booked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SentAllowance(Base):
    """Letters allowed at one moment, taken in the transaction of their gates.

    ``total`` counts on and on, so that any window is one subtraction, however many letters are in it; that no total
    comes twice is what makes a limit exact.
    """

    __tablename__ = "sent_allowance"
    __table_args__ = (
        UniqueConstraint("scope", "total"),
        Index("ix_sent_allowance_window", "scope", "at"),
        Index("ix_sent_allowance_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Of what: as ``SendingLimit.scope``.
    scope: Mapped[str] = mapped_column(String(255))
    # Never before the one with a smaller total.
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    letters: Mapped[int]
    # Letters of this scope so far, with these.
    total: Mapped[int]
