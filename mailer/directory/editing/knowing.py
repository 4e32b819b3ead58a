"""What we know of an organisation, in the shape in which it is changed."""

from __future__ import annotations

from mailer.directory.editing.organisations import OrganisationFacts
from mailer.directory.models import Organisation


def facts_of(organisation: Organisation) -> OrganisationFacts:
    """Return its facts as ``change_organisation`` takes them: giving them back unchanged changes nothing."""
    return OrganisationFacts(
        name=organisation.name,
        aliases=[alias.name for alias in organisation.aliases],
        kind=organisation.kind.slug if organisation.kind else None,
        themes=[row.theme.slug for row in sorted(organisation.themes, key=lambda row: not row.is_primary)],
        areas=[row.neighbourhood.slug for row in organisation.service_areas],
        seat=organisation.seat.slug if organisation.seat else None,
        target_groups=[row.target_group.slug for row in organisation.target_groups],
        description=organisation.description,
        street=organisation.street,
        postcode=organisation.postcode,
        city=organisation.city,
        website=organisation.website,
        phone=organisation.phone,
        chamber_number=organisation.chamber_number,
        note=organisation.note,
    )
