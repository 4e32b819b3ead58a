"""What somebody says should change, waiting for staff: one field at a time, beside what we have."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models.mailboxes import Mailbox
from mailer.directory.models.organisations import Organisation
from mailer.directory.models.people import Person
from mailer.foundation.database import Base, Json, UtcDateTime, word
from mailer.staff.models import Operator


class ProposalField(enum.StrEnum):
    """What a proposal is about. The first ones are fields of an organisation, and named as such."""

    NAME = "name"
    DESCRIPTION = "description"
    WEBSITE = "website"
    STREET = "street"
    POSTCODE = "postcode"
    PHONE = "phone"
    THEMES = "themes"
    AREAS = "areas"
    TARGET_GROUPS = "target_groups"
    STOPPED = "stopped"
    CONTACT_LEFT = "contact-left"
    NEW_CONTACT = "new-contact"
    DEAD_ADDRESS = "dead-address"
    REMARK = "remark"


class ProposalSource(enum.StrEnum):
    """Where a proposal came from."""

    ORGANISATION = "organisation"
    HARD_BOUNCE = "hard-bounce"
    MOVED_ON = "moved-on"
    DELEGATE = "delegate"
    STAFF = "staff"


class ProposalState(enum.StrEnum):
    """OVERTAKEN: a newer proposal came, or it is so already."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OVERTAKEN = "overtaken"


IS_OPEN = text("state = 'open'")


class Proposal(Base):
    """One field of an organisation or person: what we had when it was proposed, and what it should become."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("organisation_id IS NOT NULL OR person_id IS NOT NULL", name="about_somebody"),
        # The same proposal twice is one, also when it comes by two doors at once.
        Index("uq_proposal_open", "fingerprint", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_proposal_state", "state", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose it is; empty for somebody without an organisation.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    # Whom it is about, when it is about one of the people ("werkt hier niet meer").
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), index=True)
    field: Mapped[ProposalField] = mapped_column(word(ProposalField))
    # Text, a list of slugs, a day, or a new contact: {"given_name", "family_name", "address", "role"}.
    had: Mapped[Any] = mapped_column(Json)
    wanted: Mapped[Any] = mapped_column(Json)
    # Of whom, which field and what is wanted, hashed.
    fingerprint: Mapped[str] = mapped_column(String(32))
    source: Mapped[ProposalSource] = mapped_column(word(ProposalSource))
    # The letter it came by (a row of ``delivery``, which lies on a floor above this one).
    delivery_id: Mapped[int | None]
    check_letter_id: Mapped[int | None] = mapped_column(ForeignKey("check_letter.id", ondelete="SET NULL"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ProposalState] = mapped_column(word(ProposalState), default=ProposalState.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    # Why it was declined; need not be said.
    reason: Mapped[str] = mapped_column(String(300), default="")

    organisation: Mapped[Organisation | None] = relationship()
    person: Mapped[Person | None] = relationship()
    mailbox: Mapped[Mailbox | None] = relationship()
    decided_by: Mapped[Operator | None] = relationship()
