"""The whole directory as a file is read: asked by row after row and kept up with each, so no cell costs a query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from sys import intern

from sqlalchemy.orm import Session

from mailer.directory.addressing import new_mailbox
from mailer.directory.importing.cells.words import NOTHING_SAID, Vocabulary, load_vocabulary
from mailer.directory.importing.known.at_hand import AtHand
from mailer.directory.importing.known.entries import Known, KnownMailbox, KnownOrganisation, KnownPerson
from mailer.directory.importing.known.everybody import Everybody
from mailer.directory.importing.known.loading import load_everybody
from mailer.directory.importing.known.newcomers import new_organisation, new_person
from mailer.directory.importing.known.weights import Weight, Weights
from mailer.directory.models import MailboxKind, Network, Organisation, OrganisationMailbox, Person, PersonMailbox, Role
from mailer.directory.names import Name
from mailer.foundation.addresses import Address
from mailer.wire.spelling import fold, fold_name, free_slug, slug_of


class Register:
    """What is known, by every way a row may name it."""

    def __init__(self, session: Session, words: Mapping[str, Mapping[str, tuple[str, ...]]] = NOTHING_SAID) -> None:
        self.session = session
        self.vocabulary: Vocabulary = load_vocabulary(session, words)
        self.everybody: Everybody = load_everybody(session)
        self.mailboxes = self.everybody.mailboxes
        self.at_hand = AtHand(session)
        # Brought by this portion of the file, and not let go of yet.
        self._new_mailboxes: list[KnownMailbox] = []
        self._weights = Weights(session)

    # Questions

    def called(self, name: str) -> list[Organisation]:
        """Return organisations with exactly this name or alias, but for capitals, accents and punctuation."""
        return self._organisations(self.everybody.by_spelling.of(fold(name)))

    def nearly_called(self, name: str) -> list[Organisation]:
        """Return organisations whose name is this but for "stichting" and the like."""
        return self._organisations(self.everybody.by_name_key.of(fold_name(name)))

    def one_letter_off(self, name: str) -> list[Organisation]:
        """Return organisations whose name differs by one letter; numbers never count as a slip."""
        return self._organisations(self.everybody.near_names.one_slip_from(fold_name(name)))

    def with_trace(self, traces: Iterable[str], address_keys: Iterable[str]) -> list[KnownOrganisation]:
        """Return who shares a website, a door or a mailbox with these."""
        near = [one for trace in traces for one in self.everybody.by_trace.of(trace)]
        near += [one for key in address_keys if key in self.mailboxes for one in self.mailboxes[key].owners]
        return list(dict.fromkeys(near))

    def people_called(self, name: Name) -> list[Person]:
        """Return people with this name, particles left aside."""
        return [self.at_hand.person(one) for one in self.everybody.by_person_name.of(name.key)] if name.key else []

    def known(self, one: Organisation | Person) -> Known:
        """Return what is known of it."""
        return self.at_hand.known(one)

    def addresses_of(self, owner: Organisation | Person) -> set[str]:
        """Return the addresses of the owner's mailboxes, those they had before as well."""
        return self.everybody.addresses_of(self.known(owner).mailboxes)

    def mailboxes_of(self, owner: Organisation | Person) -> tuple[KnownMailbox, ...]:
        """Return the owner's mailboxes."""
        return self.known(owner).mailboxes

    def people_in(self, organisation: Organisation) -> tuple[KnownPerson, ...]:
        """Return who works there, or did."""
        return self.at_hand.known_organisation(organisation).people

    def weights_of(self, one: Organisation | Person) -> Mapping[str, Weight]:
        """Return who said each field of it, and when; nothing of somebody who is new."""
        return self._weights.of("organisation" if isinstance(one, Organisation) else "person", one.id or 0)

    def is_marked_apart(self, one: Organisation | Person, mark: str) -> bool:
        """Return whether this very file gives it another mark: then the row is about somebody else for sure."""
        return bool(mark) and self.known(one).mark not in ("", mark)

    def was_there(self, one: Organisation | Person) -> bool:
        """Return whether it stood in the directory before this file."""
        return not self.known(one).is_new

    def organisation(self, known: KnownOrganisation) -> Organisation:
        """Return the row of an organisation."""
        return self.at_hand.organisation(known)

    def person(self, known: KnownPerson) -> Person:
        """Return the row of a person."""
        return self.at_hand.person(known)

    def brought_with(self, row_number: int, kind: type[Organisation] | type[Person]) -> Organisation | Person | None:
        """Return the first of this kind that a row of this file named."""
        everybody = self.everybody
        if kind is Organisation:
            named = chain(everybody.organisations.values(), everybody.new_organisations)
            return next((self.organisation(one) for one in named if one.brought_by == row_number), None)
        met = chain(everybody.people.values(), everybody.new_people)
        return next((self.person(one) for one in met if one.brought_by == row_number), None)

    def organisation_of_id(self, number: int) -> Organisation | None:
        """Return the organisation of this number, when it stood in the directory before this file."""
        known = self.everybody.organisations.get(number)
        return self.at_hand.organisation(known) if known else None

    def person_of_id(self, number: int) -> Person | None:
        """Return the person of this number, when they stood in the directory before this file."""
        known = self.everybody.people.get(number)
        return self.at_hand.person(known) if known else None

    def row_of(self, known: Known) -> Organisation | Person:
        """Return the row itself."""
        if isinstance(known, KnownOrganisation):
            return self.at_hand.organisation(known)
        return self.at_hand.person(known)

    # Keeping up

    def add_organisation(self, name: str, *, now: datetime) -> Organisation:
        """Add an organisation of this name and return it."""
        organisation = new_organisation(name, free_slug(slug_of(name) or "organisatie", self.everybody.slugs), now=now)
        known = KnownOrganisation(organisation.name_key)
        self.session.add(organisation)
        self.at_hand.hold_organisation(known, organisation)
        self.everybody.new_organisations.append(known)
        self.know_organisation(organisation)
        return organisation

    def add_person(self, name: Name, *, now: datetime) -> Person:
        """Add a person of this name and return them."""
        person = new_person(name, now=now)
        known = KnownPerson(name)
        self.session.add(person)
        self.at_hand.hold_person(known, person)
        self.everybody.new_people.append(known)
        self.know_person(person)
        return person

    def add_network(self, name: str, *, slug: str = "") -> Network:
        """Add a network that a file names first."""
        free = free_slug(slug or slug_of(name, longest=50) or "netwerk", self.everybody.network_slugs)
        self.everybody.network_slugs.add(free)
        network = Network(slug=free, name=name)
        self.session.add(network)
        self.vocabulary.networks.by_spelling[fold(name)] = (network,)
        self.vocabulary.networks.by_spelling[fold(free)] = (network,)
        return network

    def mailbox_for(self, address: Address, *, kind: MailboxKind, now: datetime) -> KnownMailbox:
        """Return the one mailbox of this address, new or not."""
        mailbox = self.mailboxes.get(address.key)
        if mailbox is None:
            mailbox = KnownMailbox.new(new_mailbox(self.session, address, now=now, kind=kind))
            self.mailboxes[mailbox.address_key] = mailbox
            self._new_mailboxes.append(mailbox)
        return mailbox

    def give_mailbox(self, owner: Organisation | Person, mailbox: KnownMailbox) -> None:
        """Make it one of the owner's mailboxes, after those it has."""
        known = self.known(owner)
        position = len(known.mailboxes) + 1
        if isinstance(known, KnownOrganisation):
            self.session.add(OrganisationMailbox(organisation=owner, position=position, **mailbox.as_part()))
            mailbox.owners += (known,)
        else:
            self.session.add(PersonMailbox(person=owner, position=position, **mailbox.as_part()))
            mailbox.readers += (known,)
        known.mailboxes += (mailbox,)

    def appoint(self, person: Person, organisation: Organisation) -> None:
        """Keep that the person works there."""
        known, employer = self.at_hand.known_person(person), self.at_hand.known_organisation(organisation)
        employer.people += (known,)

    def know_organisation(self, organisation: Organisation) -> KnownOrganisation:
        """Make an organisation findable by its names, its website and its door."""
        known = self.at_hand.known_organisation(organisation)
        known.name_key = organisation.name_key
        self.everybody.know_names(known, (organisation.name, *(alias.name for alias in organisation.aliases)))
        self.everybody.know_traces(known, organisation.website, organisation.street, organisation.postcode)
        self.everybody.slugs.add(organisation.slug)
        return known

    def know_person(self, person: Person) -> KnownPerson:
        """Make a person findable by their name."""
        known = self.at_hand.known_person(person)
        known.name = name_of(person)
        self.everybody.know_person(known)
        return known

    def let_go(self) -> None:
        """Keep only values of what was at hand; everything is flushed."""
        self.at_hand.let_go()
        for mailbox in self._new_mailboxes:
            mailbox.let_go()
        self._new_mailboxes.clear()

    def _organisations(self, found: Iterable[KnownOrganisation]) -> list[Organisation]:
        return [self.at_hand.organisation(one) for one in found]


def is_at(role: Role, organisation: Organisation) -> bool:
    """Return whether it is a role there; asks for no row that is not at hand."""
    if role.organisation_id and organisation.id:
        return role.organisation_id == organisation.id
    # One that is not flushed yet knows its organisation by itself.
    return not role.organisation_id and role.organisation is organisation


def name_of(person: Person) -> Name:
    """Return a known person's name as a value."""
    # Many share a given name, hardly any a family name.
    return Name(intern(person.title), intern(person.given_name), intern(person.particle), person.family_name)
