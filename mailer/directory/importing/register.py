"""The whole directory in hand while a file is read: loaded once, kept up row by row, so no cell costs a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer.directory.addressing import new_mailbox
from mailer.directory.importing.names import Name
from mailer.directory.importing.weighing import NOTHING_WEIGHED, Weight, load_weights
from mailer.directory.importing.words import NOTHING_SAID, Vocabulary, load_vocabulary
from mailer.directory.likeness import only_letters_differ, slips, traces_of
from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    MailboxReplacement,
    Network,
    Organisation,
    OrganisationMailbox,
    Person,
    PersonMailbox,
)
from mailer.foundation.addresses import Address
from mailer.wire.spelling import fold, fold_name, free_slug, slug_of


class Register:
    """What is known, by every way a row may name it."""

    def __init__(self, session: Session, words: Mapping[str, Mapping[str, tuple[str, ...]]] = NOTHING_SAID) -> None:
        self._session = session
        self.vocabulary: Vocabulary = load_vocabulary(session, words)
        self.mailboxes: dict[str, Mailbox] = {}
        self.mailboxes_of: dict[Organisation | Person, list[Mailbox]] = defaultdict(list)
        self.readers_of: dict[Mailbox, list[Person]] = defaultdict(list)
        self._former_keys: dict[Mailbox, list[str]] = defaultdict(list)
        self.people_in: dict[Organisation, list[Person]] = defaultdict(list)
        self.organisations_by_id: dict[int, Organisation] = {}
        self.people_by_id: dict[int, Person] = {}
        # The first row of this file that each organisation and person came with.
        self.brought_by: dict[Organisation | Person, int] = {}
        # The mark it had in this file, when the file has marks.
        self.marks: dict[Organisation | Person, str] = {}
        self._by_spelling: dict[str, list[Organisation]] = defaultdict(list)
        self._by_name_key: dict[str, list[Organisation]] = defaultdict(list)
        self._by_typo: dict[str, list[Organisation]] = defaultdict(list)
        self._by_trace: dict[str, list[Organisation]] = defaultdict(list)
        self._people_by_name: dict[str, list[Person]] = defaultdict(list)
        self._slugs: set[str] = set()
        self._network_slugs: set[str] = set()
        self._weights = load_weights(session)
        self._load()

    # Questions

    def weights_of(self, one: Organisation | Person) -> Mapping[str, Weight]:
        """Return who said each field of it, and when; nothing of somebody who is new."""
        kind = "organisation" if isinstance(one, Organisation) else "person"
        return self._weights.get((kind, one.id or 0), NOTHING_WEIGHED)

    def called(self, name: str) -> list[Organisation]:
        """Return organisations with exactly this name or alias, but for capitals, accents and punctuation."""
        return self._by_spelling.get(fold(name), [])

    def nearly_called(self, name: str) -> list[Organisation]:
        """Return organisations whose name is this but for "stichting" and the like."""
        return self._by_name_key.get(fold_name(name), [])

    def one_letter_off(self, name: str) -> list[Organisation]:
        """Return organisations whose name differs by one letter; numbers never count as a slip."""
        key = fold_name(name)
        found = dict.fromkeys(near for slip in slips(key) for near in self._by_typo.get(slip, []))
        return [near for near in found if near.name_key != key and only_letters_differ(near.name_key, key)]

    def with_trace(self, *traces: str) -> list[Organisation]:
        """Return organisations that share a website, a mailbox or a door with these."""
        return list(dict.fromkeys(near for trace in traces for near in self._by_trace.get(trace, [])))

    def owners_of(self, mailbox: Mailbox) -> list[Organisation]:
        """Return the organisations whose own mailbox it is."""
        return self._by_trace.get(f"@{mailbox.address_key}", [])

    def people_called(self, name: Name) -> list[Person]:
        """Return people with this name, particles left aside."""
        return self._people_by_name.get(name.key, []) if name.key else []

    def addresses_of(self, owner: Organisation | Person) -> set[str]:
        """Return the addresses of the owner's mailboxes, those they had before as well."""
        own = self.mailboxes_of.get(owner, [])
        return {key for mailbox in own for key in (mailbox.address_key, *self._former_keys.get(mailbox, ()))}

    def is_marked_apart(self, one: Organisation | Person, mark: str) -> bool:
        """Return whether this very file gives it another mark: then the row is about somebody else for sure."""
        return bool(mark) and self.marks.get(one, mark) not in ("", mark)

    def was_there(self, one: Organisation | Person) -> bool:
        """Return whether it stood in the directory before this file."""
        known = self.organisations_by_id if isinstance(one, Organisation) else self.people_by_id
        return one.id in known

    # Keeping up

    def add_organisation(self, name: str, *, now: datetime) -> Organisation:
        """Add an organisation of this name and return it."""
        # Defaults of columns come with the flush; rows below already read these.
        empty = dict.fromkeys(("list_number", "street", "postcode", "city", "website", "phone"), "")
        organisation = Organisation(
            name=name,
            name_key=fold_name(name)[:200],
            slug=self._free_slug(name),
            added_at=now,
            changed_at=now,
            **empty,
        )
        self._session.add(organisation)
        self.know_organisation(organisation)
        return organisation

    def add_person(self, name: Name, *, now: datetime) -> Person:
        """Add a person of this name and return them."""
        person = Person(
            title=name.title,
            given_name=name.given,
            particle=name.particle,
            family_name=name.family,
            name_key=fold(name.full)[:250],
            mobile="",
            phone="",
            added_at=now,
            changed_at=now,
        )
        self._session.add(person)
        self.know_person(person)
        return person

    def add_network(self, name: str, *, slug: str = "") -> Network:
        """Add a network that a file names first."""
        stem = slug or slug_of(name, longest=50) or "netwerk"
        free = free_slug(stem, self._network_slugs)
        self._network_slugs.add(free)
        network = Network(slug=free, name=name)
        self._session.add(network)
        self.vocabulary.networks.by_spelling[fold(name)] = (network,)
        self.vocabulary.networks.by_spelling[fold(free)] = (network,)
        return network

    def mailbox_for(self, address: Address, *, kind: MailboxKind, now: datetime) -> Mailbox:
        """Return the one mailbox of this address, new or not."""
        mailbox = self.mailboxes.get(address.key)
        if mailbox is None:
            mailbox = new_mailbox(self._session, address, now=now, kind=kind)
            self.mailboxes[address.key] = mailbox
        return mailbox

    def give_mailbox(self, owner: Organisation | Person, mailbox: Mailbox) -> None:
        """Make it one of the owner's mailboxes, after those it has."""
        position = len(self.mailboxes_of[owner]) + 1
        if isinstance(owner, Organisation):
            self._session.add(OrganisationMailbox(organisation=owner, mailbox=mailbox, position=position))
            self._by_trace[f"@{mailbox.address_key}"].append(owner)
        else:
            self._session.add(PersonMailbox(person=owner, mailbox=mailbox, position=position))
            self.readers_of[mailbox].append(owner)
        self.mailboxes_of[owner].append(mailbox)

    def know_organisation(self, organisation: Organisation) -> None:
        """Make an organisation findable by its names, its website and its door."""
        for name in (organisation.name, *(alias.name for alias in organisation.aliases)):
            _append(self._by_spelling[fold(name)], organisation)
            _append(self._by_name_key[fold_name(name)], organisation)
        for slip in slips(organisation.name_key):
            _append(self._by_typo[slip], organisation)
        for trace in traces_of(organisation.website, organisation.street, organisation.postcode):
            _append(self._by_trace[trace], organisation)
        self._slugs.add(organisation.slug)

    def know_person(self, person: Person) -> None:
        """Make a person findable by their name."""
        if key := name_of(person).key:
            _append(self._people_by_name[key], person)

    def _load(self) -> None:
        session = self._session
        self._network_slugs = set(session.scalars(select(Network.slug)))
        loads = (
            Organisation.aliases,
            Organisation.themes,
            Organisation.service_areas,
            Organisation.target_groups,
            Organisation.memberships,
        )
        for organisation in session.scalars(
            select(Organisation).options(*(selectinload(load) for load in loads)).order_by(Organisation.id)
        ):
            self.organisations_by_id[organisation.id] = organisation
            self.know_organisation(organisation)
        for person in session.scalars(
            select(Person).options(selectinload(Person.roles), selectinload(Person.themes)).order_by(Person.id)
        ):
            self.people_by_id[person.id] = person
            self.know_person(person)
            for role in person.roles:
                _append(self.people_in[self.organisations_by_id[role.organisation_id]], person)
        self._load_mailboxes()

    def _load_mailboxes(self) -> None:
        session = self._session
        by_id = {mailbox.id: mailbox for mailbox in session.scalars(select(Mailbox))}
        replaced = dict(session.execute(select(MailboxReplacement.mailbox_id, MailboxReplacement.replaced_by_id)).all())
        # A list that still has the old address means the mailbox that replaced it.
        self.mailboxes = {one.address_key: by_id[replaced.get(one.id, one.id)] for one in by_id.values()}
        for old_id, new_id in replaced.items():
            self._former_keys[by_id[new_id]].append(by_id[old_id].address_key)
        for use in session.scalars(select(OrganisationMailbox).order_by(OrganisationMailbox.position)):
            owner = self.organisations_by_id[use.organisation_id]
            self.mailboxes_of[owner].append(by_id[use.mailbox_id])
            self._by_trace[f"@{by_id[use.mailbox_id].address_key}"].append(owner)
        for reading in session.scalars(select(PersonMailbox).order_by(PersonMailbox.position)):
            reader = self.people_by_id[reading.person_id]
            self.mailboxes_of[reader].append(by_id[reading.mailbox_id])
            self.readers_of[by_id[reading.mailbox_id]].append(reader)

    def _free_slug(self, name: str) -> str:
        return free_slug(slug_of(name) or "organisatie", self._slugs)


def name_of(person: Person) -> Name:
    """Return a known person's name as a value."""
    return Name(person.title, person.given_name, person.particle, person.family_name)


def _append(known: list[Organisation] | list[Person], one: Organisation | Person) -> None:
    if one not in known:
        known.append(one)  # type: ignore[arg-type]
