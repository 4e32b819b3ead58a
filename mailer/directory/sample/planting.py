"""Turn the imagined sample into rows, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationAlias,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    PersonMailbox,
    PersonTheme,
    Role,
)
from mailer.directory.sample.networks import NETWORKS
from mailer.directory.sample.sketch import Sample, SampleOrganisation, SamplePerson
from mailer.directory.sample.values import morning, organisation_values, person_values
from mailer.directory.sample.words import words_of
from mailer.foundation.addresses import address_hash, parse_address
from mailer.foundation.database import settings_of
from mailer.wire.spelling import fold_name


def plant_directory(session: Session, sample: Sample) -> None:
    """Add the sample's organisations, people, roles, mailboxes and networks. The vocabulary is there already."""
    Planting(session).plant(sample)


def is_directory_empty(session: Session) -> bool:
    """Return whether nobody is in the directory yet: no organisation, person or mailbox."""
    return not any(session.scalars(select(kind.id).limit(1)).first() for kind in (Organisation, Person, Mailbox))


def plant_networks(session: Session) -> dict[str, int]:
    """Add the sample's networks; return their ids by slug."""
    rows = [
        {"slug": net.slug, "name": net.name, "position": n, "description": net.description, "is_internal": False}
        for n, net in enumerate(NETWORKS, start=1)
    ]
    return dict(zip((net.slug for net in NETWORKS), _insert(session, Network, rows), strict=True))


class Planting:
    """Ids as they become known: by slug for words, by order for rows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._words = words_of(session)

    def plant(self, sample: Sample) -> None:
        organisation_ids = _insert(
            self._session, Organisation, [organisation_values(found, self._words) for found in sample.organisations]
        )
        person_ids = _insert(self._session, Person, [person_values(person, self._words) for person in sample.people])
        mailbox_ids = self._plant_mailboxes(sample)
        of_slug = dict(zip((found.slug for found in sample.organisations), organisation_ids, strict=True))
        self._plant_parts(sample.organisations, of_slug, mailbox_ids)
        self._plant_networks(sample.organisations, of_slug)
        self._plant_people_parts(sample.people, person_ids, of_slug, mailbox_ids)
        self._session.flush()

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
                    "added_at": morning(added[address]),
                }
            )
        return dict(zip(kinds, _insert(self._session, Mailbox, rows), strict=True))

    def _plant_parts(
        self, organisations: list[SampleOrganisation], of_slug: dict[str, int], mailbox_ids: dict[str, int]
    ) -> None:
        themes, areas = self._words.themes, self._words.neighbourhoods
        groups = self._words.target_groups
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
        networks = plant_networks(self._session)
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
        themes, kinds = self._words.themes, self._words.role_kinds
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

    def _add(self, kind: type[Any], rows: Iterable[dict[str, Any]]) -> None:
        listed = list(rows)
        if listed:
            self._session.execute(insert(kind), listed)


def _insert(session: Session, kind: type[Any], rows: list[dict[str, Any]]) -> Sequence[int]:
    """Insert rows and return their ids, in the same order."""
    return session.scalars(insert(kind).returning(kind.id, sort_by_parameter_order=True), rows).all()
