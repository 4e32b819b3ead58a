"""Everybody who is there when a file begins, read column by column: no row stays in hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from sys import intern
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.importing.known.entries import KnownMailbox, KnownOrganisation, KnownPerson
from mailer.directory.importing.known.everybody import Everybody
from mailer.directory.models import (
    Mailbox,
    MailboxReplacement,
    Network,
    Organisation,
    OrganisationAlias,
    OrganisationMailbox,
    Person,
    PersonMailbox,
    Role,
)
from mailer.directory.names import Name

_READ_AT_ONCE = 500


def load_everybody(session: Session) -> Everybody:
    """Return all organisations, people and mailboxes, as far as a row may ask of them."""
    everybody = Everybody()
    everybody.network_slugs.update(session.scalars(select(Network.slug)))
    _load_organisations(session, everybody)
    _load_people(session, everybody)
    _load_roles(session, everybody)
    by_id = _load_mailboxes(session)
    _load_addresses(session, everybody, by_id)
    _load_owners(session, everybody, by_id)
    return everybody


def _load_organisations(session: Session, everybody: Everybody) -> None:
    aliases: dict[int, list[str]] = defaultdict(list)
    for organisation_id, alias in session.execute(select(OrganisationAlias.organisation_id, OrganisationAlias.name)):
        aliases[organisation_id].append(alias)
    names = select(Organisation.id, Organisation.name, Organisation.name_key, Organisation.slug)
    asked = names.add_columns(Organisation.website, Organisation.street, Organisation.postcode)
    for number, name, name_key, slug, website, street, postcode in _rows(session, asked.order_by(Organisation.id)):
        known = KnownOrganisation(name_key, id=number)
        everybody.organisations[number] = known
        everybody.know_names(known, (name, *aliases.get(number, ())))
        everybody.know_traces(known, website, street, postcode)
        everybody.slugs.add(slug)


def _load_people(session: Session, everybody: Everybody) -> None:
    asked = select(Person.id, Person.title, Person.given_name, Person.particle, Person.family_name)
    for number, title, given, particle, family in _rows(session, asked.order_by(Person.id)):
        # Many share a given name, hardly any a family name.
        name = Name(intern(title), intern(given), intern(particle), family)
        known = KnownPerson(name, id=number)
        everybody.people[number] = known
        everybody.know_person(known)


def _load_roles(session: Session, everybody: Everybody) -> None:
    pair = (Role.organisation_id, Role.person_id)
    people: dict[int, list[KnownPerson]] = defaultdict(list)
    for organisation_id, person_id in _rows(session, select(*pair).group_by(*pair).order_by(func.min(Role.id))):
        people[organisation_id].append(everybody.people[person_id])
    for organisation_id, found in people.items():
        everybody.organisations[organisation_id].people = tuple(found)


def _load_mailboxes(session: Session) -> dict[int, KnownMailbox]:
    asked = select(Mailbox.id, Mailbox.address, Mailbox.address_key, Mailbox.kind)
    return {
        number: KnownMailbox(address if key != address else key, key, kind, id=number)
        for number, address, key, kind in _rows(session, asked)
    }


def _load_addresses(session: Session, everybody: Everybody, by_id: Mapping[int, KnownMailbox]) -> None:
    replaced = dict(session.execute(select(MailboxReplacement.mailbox_id, MailboxReplacement.replaced_by_id)).all())
    # A list that still has the old address means the mailbox that replaced it.
    everybody.mailboxes = {one.address_key: by_id[replaced.get(number, number)] for number, one in by_id.items()}
    for old_id, new_id in replaced.items():
        everybody.former_keys.setdefault(by_id[new_id], []).append(by_id[old_id].address_key)


def _load_owners(session: Session, everybody: Everybody, by_id: Mapping[int, KnownMailbox]) -> None:
    owned = select(OrganisationMailbox.organisation_id, OrganisationMailbox.mailbox_id)
    for organisation_id, mailbox_id in _rows(session, owned.order_by(OrganisationMailbox.position)):
        owner, mailbox = everybody.organisations[organisation_id], by_id[mailbox_id]
        owner.mailboxes += (mailbox,)
        mailbox.owners += (owner,)
    read = select(PersonMailbox.person_id, PersonMailbox.mailbox_id)
    for person_id, mailbox_id in _rows(session, read.order_by(PersonMailbox.position)):
        reader, mailbox = everybody.people[person_id], by_id[mailbox_id]
        reader.mailboxes += (mailbox,)
        mailbox.readers += (reader,)


def _rows(session: Session, asked: Any) -> Any:
    """Some at a time: all of them at once would be in hand twice."""
    yield from session.execute(asked.execution_options(yield_per=_READ_AT_ONCE))
