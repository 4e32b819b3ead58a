"""Turn the imagined sample into rows, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    Neighbourhood,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationAlias,
    OrganisationKind,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    PersonMailbox,
    PersonTheme,
    Role,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.directory.sample.networks import NETWORKS
from mailer.directory.sample.sketch import Sample, SampleOrganisation, SamplePerson
from mailer.foundation.addresses import address_hash, parse_address
from mailer.foundation.database import settings_of
from mailer.wire.spelling import fold, fold_name


def plant_directory(session: Session, sample: Sample) -> None:
    """Add the sample's organisations, people, roles, mailboxes and networks. The vocabulary is there already."""
    Planting(session).plant(sample)


def is_directory_empty(session: Session) -> bool:
    """Return whether nobody is in the directory yet: no organisation, person or mailbox."""
    return not any(session.scalars(select(kind.id).limit(1)).first() for kind in (Organisation, Person, Mailbox))


class Planting:
    """Ids as they become known: by slug for words, by order for rows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._words = {
            kind: {row.slug: row.id for row in session.execute(select(kind.slug, kind.id))}
            for kind in (Theme, Neighbourhood, OrganisationKind, TargetGroup, RoleKind)
        }

    def plant(self, sample: Sample) -> None:
        organisation_ids = self._insert(Organisation, [self._organisation(found) for found in sample.organisations])
        person_ids = self._insert(Person, [self._person(person) for person in sample.people])
        mailbox_ids = self._plant_mailboxes(sample)
        of_slug = dict(zip((found.slug for found in sample.organisations), organisation_ids, strict=True))
        self._plant_parts(sample.organisations, of_slug, mailbox_ids)
        self._plant_networks(sample.organisations, of_slug)
        self._plant_people_parts(sample.people, person_ids, of_slug, mailbox_ids)
        self._session.flush()

    def _organisation(self, found: SampleOrganisation) -> dict[str, Any]:
        return {
            "slug": found.slug,
            "name": found.name,
            "name_key": fold_name(found.name),
            "list_number": str(found.number),
            "kind_id": self._words[OrganisationKind][found.kind],
            "description": found.description,
            "street": found.street,
            "postcode": found.postcode,
            "city": found.city,
            "seat_id": self._words[Neighbourhood].get(found.seat or ""),
            "website": found.website,
            "phone": found.phone,
            "chamber_number": found.chamber_number,
            "note": "",
            "added_at": _morning(found.added_on),
            "changed_at": _morning(max(found.added_on, found.checked_on or found.added_on)),
            "checked_on": found.checked_on,
            "stopped_on": found.stopped_on,
        }

    def _person(self, person: SamplePerson) -> dict[str, Any]:
        return {
            "title": person.title,
            "given_name": person.given_name,
            "particle": person.particle,
            "family_name": person.family_name,
            "name_key": fold(person.full_name),
            "mobile": person.mobile,
            "phone": person.phone,
            "language": person.language,
            "channel": person.channel,
            "neighbourhood_id": self._words[Neighbourhood].get(person.neighbourhood or ""),
            "note": person.note,
            "added_at": _morning(person.added_on),
            "changed_at": _morning(person.added_on),
            "checked_on": None,
        }

    def _plant_mailboxes(self, sample: Sample) -> dict[str, int]:
        kinds = {address: MailboxKind.FUNCTIONAL for found in sample.organisations for address in found.addresses}
        added = {address: found.added_on for found in sample.organisations for address in found.addresses}
        for person in sample.people:
            if person.address:
                kinds.setdefault(person.address, MailboxKind.PERSONAL)
                added.setdefault(person.address, person.added_on)
        secret = settings_of(self._session).secret
        rows = []
        for address, kind in kinds.items():
            parsed = parse_address(address)
            rows.append(
                {
                    "address": parsed.shown,
                    "address_key": parsed.key,
                    "address_hash": address_hash(parsed.key, secret=secret),
                    "domain": parsed.domain,
                    "kind": kind,
                    "added_at": _morning(added[address]),
                }
            )
        return dict(zip(kinds, self._insert(Mailbox, rows), strict=True))

    def _plant_parts(
        self, organisations: list[SampleOrganisation], of_slug: dict[str, int], mailbox_ids: dict[str, int]
    ) -> None:
        themes, areas = self._words[Theme], self._words[Neighbourhood]
        groups = self._words[TargetGroup]
        each = [(of_slug[found.slug], found) for found in organisations]
        self._add(
            OrganisationTheme,
            (
                {"organisation_id": id, "theme_id": themes[theme], "is_primary": theme == found.theme}
                for id, found in each
                for theme in found.themes
            ),
        )
        self._add(
            OrganisationServiceArea,
            ({"organisation_id": id, "neighbourhood_id": areas[area]} for id, found in each for area in found.areas),
        )
        self._add(
            OrganisationTargetGroup,
            (
                {"organisation_id": id, "target_group_id": groups[group]}
                for id, found in each
                for group in found.target_groups
            ),
        )
        self._add(
            OrganisationAlias,
            (
                {"organisation_id": id, "name": alias, "name_key": fold_name(alias)}
                for id, found in each
                for alias in found.aliases
            ),
        )
        self._add(
            OrganisationMailbox,
            (
                {"organisation_id": id, "mailbox_id": mailbox_ids[address], "position": position}
                for id, found in each
                for position, address in enumerate(found.addresses, start=1)
            ),
        )

    def _plant_networks(self, organisations: list[SampleOrganisation], of_slug: dict[str, int]) -> None:
        rows = [
            {"slug": net.slug, "name": net.name, "position": n, "description": net.description, "is_internal": False}
            for n, net in enumerate(NETWORKS, start=1)
        ]
        networks = dict(zip((net.slug for net in NETWORKS), self._insert(Network, rows), strict=True))
        self._add(
            NetworkMembership,
            (
                {
                    "organisation_id": of_slug[found.slug],
                    "network_id": networks[membership.network],
                    "joined_on": membership.joined_on,
                    "left_on": membership.left_on,
                }
                for found in organisations
                for membership in found.memberships
            ),
        )

    def _plant_people_parts(
        self,
        people: list[SamplePerson],
        person_ids: Sequence[int],
        of_slug: dict[str, int],
        mailbox_ids: dict[str, int],
    ) -> None:
        each = list(zip(person_ids, people, strict=True))
        self._add(
            PersonMailbox,
            (
                {"person_id": id, "mailbox_id": mailbox_ids[person.address], "is_addressed": True, "position": 1}
                for id, person in each
                if person.address
            ),
        )
        themes, kinds = self._words[Theme], self._words[RoleKind]
        self._add(
            PersonTheme,
            ({"person_id": id, "theme_id": themes[theme]} for id, person in each for theme in person.themes),
        )
        self._add(
            Role,
            (
                {
                    "person_id": id,
                    "organisation_id": of_slug[role.organisation.slug],
                    "kind_id": kinds[role.kind],
                    "description": role.description,
                    "is_contact": role.is_contact,
                    "since_on": role.since_on,
                    "until_on": None,
                }
                for id, person in each
                for role in person.roles
            ),
        )

    def _insert(self, kind: type[Any], rows: list[dict[str, Any]]) -> Sequence[int]:
        """Insert rows and return their ids, in the same order."""
        return self._session.scalars(insert(kind).returning(kind.id, sort_by_parameter_order=True), rows).all()

    def _add(self, kind: type[Any], rows: Iterable[dict[str, Any]]) -> None:
        listed = list(rows)
        if listed:
            self._session.execute(insert(kind), listed)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 0), UTC)
