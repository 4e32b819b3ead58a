"""Organisations: any party in the directory, also an informal initiative without a registration."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models.vocabulary import Neighbourhood, Network, OrganisationKind, TargetGroup, Theme
from mailer.foundation.database import Base, UtcDateTime


class Organisation(Base):
    """A party in the directory."""

    __tablename__ = "organisation"
    __table_args__ = (Index("ix_organisation_name_key", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(140), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # The name folded for comparing: no "stichting", case, accents or punctuation (wire.spelling.fold_name).
    name_key: Mapped[str] = mapped_column(String(200))
    # The number in the network's own list, when it has one ("Nr").
    list_number: Mapped[str] = mapped_column(String(40), default="")
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("organisation_kind.id"), index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    # Street with number, as people write it; the address may be missing or half.
    street: Mapped[str] = mapped_column(String(200), default="")
    # "3025 ZZ", or four digits when that is all we know.
    postcode: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    # Where it sits (vestiging); where it works is service_areas.
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    website: Mapped[str] = mapped_column(String(300), default="")
    # E.164: "+31100000123"; shown in the Dutch way.
    phone: Mapped[str] = mapped_column(String(40), default="")
    chamber_number: Mapped[str] = mapped_column(String(20), default="")
    # For staff only: never in a letter, never in a rule.
    note: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The day somebody of the organisation or staff last confirmed that it is right.
    checked_on: Mapped[date | None]
    # Stopped organisations leave audiences, not history.
    stopped_on: Mapped[date | None]
    # Why, in staff's words: for staff only.
    stopped_because: Mapped[str] = mapped_column(String(300), default="", server_default="")

    kind: Mapped[OrganisationKind | None] = relationship()
    seat: Mapped[Neighbourhood | None] = relationship()
    aliases: Mapped[list[OrganisationAlias]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationAlias.id"
    )
    themes: Mapped[list[OrganisationTheme]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationTheme.is_primary.desc()"
    )
    service_areas: Mapped[list[OrganisationServiceArea]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan"
    )
    target_groups: Mapped[list[OrganisationTargetGroup]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan"
    )
    memberships: Mapped[list[NetworkMembership]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan"
    )

    @property
    def is_active(self) -> bool:
        return self.stopped_on is None


class OrganisationAlias(Base):
    """A former or other name."""

    __tablename__ = "organisation_alias"
    __table_args__ = (UniqueConstraint("organisation_id", "name_key"), Index("ix_organisation_alias_key", "name_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))

    organisation: Mapped[Organisation] = relationship(back_populates="aliases")


class OrganisationTheme(Base):
    """Organisation × Theme; at most one is the primary one."""

    __tablename__ = "organisation_theme"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
    is_primary: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(back_populates="themes")
    theme: Mapped[Theme] = relationship()


class OrganisationServiceArea(Base):
    """Organisation × Neighbourhood where it works (werkgebied)."""

    __tablename__ = "organisation_service_area"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True, index=True)

    organisation: Mapped[Organisation] = relationship(back_populates="service_areas")
    neighbourhood: Mapped[Neighbourhood] = relationship()


class OrganisationTargetGroup(Base):
    """Organisation × TargetGroup it works for."""

    __tablename__ = "organisation_target_group"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    target_group_id: Mapped[int] = mapped_column(ForeignKey("target_group.id"), primary_key=True, index=True)

    organisation: Mapped[Organisation] = relationship(back_populates="target_groups")
    target_group: Mapped[TargetGroup] = relationship()


class NetworkMembership(Base):
    """Organisation × Network, from and until: who was a member on a day is a question with an answer.

    An organisation may leave and join again; each time is a row.
    """

    __tablename__ = "network_membership"
    __table_args__ = (
        Index("ix_network_membership_network", "network_id", "organisation_id"),
        CheckConstraint("joined_on IS NULL OR left_on IS NULL OR joined_on <= left_on", name="joined_before_left"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    # Empty: a member since before we kept dates.
    joined_on: Mapped[date | None]
    # The first day it was no longer a member; empty: still one.
    left_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
    network: Mapped[Network] = relationship()

    def is_current(self, day: date) -> bool:
        return (self.joined_on is None or self.joined_on <= day) and (self.left_on is None or day < self.left_on)
