"""The whole directory in hand while a file is read: loaded once, kept up row by row, so no cell costs a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer.directory.addressing import new_mailbox
from mailer.directory.importing.known_mailboxes import KnownMailbox, load_mailboxes
from mailer.directory.importing.names import Name
from mailer.directory.importing.near_names import NearNames
from mailer.directory.importing.rows import Row
from mailer.directory.importing.weighing import Weight, Weights
from mailer.directory.importing.words import NOTHING_SAID, Vocabulary, load_vocabulary
from mailer.directory.likeness import traces_of
from mailer.directory.models import (
    MailboxKind,
    MailboxReplacement,
    Network,
    Organisation,
    OrganisationAlias,
    OrganisationMailbox,
    Person,
    PersonMailbox,
    Role,
)
from mailer.foundation.addresses import Address
from mailer.wire.spelling import fold, fold_name, free_slug, slug_of

_LISTS_OF_ORGANISATION = (
    Organisation.aliases,
    Organisation.themes,
    Organisation.service_areas,
    Organisation.target_groups,
    Organisation.memberships,
)
_LISTS_OF_PERSON = (Person.roles, Person.themes)
# Known by their number, and in hand with the vocabulary.
_WORDS = (Organisation.kind, Organisation.seat, Person.neighbourhood)
_ASKED_AT_ONCE = 500
# What nobody said yet; without it every question about somebody new would look in the database first.
_NOTHING_YET_OF_ORGANISATION: dict[str, Any] = {
    **dict.fromkeys(("list_number", "street", "postcode", "city", "website", "phone", "note"), ""),
    **dict.fromkeys(("description", "chamber_number"), ""),
    **dict.fromkeys(("kind", "seat", "stopped_on"), None),
}
_NOTHING_YET_OF_PERSON: dict[str, Any] = {
    **dict.fromkeys(("mobile", "phone", "note"), ""),
    **dict.fromkeys(("neighbourhood",), None),
}


class Register:
    """What is known, by every way a row may name it."""

    def __init__(self, session: Session, words: Mapping[str, Mapping[str, tuple[str, ...]]] = NOTHING_SAID) -> None:
        self._session = session
        self.vocabulary: Vocabulary = load_vocabulary(session, words)
        self.mailboxes: dict[str, KnownMailbox] = {}
        self.mailboxes_of: dict[Organisation | Person, list[KnownMailbox]] = defaultdict(list)
        self.readers_of: dict[KnownMailbox, list[Person]] = defaultdict(list)
        self._former_keys: dict[KnownMailbox, list[str]] = defaultdict(list)
        # Brought by this portion of the file, and not let go of yet.
        self._new_mailboxes: list[KnownMailbox] = []
        self.people_in: dict[Organisation, list[Person]] = defaultdict(list)
        self.organisations_by_id: dict[int, Organisation] = {}
        self.people_by_id: dict[int, Person] = {}
        # The first row of this file that each organisation and person came with.
        self.brought_by: dict[Organisation | Person, int] = {}
        # The mark it had in this file, when the file has marks.
        self.marks: dict[Organisation | Person, str] = {}
        self._by_spelling: dict[str, list[Organisation]] = defaultdict(list)
        self._by_name_key: dict[str, list[Organisation]] = defaultdict(list)
        self._near_names = NearNames()
        # Whose lists are loaded at this moment; of all others they are fetched when a row asks for them.
        self._at_hand: set[Organisation | Person] = set()
        self._by_trace: dict[str, list[Organisation]] = defaultdict(list)
        self._people_by_name: dict[str, list[Person]] = defaultdict(list)
        self._slugs: set[str] = set()
        self._network_slugs: set[str] = set()
        self._weights = Weights(session)
        self._load()

    @property
    def session(self) -> Session:
        """The session that the file is read in."""
        return self._session

    # Questions

    def weights_of(self, one: Organisation | Person) -> Mapping[str, Weight]:
        """Return who said each field of it, and when; nothing of somebody who is new."""
        kind = "organisation" if isinstance(one, Organisation) else "person"
        return self._weights.of(kind, one.id or 0)

    def called(self, name: str) -> list[Organisation]:
        """Return organisations with exactly this name or alias, but for capitals, accents and punctuation."""
        return self._by_spelling.get(fold(name), [])

    def nearly_called(self, name: str) -> list[Organisation]:
        """Return organisations whose name is this but for "stichting" and the like."""
        return self._by_name_key.get(fold_name(name), [])

    def one_letter_off(self, name: str) -> list[Organisation]:
        """Return organisations whose name differs by one letter; numbers never count as a slip."""
        return self._near_names.one_slip_from(fold_name(name))

    def with_trace(self, *traces: str) -> list[Organisation]:
        """Return organisations that share a website, a mailbox or a door with these."""
        return list(dict.fromkeys(near for trace in traces for near in self._by_trace.get(trace, [])))

    def owners_of(self, mailbox: KnownMailbox) -> list[Organisation]:
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

    # Keeping within bounds: the directory's lists (themes, areas, roles) are more than fits in hand at once

    def have_at_hand(self, rows: Iterable[Row]) -> None:
        """Fetch the lists of everybody these rows may be about, in a few queries."""
        found: set[Organisation | Person] = set()
        for row in rows:
            name = row.text("name")
            found.update(self.called(name), self.nearly_called(name))
            found.update(self._people_by_name.get(fold(f"{row.text('given')} {row.text('family')}"), ()))
            found.update(self._people_by_name.get(fold(row.text("full_name")), ()))
            for _header, text in (*row.texts("email"), *row.texts("email_private")):
                mailbox = self.mailboxes.get(text.strip().casefold())
                found.update(self.readers_of.get(mailbox, ()) if mailbox else ())
        self._fetch(Organisation, _LISTS_OF_ORGANISATION, found)
        self._fetch(Person, _LISTS_OF_PERSON, found)

    def let_go(self) -> None:
        """Let go of the lists at hand; everything is flushed. Otherwise a long file would hold the whole directory."""
        for one in self._at_hand:
            lists = _LISTS_OF_ORGANISATION if isinstance(one, Organisation) else _LISTS_OF_PERSON
            # Not ``expire``: that keeps a set of names for each of them, for as long as the file is read.
            for each in (*lists, *_WORDS):
                one.__dict__.pop(each.key, None)
            # A dictionary that grew stays as large, however much is taken out of it.
            one.__dict__ = dict(list(one.__dict__.items()))
        self._at_hand.clear()
        for mailbox in self._new_mailboxes:
            mailbox.let_go()
        self._new_mailboxes.clear()

    def _fetch(
        self, kind: type[Organisation] | type[Person], lists: tuple[Any, ...], wanted: set[Organisation | Person]
    ) -> None:
        ids = [one.id for one in wanted if isinstance(one, kind) and one.id is not None]
        self._at_hand |= wanted
        for start in range(0, len(ids), _ASKED_AT_ONCE):
            some = ids[start : start + _ASKED_AT_ONCE]
            loads = (selectinload(each) for each in lists)
            self._session.scalars(select(kind).where(kind.id.in_(some)).options(*loads)).all()

    # Keeping up

    def add_organisation(self, name: str, *, now: datetime) -> Organisation:
        """Add an organisation of this name and return it."""
        # Defaults of columns come with the flush; rows below already read these.
        organisation = Organisation(
            name=name,
            name_key=fold_name(name)[:200],
            slug=self._free_slug(name),
            added_at=now,
            changed_at=now,
            **_NOTHING_YET_OF_ORGANISATION,
            **{each.key: [] for each in _LISTS_OF_ORGANISATION},
        )
        self._session.add(organisation)
        self._at_hand.add(organisation)
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
            added_at=now,
            changed_at=now,
            **_NOTHING_YET_OF_PERSON,
            **{each.key: [] for each in _LISTS_OF_PERSON},
        )
        self._session.add(person)
        self._at_hand.add(person)
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

    def mailbox_for(self, address: Address, *, kind: MailboxKind, now: datetime) -> KnownMailbox:
        """Return the one mailbox of this address, new or not."""
        mailbox = self.mailboxes.get(address.key)
        if mailbox is None:
            mailbox = KnownMailbox.new(new_mailbox(self._session, address, now=now, kind=kind))
            self.mailboxes[address.key] = mailbox
            self._new_mailboxes.append(mailbox)
        return mailbox

    def give_mailbox(self, owner: Organisation | Person, mailbox: KnownMailbox) -> None:
        """Make it one of the owner's mailboxes, after those it has."""
        position = len(self.mailboxes_of[owner]) + 1
        if isinstance(owner, Organisation):
            self._session.add(OrganisationMailbox(organisation=owner, position=position, **mailbox.as_part()))
            self._by_trace[f"@{mailbox.address_key}"].append(owner)
        else:
            self._session.add(PersonMailbox(person=owner, position=position, **mailbox.as_part()))
            self.readers_of[mailbox].append(owner)
        self.mailboxes_of[owner].append(mailbox)

    def know_organisation(self, organisation: Organisation) -> None:
        """Make an organisation findable by its names, its website and its door."""
        self._know(organisation, [alias.name for alias in organisation.aliases])

    def _know(self, organisation: Organisation, aliases: Iterable[str]) -> None:
        for name in (organisation.name, *aliases):
            _append(self._by_spelling[fold(name)], organisation)
            _append(self._by_name_key[fold_name(name)], organisation)
        self._near_names.know(organisation)
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
        aliases: dict[int, list[str]] = defaultdict(list)
        for organisation_id, name in session.execute(select(OrganisationAlias.organisation_id, OrganisationAlias.name)):
            aliases[organisation_id].append(name)
        for organisation in session.scalars(select(Organisation).order_by(Organisation.id)):
            self.organisations_by_id[organisation.id] = organisation
            self._know(organisation, aliases.get(organisation.id, ()))
        for person in session.scalars(select(Person).order_by(Person.id)):
            self.people_by_id[person.id] = person
            self.know_person(person)
        for person_id, organisation_id in session.execute(
            select(Role.person_id, Role.organisation_id).order_by(Role.id)
        ):
            _append(self.people_in[self.organisations_by_id[organisation_id]], self.people_by_id[person_id])
        self._load_mailboxes()

    def _load_mailboxes(self) -> None:
        session = self._session
        by_id = {mailbox.id or 0: mailbox for mailbox in load_mailboxes(session)}
        replaced = dict(session.execute(select(MailboxReplacement.mailbox_id, MailboxReplacement.replaced_by_id)).all())
        # A list that still has the old address means the mailbox that replaced it.
        self.mailboxes = {one.address_key: by_id[replaced.get(number, number)] for number, one in by_id.items()}
        for old_id, new_id in replaced.items():
            self._former_keys[by_id[new_id]].append(by_id[old_id].address_key)
        uses = select(OrganisationMailbox.organisation_id, OrganisationMailbox.mailbox_id)
        for organisation_id, mailbox_id in session.execute(uses.order_by(OrganisationMailbox.position)):
            owner, mailbox = self.organisations_by_id[organisation_id], by_id[mailbox_id]
            self.mailboxes_of[owner].append(mailbox)
            self._by_trace[f"@{mailbox.address_key}"].append(owner)
        readings = select(PersonMailbox.person_id, PersonMailbox.mailbox_id)
        for person_id, mailbox_id in session.execute(readings.order_by(PersonMailbox.position)):
            reader, mailbox = self.people_by_id[person_id], by_id[mailbox_id]
            self.mailboxes_of[reader].append(mailbox)
            self.readers_of[mailbox].append(reader)

    def _free_slug(self, name: str) -> str:
        return free_slug(slug_of(name) or "organisatie", self._slugs)


def name_of(person: Person) -> Name:
    """Return a known person's name as a value."""
    return Name(person.title, person.given_name, person.particle, person.family_name)


def _append(known: list[Organisation] | list[Person], one: Organisation | Person) -> None:
    if one not in known:
        known.append(one)  # type: ignore[arg-type]
