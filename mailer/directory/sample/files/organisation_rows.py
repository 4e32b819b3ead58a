"""The organisations as rows, the way the office keeps them."""

from __future__ import annotations

from random import Random

from mailer.directory.sample.files.rows import Cells, FileRow
from mailer.directory.sample.files.spellings import (
    KINDS,
    NO,
    PLACES,
    TARGET_GROUPS,
    THEMES,
    YES,
    for_windows,
    spell,
    type_date,
    type_phone,
    type_postcode,
)
from mailer.directory.sample.networks import COALITION, NETWORKS
from mailer.directory.sample.sketch import Mail, Reach, Sample, SampleOrganisation, SamplePerson

HEADERS = [
    "Nr",
    "Naam organisatie",
    "Soort",
    "Straat + nr",
    "Postcode",
    "Plaats",
    "Wijk",
    "Werkgebied",
    "Thema's",
    "Doelgroep",
    "Coalitie (j/n)",
    "Netwerk",
    "E-mail",
    "Website",
    "Telefoon",
    "Contactpersoon",
    "Opmerkingen",
    "Laatst gewijzigd",
]
NETWORK_NAMES = {network.slug: network.name for network in NETWORKS}
NOTHING = ["", "", "geen", "n.v.t.", "-"]
REMARKS = ["", "", "", "", "belt liever", "sleutel bij de buren", "nieuwe coördinator gezocht", "gesproken op de markt"]


def organisation_rows(rng: Random, sample: Sample) -> list[FileRow]:
    """Return a row for each organisation, in the order of the list."""
    contacts = {role.organisation.slug: person for person in sample.people for role in person.roles if role.is_contact}
    return [FileRow(_cells(rng, found, contacts.get(found.slug))) for found in sample.organisations]


def _cells(rng: Random, found: SampleOrganisation, contact: SamplePerson | None) -> Cells:
    values = [
        str(found.number),
        for_windows(found.name),
        rng.choice(KINDS[found.kind]),
        found.street,
        type_postcode(rng, found.postcode),
        rng.choice(["Rotterdam", "Rotterdam", "R'dam"]) if found.city else "",
        *_places(rng, found),
        spell(rng, THEMES, found.themes, between=rng.choice([", ", ", ", "; ", " / "])),
        spell(rng, TARGET_GROUPS, found.target_groups, between=rng.choice([", ", " + "])),
        rng.choice(YES if _is_member(found, COALITION.slug) else NO),
        ", ".join(NETWORK_NAMES[m.network] for m in found.memberships if not m.left_on and m.network != COALITION.slug),
        _mail(rng, found, contact),
        found.website.removeprefix("https://") or rng.choice(NOTHING),
        type_phone(rng, found.phone),
        _contact(rng, contact),
        rng.choice(REMARKS),
        type_date(rng, max(found.added_on, found.checked_on or found.added_on)),
    ]
    return dict(zip(HEADERS, values, strict=True))


def _places(rng: Random, found: SampleOrganisation) -> tuple[str, str]:
    """Where it sits, and where it works. Who works in both halves of BoTu writes that."""
    if found.seat in found.areas and set(found.areas) == {"bospolder", "tussendijken"} and rng.random() < 0.5:
        return "BoTu", "Bospolder/Tussendijken"
    seat = rng.choice(PLACES[found.seat]) if found.seat else "?"
    return seat, spell(rng, PLACES, found.areas, between=rng.choice(["/", ", "]))


def _is_member(found: SampleOrganisation, network: str) -> bool:
    return any(membership.network == network and not membership.left_on for membership in found.memberships)


def _mail(rng: Random, found: SampleOrganisation, contact: SamplePerson | None) -> str:
    if found.addresses:
        return " / ".join(found.addresses)
    if found.reach is Reach.PRIVATE_ADDRESS and contact is not None and contact.mail is Mail.OWN:
        return f"{contact.address}{rng.choice(['', ' (privé)'])}"
    return rng.choice(NOTHING)


def _contact(rng: Random, contact: SamplePerson | None) -> str:
    """An initial and the family name, as on an envelope; or just the word."""
    if contact is None:
        return rng.choice(["", "?", "contact"])
    is_plain = contact.given_name and contact.family_name and contact.full_name.isascii()
    if not is_plain or len(contact.full_name) > 50:
        return ""
    return " ".join(part for part in (f"{contact.given_name[0]}.", contact.particle, contact.family_name) if part)
