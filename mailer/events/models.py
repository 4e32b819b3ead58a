"""Meetings, who is invited, and what they answered."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.directory.models import Mailbox, Neighbourhood, Organisation, Person, Theme
from mailer.foundation.database import Base, UtcDateTime, word
from mailer.staff.models import Operator


class EventState(enum.StrEnum):
    """DRAFT is being planned, OPEN takes answers, CANCELLED does not take place."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"


class Event(Base):
    """A meeting (bijeenkomst)."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
        CheckConstraint("per_organisation IS NULL OR per_organisation > 0", name="per_organisation_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Calendar identity, fixed for ever (RFC 5545 §3.8.4.7).
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    # Goes up when times, place or status change (RFC 5546 §2.1.4).
    sequence: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Where the wall clock hangs.
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Amsterdam")
    # Inloop.
    doors_open_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    venue_name: Mapped[str] = mapped_column(String(200), default="")
    venue_address: Mapped[str] = mapped_column(String(300), default="")
    venue_url: Mapped[str] = mapped_column(String(300), default="")
    # "Gelijkvloers, rolstoelvriendelijk. Tram 4 en 8 op 3 minuten."
    venue_note: Mapped[str] = mapped_column(String(500), default="")
    costs: Mapped[str] = mapped_column(String(200), default="")
    # Empty: as many as come.
    capacity: Mapped[int | None]
    # Guests an organisation may bring; empty: no limit.
    per_organisation: Mapped[int | None]
    rsvp_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[EventState] = mapped_column(word(EventState), default=EventState.DRAFT)
    cancelled_because: Mapped[str] = mapped_column(String(500), default="")
    # Who to call or mail about it.
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_address: Mapped[str] = mapped_column(String(320), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    groups: Mapped[list[GuestGroup]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="GuestGroup.id"
    )
    themes: Mapped[list[EventTheme]] = relationship(cascade="all, delete-orphan")
    neighbourhoods: Mapped[list[EventNeighbourhood]] = relationship(cascade="all, delete-orphan")

    def is_past(self, now: datetime) -> bool:
        return now >= self.ends_at

    def takes_answers(self, now: datetime) -> bool:
        """Open, not begun, and not past the closing time."""
        closes_at = min(self.rsvp_closes_at or self.starts_at, self.starts_at)
        return self.state is EventState.OPEN and now < closes_at


class SpecialDay(Base):
    """A day, or some days, on which many stay away or have something else; staff keeps it with its source."""

    __tablename__ = "special_day"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="ends_on_or_after_first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    first_on: Mapped[date] = mapped_column(index=True)
    last_on: Mapped[date]
    # Every year on the same day of the month.
    is_yearly: Mapped[bool] = mapped_column(default=False)
    # Who says so: an address or a name. A date without one cannot be checked by the next person.
    source: Mapped[str] = mapped_column(String(300), default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventTheme(Base):
    """Event × Theme, for the agenda of a letter."""

    __tablename__ = "event_theme"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)

    theme: Mapped[Theme] = relationship()


class EventNeighbourhood(Base):
    """Event × Neighbourhood, for the agenda of a letter."""

    __tablename__ = "event_neighbourhood"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True)

    neighbourhood: Mapped[Neighbourhood] = relationship()


class GuestGroup(Base):
    """A kind of guest with its own places: funds, councillors. Guests without a group share the event's places."""

    __tablename__ = "guest_group"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    # Places of this group, apart from the event's; empty: they take the event's places.
    capacity: Mapped[int | None]
    per_organisation: Mapped[int | None]

    event: Mapped[Event] = relationship(back_populates="groups")


class Invitation(Base):
    """Event × Organisation, or Event × Person without one. Answers hang here, never on a mailbox."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("event_id", "organisation_id"),
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("(organisation_id IS NULL) <> (person_id IS NULL)", name="one_party"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("guest_group.id"))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    person: Mapped[Person | None] = relationship()
    group: Mapped[GuestGroup | None] = relationship()
    mailboxes: Mapped[list[InvitationMailbox]] = relationship(back_populates="invitation", cascade="all, delete-orphan")
    rsvp: Mapped[Rsvp | None] = relationship(back_populates="invitation", cascade="all, delete-orphan")

    @property
    def party_name(self) -> str:
        if self.organisation is not None:
            return self.organisation.name
        return self.person.full_name if self.person is not None else ""

    @property
    def listed(self) -> list[Guest]:
        """Who of this party is on the list, or waits for a place there."""
        return self.rsvp.listed if self.rsvp is not None else []


class InvitationMailbox(Base):
    """Invitation × Mailbox: through which mailboxes a party was asked. A letter's link leads from here to the party."""

    __tablename__ = "invitation_mailbox"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True, index=True)

    invitation: Mapped[Invitation] = relationship(back_populates="mailboxes")
    mailbox: Mapped[Mailbox] = relationship()


class Answer(enum.StrEnum):
    """A calendar's MAYBE is kept and shown, and counts as no answer yet."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Door(enum.StrEnum):
    """By which way an answer came in."""

    LINK = "link"
    CALENDAR = "calendar"
    OFFICE = "office"
    DOOR = "door"


class Rsvp(Base):
    """The standing answer of a party. Newest ``answered_at`` wins; ``RsvpAnswer`` keeps them all."""

    __tablename__ = "rsvp"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), unique=True)
    answer: Mapped[Answer] = mapped_column(word(Answer))
    note: Mapped[str] = mapped_column(String(1000), default="")
    # A given name, a masked address or the operator's name.
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    door: Mapped[Door] = mapped_column(word(Door))

    invitation: Mapped[Invitation] = relationship(back_populates="rsvp")
    guests: Mapped[list[Guest]] = relationship(back_populates="rsvp", cascade="all, delete-orphan", order_by="Guest.id")

    @property
    def listed(self) -> list[Guest]:
        """All guests but those who withdrew: a row stays when a guest goes."""
        return [guest for guest in self.guests if guest.state is not GuestState.WITHDRAWN]


class RsvpAnswer(Base):
    """One answer as it came, for ever: the history behind the standing one."""

    __tablename__ = "rsvp_answer"
    __table_args__ = (Index("ix_rsvp_answer_invitation", "invitation_id", "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    answer: Mapped[Answer] = mapped_column(word(Answer))
    # Names as given, separated by a line end.
    guest_names: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    door: Mapped[Door] = mapped_column(word(Door))
    # False: older than the standing answer, so it changed nothing.
    was_applied: Mapped[bool] = mapped_column(default=True)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))

    operator: Mapped[Operator | None] = relationship()


class GuestState(enum.StrEnum):
    """GOING has a place; WAITING has none yet; OFFERED has one until a moment; the last two are known afterwards."""

    GOING = "going"
    WAITING = "waiting"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    PRESENT = "present"
    NO_SHOW = "no-show"


class Guest(Base):
    """One human on the list."""

    __tablename__ = "guest"
    __table_args__ = (Index("ix_guest_event_state", "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rsvp_id: Mapped[int] = mapped_column(ForeignKey("rsvp.id", ondelete="CASCADE"), index=True)
    # The same as the invitation's: places are counted here without a join.
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("guest_group.id"))
    # When it is somebody of the directory.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(160), default="")
    # Own address for an own confirmation; not needed.
    address: Mapped[str] = mapped_column(String(320), default="")
    state: Mapped[GuestState] = mapped_column(word(GuestState))
    # Order of the waiting list.
    listed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    rsvp: Mapped[Rsvp] = relationship(back_populates="guests")
    person: Mapped[Person | None] = relationship()

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()
