"""A district as rows ready to be stamped: what refers to another row does so by its place within the district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mailer.directory.models import (
    MailboxKind,
    NetworkMembership,
    OrganisationAlias,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    PersonMailbox,
    PersonTheme,
    Role,
)
from mailer.directory.sample.dice import dice
from mailer.directory.sample.districts.dividing import Pattern
from mailer.directory.sample.districts.histories import History, imagine_history
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.sketch import Sample, SampleOrganisation, SamplePerson
from mailer.directory.sample.words import Words
from mailer.foundation.addresses import parse_address
from mailer.foundation.database import Base
from mailer.wire.spelling import fold_name

# The tables of a district that only refer to others: which columns refer (to what), and the other columns.
PARTS: dict[type[Base], tuple[dict[str, str], tuple[str, ...]]] = {
    OrganisationTheme: ({"organisation_id": "organisation"}, ("theme_id", "is_primary")),
    OrganisationServiceArea: ({"organisation_id": "organisation"}, ("neighbourhood_id",)),
    OrganisationTargetGroup: ({"organisation_id": "organisation"}, ("target_group_id",)),
    OrganisationAlias: ({"organisation_id": "organisation"}, ("name", "name_key")),
    OrganisationMailbox: ({"organisation_id": "organisation", "mailbox_id": "mailbox"}, ("position",)),
    NetworkMembership: ({"organisation_id": "organisation"}, ("network_id", "joined_on", "left_on")),
    PersonMailbox: ({"person_id": "person", "mailbox_id": "mailbox"}, ("is_addressed", "position")),
    PersonTheme: ({"person_id": "person"}, ("theme_id",)),
    Role: (
        {"person_id": "person", "organisation_id": "organisation"},
        ("kind_id", "description", "is_contact", "since_on", "until_on"),
    ),
}

# The places of the rows it refers to, and the other values.
Part = tuple[tuple[int, ...], tuple[Any, ...]]


@dataclass(frozen=True)
class PrintedMailbox:
    shown: str
    key: str
    kind: MailboxKind
    added_on: date


@dataclass(frozen=True)
class Print:
    """A district to stamp."""

    organisations: list[SampleOrganisation]
    people: list[SamplePerson]
    mailboxes: list[PrintedMailbox]
    parts: dict[type[Base], list[Part]]

    @property
    def sizes(self) -> dict[str, int]:
        """How many places each kind takes."""
        return {
            "organisation": len(self.organisations),
            "person": len(self.people),
            "mailbox": len(self.mailboxes),
        }


def print_district(seed: int, pattern: Pattern, words: Words, networks: dict[str, int]) -> Print:
    """Imagine the district of this pattern and make its rows."""
    subject = f"district {pattern.variant}"
    sample = imagine(
        dice(seed, subject).randrange(2**32), organisation_count=pattern.organisations, person_count=pattern.people
    )
    mailboxes = _mailboxes(sample)
    place = {address: n for n, address in enumerate(mailboxes)}
    history = imagine_history(dice(seed, f"{subject} history"), sample)
    parts: dict[type[Base], list[Part]] = {
        **_organisation_parts(sample, words, place),
        NetworkMembership: _memberships(sample, history, networks),
        **_people_parts(sample, history, words, place),
    }
    return Print(sample.organisations, sample.people, list(mailboxes.values()), parts)


def _mailboxes(sample: Sample) -> dict[str, PrintedMailbox]:
    found: dict[str, PrintedMailbox] = {}
    for organisation in sample.organisations:
        for address in organisation.addresses:
            found[address] = _mailbox(address, MailboxKind.FUNCTIONAL, organisation.added_on)
    for person in sample.people:
        if person.address and person.address not in found:
            found[person.address] = _mailbox(person.address, MailboxKind.PERSONAL, person.added_on)
    return found


def _mailbox(address: str, kind: MailboxKind, added_on: date) -> PrintedMailbox:
    parsed = parse_address(address)
    return PrintedMailbox(parsed.shown, parsed.key, kind, added_on)


def _organisation_parts(sample: Sample, words: Words, place: dict[str, int]) -> dict[type[Base], list[Part]]:
    each = list(enumerate(sample.organisations))
    return {
        OrganisationTheme: [((n,), (words.themes[t], t == o.theme)) for n, o in each for t in o.themes],
        OrganisationServiceArea: [((n,), (words.neighbourhoods[area],)) for n, o in each for area in o.areas],
        OrganisationTargetGroup: [((n,), (words.target_groups[g],)) for n, o in each for g in o.target_groups],
        OrganisationAlias: [((n,), (alias, fold_name(alias))) for n, o in each for alias in o.aliases],
        OrganisationMailbox: [
            ((n, place[address]), (position,)) for n, o in each for position, address in enumerate(o.addresses, start=1)
        ],
    }


def _memberships(sample: Sample, history: History, networks: dict[str, int]) -> list[Part]:
    held = [(n, membership) for n, o in enumerate(sample.organisations) for membership in o.memberships]
    return [((n,), (networks[m.network], m.joined_on, m.left_on)) for n, m in [*held, *history.memberships]]


def _people_parts(
    sample: Sample, history: History, words: Words, place: dict[str, int]
) -> dict[type[Base], list[Part]]:
    seats = {organisation.slug: n for n, organisation in enumerate(sample.organisations)}
    kinds, each = words.role_kinds, list(enumerate(sample.people))
    now: list[Part] = [
        ((n, seats[r.organisation.slug]), (kinds[r.kind], r.description, r.is_contact, r.since_on, None))
        for n, person in each
        for r in person.roles
    ]
    former: list[Part] = [
        ((f.person, f.organisation), (kinds[f.kind], "", False, f.since_on, f.until_on)) for f in history.roles
    ]
    themes = [(n, theme) for n, person in each for theme in person.themes] + history.interests
    return {
        PersonMailbox: [((n, place[person.address]), (True, 1)) for n, person in each if person.address],
        PersonTheme: [((n,), (words.themes[theme],)) for n, theme in themes],
        Role: now + former,
    }
