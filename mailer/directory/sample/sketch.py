"""What the sample consists of, as plain values: no rows, no ids. Slugs name the words of the vocabulary."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date

# The day the sample was "taken". Fixed, so that the same seed is the same data on every day.
SAMPLE_DAY = date(2026, 11, 24)


class Reach(enum.Enum):
    """How an organisation can be reached."""

    OWN_MAILBOX = "own"
    PRIVATE_ADDRESS = "private"
    PHONE_ONLY = "phone"


class Mail(enum.Enum):
    """How a person receives mail."""

    OWN = "own"
    SHARED = "shared"
    HOUSEHOLD = "household"
    NONE = "none"


@dataclass
class SampleMembership:
    network: str
    joined_on: date | None
    left_on: date | None = None


@dataclass
class SampleOrganisation:
    """An organisation; ``neighbourhood`` is where it mainly works, ``seat`` where its address is."""

    number: int
    neighbourhood: str
    theme: str
    kind: str = ""
    name: str = ""
    slug: str = ""
    aliases: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    seat: str | None = None
    other_themes: list[str] = field(default_factory=list)
    target_groups: list[str] = field(default_factory=list)
    description: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    phone: str = ""
    chamber_number: str = ""
    added_on: date = SAMPLE_DAY
    checked_on: date | None = None
    stopped_on: date | None = None
    reach: Reach = Reach.OWN_MAILBOX
    # Its own addresses, the preferred one first.
    addresses: list[str] = field(default_factory=list)
    memberships: list[SampleMembership] = field(default_factory=list)

    @property
    def themes(self) -> list[str]:
        """All themes, the primary one first."""
        return [self.theme, *self.other_themes]


@dataclass
class SampleRole:
    organisation: SampleOrganisation
    kind: str = ""
    description: str = ""
    is_contact: bool = False
    since_on: date | None = None


@dataclass
class SamplePerson:
    """A person; ``address`` is an own one, a household's, or the shared one of their organisation."""

    given_name: str = ""
    particle: str = ""
    family_name: str = ""
    title: str = ""
    # The language their given name comes from; empty: from several.
    culture: str = ""
    language: str = "nl"
    channel: str = "email"
    mobile: str = ""
    phone: str = ""
    neighbourhood: str | None = None
    themes: list[str] = field(default_factory=list)
    note: str = ""
    added_on: date = SAMPLE_DAY
    roles: list[SampleRole] = field(default_factory=list)
    mail: Mail = Mail.OWN
    address: str = ""

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.given_name, self.particle, self.family_name) if part)


@dataclass
class Sample:
    organisations: list[SampleOrganisation]
    people: list[SamplePerson]
