"""On whose behalf we write, what one can subscribe to, and what each mailbox allowed."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models import Mailbox, Neighbourhood, Theme
from mailer.foundation.database import Base, UtcDateTime, word
from mailer.staff.models import Operator


class Sender(Base):
    """On whose behalf we write. Several networks can share an installation."""

    __tablename__ = "sender"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    from_address: Mapped[str] = mapped_column(String(320))
    # A human mailbox, never noreply.
    reply_to: Mapped[str] = mapped_column(String(320))
    postal_address: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(40), default="")
    # When the phone is answered: "ma–do 10–16 uur".
    phone_hours: Mapped[str] = mapped_column(String(80), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    privacy_url: Mapped[str] = mapped_column(String(300), default="")
    chamber_number: Mapped[str] = mapped_column(String(20), default="")
    # Right-hand side of List-Id, a domain of ours (RFC 2919).
    list_id_domain: Mapped[str] = mapped_column(String(255))
    # Whose names follow "… wordt mogelijk gemaakt door": "de gemeente en het Tegelfonds".
    made_possible_by: Mapped[str] = mapped_column(String(300), default="")
    # A picture of ours (its name, see ``mailings.logos``) in the band on top of letters; empty: the name in words.
    logo: Mapped[str] = mapped_column(String(80), default="", server_default="")
    # What it says to who does not see it; empty: the name.
    logo_alt: Mapped[str] = mapped_column(String(120), default="", server_default="")


class Topic(Base):
    """What one can subscribe to."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # How often, in words: "1 keer per maand".
    frequency: Mapped[str] = mapped_column(String(120), default="")
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    position: Mapped[int] = mapped_column(default=0)

    sender: Mapped[Sender] = relationship()

    @property
    def list_id(self) -> str:
        """The identity of the list, stable for ever (RFC 2919)."""
        return f"{self.slug}.{self.sender.list_id_domain}"


class SubscriptionState(enum.StrEnum):
    """PENDING waits for a confirmation; PAUSED ends by itself; ENDED stays until the mailbox itself returns."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Subscription(Base):
    """Mailbox × Topic: what this mailbox chose."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "topic_id"),
        CheckConstraint("state <> 'paused' OR paused_until IS NOT NULL", name="paused_has_an_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    state: Mapped[SubscriptionState] = mapped_column(word(SubscriptionState))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The first day letters come again. Of what has ended: of the pause that it had then, for who undoes leaving.
    paused_until: Mapped[date | None]
    # By which door: "one-click", "leave-page", "preferences", "office", "sample".
    door: Mapped[str] = mapped_column(String(40), default="")

    mailbox: Mapped[Mailbox] = relationship()
    topic: Mapped[Topic] = relationship()


class Basis(enum.StrEnum):
    """Why we may write (in the office: "Waarom mogen we mailen?")."""

    # Asked for it, and we know when and how.
    CONSENT = "consent"
    # A functional address that its organisation made known for this purpose.
    PUBLISHED = "published"
    # Takes part in a meeting: only about that meeting.
    PARTICIPANT = "participant"


class Consent(Base):
    """Append-only proof that we may write to a mailbox. Never updated; withdrawal is a Subscription that ENDED."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_mailbox", "mailbox_id", "topic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    # Empty: covers every topic.
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    basis: Mapped[Basis] = mapped_column(word(Basis))
    # The day it was given, or the day the address was found published.
    given_on: Mapped[date]
    # Where from: a web page, "visitekaartje", "inschrijfformulier bijeenkomst 3 november".
    source: Mapped[str] = mapped_column(String(300))
    # What was said or shown when it was given.
    wording: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))

    mailbox: Mapped[Mailbox] = relationship()
    topic: Mapped[Topic | None] = relationship()
    recorded_by: Mapped[Operator | None] = relationship()


class SuppressionReason(enum.StrEnum):
    """Why an address is never written to."""

    HARD_BOUNCE = "hard-bounce"
    COMPLAINT = "complaint"
    REQUEST = "request"


class Suppression(Base):
    """An address never to be written to. Survives the deletion of all else, and every import."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Keyed hash of the normalised address: equal to Mailbox.address_hash.
    address_hash: Mapped[str] = mapped_column(String(32), unique=True)
    reason: Mapped[SuppressionReason] = mapped_column(word(SuppressionReason))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    # What a person should know: the server's reply, "belde op 3 november".
    note: Mapped[str] = mapped_column(String(500), default="")


class PreferredTheme(Base):
    """Mailbox × Theme it wants letters about; none: about everything."""

    __tablename__ = "preferred_theme"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)

    theme: Mapped[Theme] = relationship()


class PreferredNeighbourhood(Base):
    """Mailbox × Neighbourhood it wants letters about; none: about all."""

    __tablename__ = "preferred_neighbourhood"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True)
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True)

    neighbourhood: Mapped[Neighbourhood] = relationship()
