"""Stamp the districts into the database, table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, Organisation, Person
from mailer.directory.sample.districts.dividing import District, Pattern, divide
from mailer.directory.sample.districts.printing import PARTS, Print, print_district
from mailer.directory.sample.mailboxes import BOUNCING, HOMES, ODD_DOMAINS
from mailer.directory.sample.planting import plant_networks
from mailer.directory.sample.values import morning, organisation_values, person_values
from mailer.directory.sample.words import Words, words_of
from mailer.foundation.addresses import address_hash
from mailer.foundation.bulk import Values, load, move_sequence, next_id
from mailer.foundation.database import Base, settings_of

# Domains that many share keep their name; every other is an organisation's own.
SHARED_DOMAINS = {*HOMES, *ODD_DOMAINS, BOUNCING}
MAILBOX_COLUMNS = ("id", "address", "address_key", "address_hash", "domain", "kind", "added_at")


@dataclass(frozen=True)
class Stamp:
    """One district in its place: its number, and the first id of each kind."""

    number: int
    print: Print
    first: dict[str, int]


def stamp_directory(session: Session, seed: int, *, organisations: int, people: int) -> None:
    """Fill an empty directory with so many organisations and people, and what belongs to them."""
    words, networks = words_of(session), plant_networks(session)
    prints: dict[Pattern, Print] = {}
    for district in divide(organisations=organisations, people=people):
        if district.pattern not in prints:
            prints[district.pattern] = print_district(seed, district.pattern, words, networks)
    first = {"organisation": next_id(session, Organisation), "person": next_id(session, Person)}
    first["mailbox"] = next_id(session, Mailbox)
    stamps = list(_place(divide(organisations=organisations, people=people), prints, first))
    _load_organisations(session, stamps, words)
    _load_people(session, stamps, words)
    _load_mailboxes(session, stamps)
    for kind, (references, columns) in PARTS.items():
        load(session, kind, [*references, *columns], _parts(stamps, kind, tuple(references.values())))


def own_address(address: str, number: int) -> str:
    """Return the address as this district has it: no two districts share one. The first keeps it as it is."""
    if not number:
        return address
    local, _at, domain = address.partition("@")
    if domain in SHARED_DOMAINS:
        return f"{local}_{number}@{domain}"
    return f"{local}@{own_domain(domain, number)}"


def own_domain(domain: str, number: int) -> str:
    """Return "devoeg-17.example.org" for the seventeenth "devoeg.example.org"."""
    label, _dot, rest = domain.partition(".")
    return f"{label}-{number}.{rest}" if number else domain


def _place(districts: Iterator[District], prints: dict[Pattern, Print], first: dict[str, int]) -> Iterator[Stamp]:
    for district in districts:
        printed = prints[district.pattern]
        yield Stamp(district.number, printed, dict(first))
        for kind, size in printed.sizes.items():
            first[kind] += size


def _load_organisations(session: Session, stamps: list[Stamp], words: Words) -> None:
    def named(values: dict[str, Any], number: int) -> dict[str, Any]:
        if not number:
            return values
        website = values["website"].removeprefix("https://www.")
        return values | {
            "slug": f"{values['slug']}-{number}",
            "name": f"{values['name']} {number}",
            "name_key": f"{values['name_key']} {number}",
            "website": f"https://www.{own_domain(website, number)}" if website else "",
        }

    rows = {id(stamp.print): [organisation_values(o, words) for o in stamp.print.organisations] for stamp in stamps}
    _load_rows(session, Organisation, stamps, "organisation", rows, named)


def _load_people(session: Session, stamps: list[Stamp], words: Words) -> None:
    rows = {id(stamp.print): [person_values(p, words) for p in stamp.print.people] for stamp in stamps}
    _load_rows(session, Person, stamps, "person", rows, lambda values, _number: values)


def _load_rows(
    session: Session,
    kind: type[Base],
    stamps: list[Stamp],
    name: str,
    rows: dict[int, list[dict[str, Any]]],
    named: Callable[[dict[str, Any], int], dict[str, Any]],
) -> None:
    columns = next((list(each[0]) for each in rows.values() if each), [])
    found = (
        (row_id, *named(values, stamp.number).values())
        for stamp in stamps
        for row_id, values in enumerate(rows[id(stamp.print)], start=stamp.first[name])
    )
    load(session, kind, ["id", *columns], found)
    move_sequence(session, kind)


def _load_mailboxes(session: Session, stamps: list[Stamp]) -> None:
    secret = settings_of(session).secret

    def rows() -> Iterator[Values]:
        for stamp in stamps:
            for mailbox_id, mailbox in enumerate(stamp.print.mailboxes, start=stamp.first["mailbox"]):
                key = own_address(mailbox.key, stamp.number)
                shown = own_address(mailbox.shown, stamp.number)
                hashed = address_hash(key, secret=secret)
                domain = key.rpartition("@")[2]
                yield mailbox_id, shown, key, hashed, domain, mailbox.kind, morning(mailbox.added_on)

    load(session, Mailbox, MAILBOX_COLUMNS, rows())
    move_sequence(session, Mailbox)


def _parts(stamps: list[Stamp], kind: type[Base], references: Sequence[str]) -> Iterator[Values]:
    for stamp in stamps:
        first = [stamp.first[name] for name in references]
        for places, values in stamp.print.parts[kind]:
            yield (*map(add, places, first), *values)
