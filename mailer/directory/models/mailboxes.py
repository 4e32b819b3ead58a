"""Mailboxes: addresses that can receive, and who reads them. The mailbox is not the person."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models.organisations import Organisation
from mailer.directory.models.people import Person
from mailer.foundation.database import Base, UtcDateTime, word


class MailboxKind(enum.StrEnum):
    """Whose a mailbox is: one human's, an organisation's function (info@), or not known."""

    PERSONAL = "personal"
    FUNCTIONAL = "functional"
    UNKNOWN = "unknown"


class Mailbox(Base):
    """An e-mail address that can receive. Used by any number of people and organisations; gets one letter."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    # As typed, for showing and for the envelope.
    address: Mapped[str] = mapped_column(String(320))
    # Normalised (foundation.addresses), for comparing.
    address_key: Mapped[str] = mapped_column(String(320), unique=True)
    # Keyed hash of address_key: how a suppression knows this address after everything else was erased.
    address_hash: Mapped[str] = mapped_column(String(32), index=True)
    # Lower-case domain, for limits and reports per provider.
    domain: Mapped[str] = mapped_column(String(255), index=True)
    kind: Mapped[MailboxKind] = mapped_column(word(MailboxKind), default=MailboxKind.UNKNOWN)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    people: Mapped[list[PersonMailbox]] = relationship(
        back_populates="mailbox", cascade="all, delete-orphan", order_by="PersonMailbox.person_id"
    )
    organisations: Mapped[list[OrganisationMailbox]] = relationship(
        back_populates="mailbox", cascade="all, delete-orphan", order_by="OrganisationMailbox.organisation_id"
    )

    replacement: Mapped[MailboxReplacement | None] = relationship(
        foreign_keys="MailboxReplacement.mailbox_id", back_populates="mailbox", cascade="all, delete-orphan"
    )

    @property
    def in_use(self) -> Mailbox:
        """This mailbox, or the one it was replaced by."""
        return self.replacement.replaced_by if self.replacement is not None else self

    @property
    def is_shared(self) -> bool:
        """Two or more people read it, or it is an organisation's function."""
        return self.kind is MailboxKind.FUNCTIONAL or len(self.people) > 1


class MailboxReplacement(Base):
    """Mailbox × the one that replaced it ("dit adres is vervangen door dat").

    Nobody uses the old one any more. It stays known: no list brings it back, and its letters stay where they went.
    """

    __tablename__ = "mailbox_replacement"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True)
    # Never one that was replaced itself: who replaces that one takes this along.
    replaced_by_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), index=True)

    mailbox: Mapped[Mailbox] = relationship(foreign_keys=[mailbox_id], back_populates="replacement")
    replaced_by: Mapped[Mailbox] = relationship(foreign_keys=[replaced_by_id])


class PersonMailbox(Base):
    """Person × Mailbox: who reads it."""

    __tablename__ = "person_mailbox"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True, index=True)
    # Greeted by name; False after "alleen mijn naam eruit".
    is_addressed: Mapped[bool] = mapped_column(default=True)
    # 1 is the address this person prefers.
    position: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship()
    mailbox: Mapped[Mailbox] = relationship(back_populates="people")


class OrganisationMailbox(Base):
    """Organisation × Mailbox: the organisation's own address."""

    __tablename__ = "organisation_mailbox"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True, index=True)
    # 1 is the address the organisation prefers.
    position: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship()
    mailbox: Mapped[Mailbox] = relationship(back_populates="organisations")
