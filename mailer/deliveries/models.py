"""Deliveries: one letter to one mailbox, each try of it, and for whom it was meant."""

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
    owed_letter_id: Mapped[int | None] = mapped_column(ForeignKey("owed_letter.id"))
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


class WorkerLease(Base):
    """How long the letters in a worker's hands stay there; a worker that lives renews it.

    One row a worker, locked by each of its gates: whoever takes up its letters comes before or after a gate, never
    beside it.
    """

    __tablename__ = "worker_lease"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    # The machine, in this life of it: what its worker wrote down in files can be believed there only.
    host: Mapped[str] = mapped_column(String(80))
    # Between which ids its letters are.
    lowest: Mapped[int]
    highest: Mapped[int]


class MailingProgress(Base):
    """Up to where the letters of a mailing were claimed for the first time.

    So that the next ones are found at once, however many have gone before.
    """

    __tablename__ = "mailing_progress"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    claimed_to: Mapped[int]


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
    # Until then its room is promised to letters that wait (``putting_off``).
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


class Installation(Base):
    """The one row about this installation: where its database is, and whether a person has to look at that first."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Another one in every copy (``places``).
    place: Mapped[str] = mapped_column(String(300))
    # Since when all that was unsent is held, and why, in Dutch; empty: it is not.
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_because: Mapped[str] = mapped_column(String(300), default="")


class DataFolder(Base):
    """A data folder that sends for this database, and how often it counted on while letters left (``marks``)."""

    __tablename__ = "data_folder"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]
    # By which address it reaches the database.
    database: Mapped[str] = mapped_column(String(300))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    """How one seat stood when the audience of a mailing was frozen, in it or not (see ``audiences.standing``).

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
