"""Mailings, their blocks and pictures, and the letter they compile to."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models import Neighbourhood, Theme
from mailer.events.models import Event
from mailer.foundation.database import Base, Json, UtcDateTime, word
from mailer.staff.models import Operator
from mailer.subscriptions.models import Topic


class MailingKind(enum.StrEnum):
    """The four uses of the network: information, meetings, news of a meeting, actions."""

    NEWSLETTER = "newsletter"
    INVITATION = "invitation"
    EVENT_NEWS = "event_news"
    CALL = "call"


class MailingState(enum.StrEnum):
    """A mailing is never "failed": what cannot be sent waits (HELD), with its reason."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PREPARING = "preparing"
    SENDING = "sending"
    PAUSED = "paused"
    HELD = "held"
    SENT = "sent"
    CANCELLED = "cancelled"


class Mailing(Base):
    """One composed letter to one audience."""

    __tablename__ = "mailing"
    __table_args__ = (Index("ix_mailing_state", "state", "scheduled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MailingKind] = mapped_column(word(MailingKind))
    # For staff's own lists; the subject when empty.
    title: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    preheader: Mapped[str] = mapped_column(String(200), default="")
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    # {"rule", "reach", "include", "exclude"}; empty while nobody was chosen.
    audience: Mapped[dict[str, Any] | None] = mapped_column(Json)
    state: Mapped[MailingState] = mapped_column(word(MailingState), default=MailingState.DRAFT)
    # In Dutch, for staff: why it waits.
    held_because: Mapped[str] = mapped_column(String(500), default="")
    # Since when it is paused or held.
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When a held mailing tries again by itself; empty: a person decides.
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When the first letter may leave (the grace period is already in it).
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Somebody said "now": it does not wait for the morning.
    skips_quiet_hours: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Letters that have not left by then become EXPIRED.
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    prepared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last proof; a change after it is a warning in the check.
    proofed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))

    topic: Mapped[Topic | None] = relationship()
    event: Mapped[Event | None] = relationship()
    author: Mapped[Operator | None] = relationship()
    blocks: Mapped[list[Block]] = relationship(
        back_populates="mailing", cascade="all, delete-orphan", order_by="Block.position"
    )
    themes: Mapped[list[MailingTheme]] = relationship(cascade="all, delete-orphan")
    neighbourhoods: Mapped[list[MailingNeighbourhood]] = relationship(cascade="all, delete-orphan")

    @property
    def shown_title(self) -> str:
        return self.title or self.subject


class MailingTheme(Base):
    """Mailing × Theme it is about; a mailbox with other preferences is skipped."""

    __tablename__ = "mailing_theme"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)

    theme: Mapped[Theme] = relationship()


class MailingNeighbourhood(Base):
    """Mailing × Neighbourhood it is about."""

    __tablename__ = "mailing_neighbourhood"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True)

    neighbourhood: Mapped[Neighbourhood] = relationship()


class Block(Base):
    """One piece of a mailing: a type and its fields, never MJML or HTML of its own making."""

    __tablename__ = "block"
    __table_args__ = (Index("ix_block_mailing", "mailing_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    position: Mapped[int]
    type: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    mailing: Mapped[Mailing] = relationship(back_populates="blocks")


class ComposingTurn(Base):
    """Whose turn it is to write in a draft; the others read along, or take over."""

    __tablename__ = "composing_turn"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), index=True)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The last sign of life; a turn without one is over after a while.
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    operator: Mapped[Operator] = relationship()


class StepStanding(enum.StrEnum):
    """A step was done, was undone and can be done again, or holds words that only history has."""

    DONE = "done"
    UNDONE = "undone"
    ASIDE = "aside"


class DraftStep(Base):
    """What a draft said before one change; after it, once the change was undone; or what somebody wrote out of turn."""

    __tablename__ = "draft_step"
    __table_args__ = (Index("ix_draft_step_mailing", "mailing_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"), index=True)
    # What was done: "letterhead", "block", "added" …; mailings.drafts.undoing says it in words.
    deed: Mapped[str] = mapped_column(String(20))
    # Where: the number of a block; empty for all else.
    place: Mapped[str] = mapped_column(String(20), default="")
    standing: Mapped[StepStanding] = mapped_column(word(StepStanding), default=StepStanding.DONE)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # A whole mailing as ``mailings.drafts.contents`` writes it.
    content: Mapped[dict[str, Any]] = mapped_column(Json)

    operator: Mapped[Operator | None] = relationship()


class Snippet(Base):
    """A block that staff keeps under a name, to put in other mailings."""

    __tablename__ = "snippet"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"), index=True)


class MailingTemplate(Base):
    """A whole mailing that staff keeps under a name, to begin others with."""

    __tablename__ = "mailing_template"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[MailingKind] = mapped_column(word(MailingKind))
    # As ``mailings.drafts.contents`` writes it, without a meeting and without the numbers of blocks.
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"), index=True)


class CompiledLetter(Base):
    """The letter of a mailing as it was frozen: compiled once, with slots where mailboxes differ."""

    __tablename__ = "compiled_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), unique=True)
    subject: Mapped[str] = mapped_column(String(400))
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    compiled_at: Mapped[datetime] = mapped_column(UtcDateTime)

    mailing: Mapped[Mailing] = relationship()


class Correction(Base):
    """What was wrong in a letter that was sent, and how it is; its web version and the archive say it."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    # The short letter to who got the wrong one; empty when staff threw it away.
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="SET NULL"))

    mailing: Mapped[Mailing] = relationship(foreign_keys=[mailing_id])
    made_by: Mapped[Operator | None] = relationship()
    letter: Mapped[Mailing | None] = relationship(foreign_keys=[letter_id])


class PollCount(Base):
    """How often an answer of a poll was given. Nothing of who gave it."""

    __tablename__ = "poll_count"
    __table_args__ = (UniqueConstraint("block_id", "answer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("block.id", ondelete="CASCADE"))
    # From 1, in the order of the poll.
    answer: Mapped[int]
    votes: Mapped[int]


class Picture(Base):
    """An uploaded picture, made small for mail; the file is in the data folder under its name."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Hash of the content with its ending: the same picture twice is one file.
    name: Mapped[str] = mapped_column(String(80))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
