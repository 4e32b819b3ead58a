"""Who a mailing was for and why, as it was when its audience was frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mailer.foundation.database import Base, Json, UtcDateTime


class FrozenAudience(Base):
    """What was asked when the audience of a mailing was frozen, in the words of that day."""

    __tablename__ = "frozen_audience"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # {"rule", "reach"}: saved selections replaced by their own rules, because they change.
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    # {"sentence", "said": [one for each condition], "facts": [one for each word of it], "topic", "themes", …}
    words: Mapped[dict[str, Any]] = mapped_column(Json)


class FrozenSeat(Base):
    """How one seat stood when the audience of a mailing was frozen, in it or not (see ``audiences.why.standing``).

    Ids of organisations and people are what they were, without a foreign key: merging or erasing somebody must not
    change what was so, and millions of rows get no index for it. Erasing the mailbox erases the row.
    """

    __tablename__ = "frozen_seat"
    __table_args__ = (Index("ix_frozen_seat_mailbox", "mailbox_id", "mailing_id"),)

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    # 0: nobody.
    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True)
    # Its name on that day.
    organisation: Mapped[str] = mapped_column(String(200))
    is_contact: Mapped[bool]
    position: Mapped[int]
    place: Mapped[int]
    # "1" or "0" for each word of each condition, in the order of ``FrozenAudience.words["facts"]``.
    holds: Mapped[str] = mapped_column(Text)
    # What the gate said; empty: it could be written to.
    refusal: Mapped[str] = mapped_column(String(16))
    is_chosen: Mapped[bool]
    # "in", "out" or empty.
    by_hand: Mapped[str] = mapped_column(String(3))
