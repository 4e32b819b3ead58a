"""A row of an organisations list becomes values: cleaned, in our words, nothing looked up in the directory yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mailer.directory.importing.cells.addresses import FoundAddress, read_addresses
from mailer.directory.importing.cells.cleaning import read_date, read_yes_no, say_nothing
from mailer.directory.importing.cells.places import (
    Place,
    looks_like_website,
    read_city,
    read_place,
    read_postcode,
    read_website,
)
from mailer.directory.importing.cells.words import Vocabulary
from mailer.directory.importing.rows.phones import read_cell_phones
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.rows.spans import read_membership_spans
from mailer.directory.models import Neighbourhood, Network, OrganisationKind, TargetGroup, Theme
from mailer.directory.names import Name, name_from_text
from mailer.directory.spans import Span
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold, tidy

LONGEST_NOTE = 4000
COALITION = "welzijnscoalitie"


@dataclass(frozen=True)
class ReadOrganisation:
    """What a row says about an organisation. Empty means: the row says nothing, and changes nothing."""

    mark: str
    number: str
    name: str
    aliases: tuple[str, ...]
    kind: OrganisationKind | None
    place: Place
    seat: Neighbourhood | None
    areas: tuple[Neighbourhood, ...]
    themes: tuple[Theme, ...]
    target_groups: tuple[TargetGroup, ...]
    networks: tuple[Network, ...]
    new_networks: tuple[str, ...]
    # Folded name of a network → from when until when.
    membership_spans: Mapping[str, Span]
    in_coalition: bool | None
    addresses: tuple[FoundAddress, ...]
    website: str
    phone: str
    contacts: tuple[Name, ...]
    description: str
    chamber_number: str
    stopped_on: date | None
    # For the office only, and only when somebody chose to read them in.
    remarks: str


def read_organisation(row: Row, vocabulary: Vocabulary) -> ReadOrganisation:
    """Return what the row says; remarks and doubts stay on the row."""
    row.doubt_broken_accents()
    seat, areas = _read_places(row, vocabulary)
    addresses, website = read_contact_cells(row)
    networks, new_networks = _read_networks(row, vocabulary)
    phones = read_cell_phones(row, "phone") + read_cell_phones(row, "mobile")
    if len(phones) > 1:
        row.tell("phone", "more-phones", _("Hier staan meer telefoonnummers. We bewaren het eerste."))
    return ReadOrganisation(
        mark=tidy(row.text("mark")),
        number=row.fit("number", tidy(row.text("number")), 40),
        name=row.fit("name", row.take("name", say_nothing(row.text("name").replace("\n", " "))), 200),
        aliases=tuple(row.fit("aliases", part, 200) for one in row.text("aliases").split(";") if (part := tidy(one))),
        kind=row.take("kind", vocabulary.kinds.read_one(row.text("kind"))),
        place=read_row_place(row),
        seat=seat,
        areas=areas,
        themes=row.take("themes", vocabulary.themes.read_many(row.text("themes"))),
        target_groups=row.take("target_groups", vocabulary.target_groups.read_many(row.text("target_groups"))),
        networks=networks,
        new_networks=new_networks,
        membership_spans=read_membership_spans(row),
        in_coalition=read_row_yes_no(row, "coalition"),
        addresses=addresses,
        website=website,
        phone=phones[0] if phones else "",
        contacts=_read_contacts(row),
        description=row.take("description", say_nothing(row.text("description"))),
        chamber_number=row.fit(
            "chamber_number", row.take("chamber_number", say_nothing(row.text("chamber_number"))), 20
        ),
        stopped_on=read_row_date(row, "stopped_on"),
        remarks=row.fit("remarks", say_nothing(row.text("remarks")).value, LONGEST_NOTE),
    )


def read_row_place(row: Row) -> Place:
    """Return the address; what stands in its own column wins over what stands behind the street."""
    street = " ".join(part for part in (row.text("street"), row.text("house_number")) if part)
    place = row.take("street", read_place(street))
    postcode = row.take("postcode", read_postcode(row.text("postcode")))
    city = read_city(row.text("city"))
    return Place(
        row.fit("street", place.street, 200), postcode or place.postcode, row.fit("city", city or place.city, 80)
    )


def read_row_yes_no(row: Row, name: str) -> bool | None:
    """Return yes, no, or None; a word that is neither is remarked, not read as "nee"."""
    typed = row.text(name)
    said = read_yes_no(typed)
    if said is None and typed and typed not in ("?", "-"):
        row.tell(name, "unclear-yes-no", _("“%(typed)s” is geen ja of nee. We lezen dit als onbekend.", typed=typed))
    return said


def read_row_date(row: Row, name: str) -> date | None:
    """Return the day; what names no single day ("nov 2025") is told and stays text."""
    typed = row.take(name, say_nothing(row.text(name)))
    day = read_date(typed)
    if typed and day is None:
        row.tell(
            name, "no-date", _("“%(typed)s” is geen hele datum. Een datum ziet er zo uit: 3-11-2025.", typed=typed)
        )
    return day


def read_contact_cells(row: Row, *fields: str) -> tuple[tuple[FoundAddress, ...], str]:
    """Return the e-mail addresses and the website; each is found in the other's column too."""
    found: dict[str, FoundAddress] = {}
    websites: list[str] = []
    for name in fields or ("email",):
        for header, text in row.texts(name):
            cell = read_addresses(text, takes_mistyped=row.is_as_typed(header))
            row.remark(header, *cell.remarks)
            websites += cell.websites
            for one in cell.addresses:
                found.setdefault(one.address.key, one)
    typed = row.text("website")
    if "@" in typed and not looks_like_website(typed):
        row.tell("website", "address-in-website", _("Hier staat een e-mailadres. We bewaren het als e-mailadres."))
        cell = read_addresses(typed)
        row.remark(row.header("website"), *cell.remarks)
        found |= {one.address.key: one for one in cell.addresses if one.address.key not in found}
        typed = ""
    website = row.take("website", read_website(typed or next(iter(websites), "")))
    return tuple(found.values()), website


def _read_places(row: Row, vocabulary: Vocabulary) -> tuple[Neighbourhood | None, tuple[Neighbourhood, ...]]:
    """One neighbourhood is where it sits; several, or the whole area, are where it works."""
    named = row.take("neighbourhood", vocabulary.read_places(row.text("neighbourhood")))
    areas = row.take("areas", vocabulary.read_places(row.text("areas")))
    if len(named) == 1 and not named[0].covers_all:
        return named[0], areas
    return None, areas or named


def _read_networks(row: Row, vocabulary: Vocabulary) -> tuple[tuple[Network, ...], tuple[str, ...]]:
    """A network that is not known yet is new: networks are the directory's own names, not a fixed list."""
    find = vocabulary.networks.find
    found: dict[str, Network] = {}
    new: list[str] = []
    for part in re.split(r"[;|\n]", say_nothing(row.text("networks")).value):
        for typed in [part] if find(part) else part.split(","):
            name = row.fit("networks", typed.strip(), 120)
            known = find(name)
            found |= {network.slug: network for network in known}
            if not known and fold(name):
                new.append(name)
    return tuple(found.values()), tuple(new)


def _read_contacts(row: Row) -> tuple[Name, ...]:
    typed = say_nothing(row.text("contact")).value
    if not typed or fold(typed) in ("contact", "contactpersoon"):
        return ()
    parts = typed.replace("/", ";").replace("\n", ";").replace(" en ", ";").replace(" & ", ";").split(";")
    return tuple(name_from_text(part) for part in parts if part.strip())
