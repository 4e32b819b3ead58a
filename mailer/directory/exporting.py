"""The directory as tables for a spreadsheet: what goes out here, the import reads back, and then nothing changes.

The column *Kenmerk* is our own mark: with it a row that was edited outside is known again, whatever was changed in it.
Notes for staff stay inside.
"""

# ruff: noqa: SIM905 - the names of columns read best as the line they are
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from mailer.directory.importing.recognising.organisations import mark_of
from mailer.directory.importing.rows.people import channel_word
from mailer.directory.importing.settling.mailboxes import kind_word
from mailer.directory.models import (
    Mailbox,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    PersonMailbox,
    PersonTheme,
    Role,
)
from mailer.directory.spans import last_day
from mailer.wire.phones import show_phone
from mailer.wire.sheets import Table

ORGANISATION_HEADERS = (
    "Kenmerk;Nr;Naam organisatie;Ook bekend als;Soort;Adres;Postcode;Plaats;Wijk;Werkgebied;Thema's;Doelgroep;"
    "Netwerken;Lid sinds;Lid tot en met;E-mail;Website;Telefoon;KvK;Omschrijving;Gestopt op"
).split(";")
PERSON_HEADERS = (
    "Kenmerk;Titel;Voornaam;Tussenvoegsel;Achternaam;Functie;Organisatie;Functie sinds;Functie tot en met;"
    "Contactpersoon;E-mail;Mobiel;Telefoon;Wijk;Thema's;Taal;Liever via"
).split(";")
# Columns that a workbook keeps as days and numbers; postcodes, telephones and KvK are codes.
DAYS = frozenset({"Gestopt op", "Lid sinds", "Lid tot en met", "Functie sinds", "Functie tot en met"})
NUMBERS = frozenset({"Nr"})
# In a list of days that belongs to a list of networks: this one we do not know.
UNKNOWN_DAY = "?"
MAILBOX_HEADERS = "Postvak;Soort postvak;Van organisatie;Gelezen door".split(";")


def directory_tables(session: Session, *, today: date) -> list[Table]:
    """Return organisations, people (a row per organisation they work for today) and mailboxes."""
    return [
        Table("Organisaties", ORGANISATION_HEADERS, _organisations(session, today), days=DAYS, numbers=NUMBERS),
        Table("Personen", PERSON_HEADERS, _people(session, today), days=DAYS),
        Table("Postvakken", MAILBOX_HEADERS, _mailboxes(session)),
    ]


def members_table(network: Network, memberships: Sequence[NetworkMembership], *, day: date) -> Table:
    """Return who is a member of the network on that day, without addresses or names of people."""
    headers = ["Naam organisatie", "Soort", "Werkgebied", "Lid sinds", "Lid tot en met", "Gestopt op"]
    rows = [
        [
            one.organisation.name,
            one.organisation.kind.name if one.organisation.kind else "",
            _several(area.neighbourhood.name for area in one.organisation.service_areas),
            _day(one.joined_on),
            _day(last_day(one.left_on)),
            _day(one.organisation.stopped_on),
        ]
        for one in memberships
    ]
    return Table(f"Leden {day.day}-{day.month}-{day.year}", headers, rows, days=DAYS)


def organisation_cells(session: Session, organisation: Organisation, *, today: date) -> dict[str, str]:
    """Return one organisation as the export writes it: header → text."""
    use = OrganisationMailbox
    addresses = select(Mailbox.address).join(use).where(use.organisation_id == organisation.id).order_by(use.position)
    row = _organisation_row(organisation, session.scalars(addresses).all(), today)
    return dict(zip(ORGANISATION_HEADERS, row, strict=True))


def person_cells(session: Session, person: Person, *, today: date) -> dict[str, str]:
    """Return one person as the export writes them, with every organisation in one cell."""
    use = PersonMailbox
    addresses = select(Mailbox.address).join(use).where(use.person_id == person.id).order_by(use.position)
    rows = _person_rows(person, session.scalars(addresses).all(), today)
    cells = dict(zip(PERSON_HEADERS, rows[0], strict=True))
    where = PERSON_HEADERS.index("Organisatie")
    return cells | {"Organisatie": _several(row[where] for row in rows)}


def _organisations(session: Session, today: date) -> list[list[str]]:
    addresses = _addresses(session, OrganisationMailbox.organisation_id, OrganisationMailbox)
    loads = (
        selectinload(Organisation.kind),
        selectinload(Organisation.seat),
        selectinload(Organisation.aliases),
        selectinload(Organisation.themes).selectinload(OrganisationTheme.theme),
        selectinload(Organisation.service_areas).selectinload(OrganisationServiceArea.neighbourhood),
        selectinload(Organisation.target_groups).selectinload(OrganisationTargetGroup.target_group),
        selectinload(Organisation.memberships).selectinload(NetworkMembership.network),
    )
    everyone = session.scalars(select(Organisation).options(*loads).order_by(Organisation.name, Organisation.id))
    return [_organisation_row(one, addresses[one.id], today) for one in everyone]


def _organisation_row(one: Organisation, addresses: Sequence[str], today: date) -> list[str]:
    return [
        mark_of(one),
        one.list_number,
        one.name,
        _several(alias.name for alias in one.aliases),
        one.kind.name if one.kind else "",
        one.street,
        one.postcode,
        one.city,
        one.seat.name if one.seat else "",
        _several(area.neighbourhood.name for area in one.service_areas),
        _several(row.theme.name for row in sorted(one.themes, key=lambda row: not row.is_primary)),
        _several(row.target_group.name for row in one.target_groups),
        *_membership_cells([row for row in one.memberships if row.is_current(today)]),
        _several(addresses),
        one.website,
        show_phone(one.phone),
        one.chamber_number,
        one.description,
        _day(one.stopped_on),
    ]


def _membership_cells(memberships: Sequence[NetworkMembership]) -> list[str]:
    """Networks, and from when until when: as many, in the same order."""
    networks = _several(one.network.name for one in memberships)
    joined, left = ([_day(day) for day in days] for days in _spans(memberships))
    return [networks, *(_several(day or UNKNOWN_DAY for day in days) if any(days) else "" for days in (joined, left))]


def _spans(memberships: Sequence[NetworkMembership]) -> tuple[list[date | None], list[date | None]]:
    return [one.joined_on for one in memberships], [last_day(one.left_on) for one in memberships]


def _people(session: Session, today: date) -> list[list[str]]:
    addresses = _addresses(session, PersonMailbox.person_id, PersonMailbox)
    loads = (
        selectinload(Person.neighbourhood),
        selectinload(Person.themes).selectinload(PersonTheme.theme),
        selectinload(Person.roles).selectinload(Role.organisation),
        selectinload(Person.roles).selectinload(Role.kind),
    )
    everyone = session.scalars(
        select(Person).options(*loads).order_by(Person.family_name, Person.given_name, Person.id)
    )
    return [row for one in everyone for row in _person_rows(one, addresses[one.id], today)]


def _person_rows(one: Person, addresses: Sequence[str], today: date) -> list[list[str]]:
    roles: list[Role | None] = [role for role in one.roles if role.is_current(today)]
    return [
        [
            mark_of(one),
            one.title,
            one.given_name,
            one.particle,
            one.family_name,
            *_role_cells(role),
            _several(addresses),
            show_phone(one.mobile),
            show_phone(one.phone),
            one.neighbourhood.name if one.neighbourhood else "",
            _several(row.theme.name for row in one.themes),
            one.language,
            channel_word(one.channel),
        ]
        for role in roles or [None]
    ]


def _role_cells(role: Role | None) -> list[str]:
    if role is None:
        return ["", "", "", "", ""]
    what = role.description or (role.kind.name if role.kind else "")
    span = (_day(role.since_on), _day(last_day(role.until_on)))
    return [what, role.organisation.name, *span, "ja" if role.is_contact else "nee"]


def _mailboxes(session: Session) -> list[list[str]]:
    loads = (
        selectinload(Mailbox.organisations).selectinload(OrganisationMailbox.organisation),
        selectinload(Mailbox.people).selectinload(PersonMailbox.person),
    )
    in_use = select(Mailbox).where(~Mailbox.replacement.has())
    everyone = session.scalars(in_use.options(*loads).order_by(Mailbox.address_key))
    return [
        [
            one.address,
            kind_word(one.kind),
            _several(use.organisation.name for use in one.organisations),
            _several(use.person.full_name for use in one.people),
        ]
        for one in everyone
    ]


def _addresses(
    session: Session, owner: InstrumentedAttribute[int], use: type[OrganisationMailbox | PersonMailbox]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    asked = select(owner, Mailbox.address).join(use, use.mailbox_id == Mailbox.id).order_by(use.position, Mailbox.id)
    for owner_id, address in session.execute(asked):
        found[owner_id].append(address)
    return found


def _several(words: Iterable[str]) -> str:
    return "; ".join(words)


def _day(day: date | None) -> str:
    return f"{day.day}-{day.month}-{day.year}" if day else ""
