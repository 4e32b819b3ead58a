"""People we know, and what they do in which organisation."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models.organisations import Organisation
from mailer.directory.models.vocabulary import Neighbourhood, RoleKind, Theme
from mailer.foundation.database import Base, UtcDateTime, word


class Channel(enum.StrEnum):
    """How somebody likes to be reached."""

    EMAIL = "email"
    PHONE = "phone"
    WHATSAPP = "whatsapp"


class Person(Base):
    """A human we know. Only a given name is needed, or not even that when there is a mailbox."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_name_key", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # "mw. drs.": kept apart, never greeted with.
    title: Mapped[str] = mapped_column(String(40), default="")
    given_name: Mapped[str] = mapped_column(String(80), default="")
    # Tussenvoegsel: "van der"; sorted after the main name.
    particle: Mapped[str] = mapped_column(String(40), default="")
    family_name: Mapped[str] = mapped_column(String(120), default="")
    # Folded full name for searching and comparing.
    name_key: Mapped[str] = mapped_column(String(250), default="")
    mobile: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    # Language of contact as the person gave it; never guessed.
    language: Mapped[str] = mapped_column(String(8), default="nl")
    channel: Mapped[Channel] = mapped_column(word(Channel), default=Channel.EMAIL)
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    # For staff only: never in a letter, never in a rule.
    note: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_on: Mapped[date | None]

    neighbourhood: Mapped[Neighbourhood | None] = relationship()
    themes: Mapped[list[PersonTheme]] = relationship(back_populates="person", cascade="all, delete-orphan")
    roles: Mapped[list[Role]] = relationship(back_populates="person", cascade="all, delete-orphan", order_by="Role.id")

    @property
    def full_name(self) -> str:
        """ "Fatuma van der Klinker", as spoken, without title; without a given name "Van der Klinker"."""
        name = " ".join(part for part in (self.given_name, self.particle, self.family_name) if part)
        return name[:1].upper() + name[1:] if self.particle and not self.given_name else name

    @property
    def sorting_name(self) -> str:
        """ "Klinker, Fatuma van der": the Dutch order of a list."""
        rest = " ".join(part for part in (self.given_name, self.particle) if part)
        return ", ".join(part for part in (self.family_name, rest) if part)


class PersonTheme(Base):
    """Person × Theme: what somebody without an organisation is about."""

    __tablename__ = "person_theme"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship(back_populates="themes")
    theme: Mapped[Theme] = relationship()


class Role(Base):
    """Person × Organisation: what they do there, and from when until when."""

    __tablename__ = "role"
    __table_args__ = (
        Index("ix_role_organisation", "organisation_id", "person_id"),
        CheckConstraint("since_on IS NULL OR until_on IS NULL OR since_on <= until_on", name="since_before_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("role_kind.id"))
    # In their own words: "coördinator kookgroep".
    description: Mapped[str] = mapped_column(String(120), default="")
    # Receives mail for the organisation.
    is_contact: Mapped[bool] = mapped_column(default=False)
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="roles")
    organisation: Mapped[Organisation] = relationship()
    kind: Mapped[RoleKind | None] = relationship()

    def is_current(self, day: date) -> bool:
        return (self.since_on is None or self.since_on <= day) and (self.until_on is None or day < self.until_on)
