"""Letters: one to one mailbox, each try of it, what happened to it, and for whom it was meant."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models import Mailbox
from mailer.foundation.database import BY_STATEMENT, Base, Json, UtcDateTime, word
from mailer.foundation.outbox import OwedLetter
from mailer.mailings.models import Mailing


class DeliveryState(enum.StrEnum):
    """The life of a letter (docs/decisions: deliveries). There is no "delivered": SMTP tells only who accepted it."""

    SKIPPED = "skipped"
    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def _only_where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


class Delivery(Base):
    """One letter to one mailbox: Mailing × Mailbox with the address frozen, or a one-off letter (no mailing).

    No index knows the state or the worker: a letter changes those three times on its way, and PostgreSQL then rewrites
    the row in its own page and touches no index at all (decision 0068).
    """

    __tablename__ = "delivery"
    __table_args__ = (
        # Both ways to a letter: by its mailbox, and those of a mailing in the order in which they leave.
        UniqueConstraint("mailbox_id", "mailing_id"),
        Index("ix_delivery_mailing", "mailing_id", "id"),
        # The few that wait for a moment: retries, what was given back, one-off letters.
        Index(
            "ix_delivery_next_attempt", "mailing_id", "next_attempt_at", **_only_where("next_attempt_at IS NOT NULL")
        ),
        # The few that somebody may have to look at.
        Index("ix_delivery_reason", "mailing_id", **_only_where("reason <> ''")),
        Index("ix_delivery_owed_letter_id", "owed_letter_id", unique=True, **_only_where("owed_letter_id IS NOT NULL")),
        CheckConstraint("(mailing_id IS NULL) <> (owed_letter_id IS NULL)", name="one_cause"),
        # A letter of a mailing is found by its number the first time; ever after, and a one-off letter, by its moment.
        CheckConstraint(
            "state <> 'queued' OR next_attempt_at IS NOT NULL OR (attempt = 0 AND mailing_id IS NOT NULL)",
            name="can_be_found",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", info=BY_STATEMENT))
    owed_letter_id: Mapped[int | None] = mapped_column(ForeignKey("owed_letter.id", info=BY_STATEMENT))
    # Empty after the mailbox was erased, and for letters to somebody outside the directory.
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="SET NULL", info=BY_STATEMENT))
    address: Mapped[str] = mapped_column(String(320))
    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState))
    # A code: why skipped ("left"), rejected ("dead_address"), cancelled ("stopped") or uncertain; words.py says it.
    reason: Mapped[str] = mapped_column(String(60), default="")
    # Fixed when the row is made; a second try carries the same one.
    message_id: Mapped[str] = mapped_column(String(200), default="")
    # How often it was claimed; fences the writes of a worker that lost its lease.
    attempt: Mapped[int] = mapped_column(default=0)
    # How often it was handed over (a dot went out, or may have).
    handovers: Mapped[int] = mapped_column(default=0)
    # From when it may be claimed. Empty before the first try of a mailing's letter, and when its story is over.
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # In whose hands it is; how long that lasts is in ``WorkerLease``.
    worker: Mapped[str] = mapped_column(String(80), default="")
    # The relay by which it left, or was last tried: the name of its route.
    relay: Mapped[str] = mapped_column(String(60), default="", server_default="")
    # The last reply of the other server, as it came; shown to staff as text.
    reply_code: Mapped[int | None]
    reply_text: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why an invitation came, as its reader may know it: {"reason": "De Voeg werkt in Spangen"}; never notes.
    because: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    mailing: Mapped[Mailing | None] = relationship()
    owed_letter: Mapped[OwedLetter | None] = relationship()
    mailbox: Mapped[Mailbox | None] = relationship()


class DeliveryAddressee(Base):
    """Delivery × whom it was meant for: organisations reached and people greeted, frozen with the audience."""

    __tablename__ = "delivery_addressee"
    __table_args__ = (Index("ix_delivery_addressee_delivery", "delivery_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class DeliveryAttempt(Base):
    """One try: when, which worker, how far it came, and what the server said."""

    __tablename__ = "delivery_attempt"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    worker: Mapped[str] = mapped_column(String(80))
    relay: Mapped[str] = mapped_column(String(60), default="", server_default="")
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Phase of the SMTP dialogue that was reached: connect, mail, rcpt, data, dot …
    phase: Mapped[str] = mapped_column(String(20), default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    reply_code: Mapped[int | None]
    reply_text: Mapped[str] = mapped_column(Text, default="")


class DeliveryEvent(Base):
    """What came back about a letter: a bounce, a complaint, an auto-reply, evidence that settles a doubt."""

    __tablename__ = "delivery_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), index=True)
    # "bounced", "complained", "left", "decided": a participle.
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The provider's own id, so that the same report twice is one.
    provider_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
