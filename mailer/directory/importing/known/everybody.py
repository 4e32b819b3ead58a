"""Everybody in the directory by every way a row may name them: values only, no rows (``entries``)."""

from __future__ import annotations

from collections.abc import Iterable

from mailer.directory.importing.known.entries import KnownMailbox, KnownOrganisation, KnownPerson
from mailer.directory.importing.known.indexing import Index
from mailer.directory.importing.known.near_names import NearNames
from mailer.directory.likeness import traces_of
from mailer.wire.spelling import fold, fold_name


class Everybody:
    """Who is there, and who came with the file so far."""

    def __init__(self) -> None:
        # By number: only those that were there before the file.
        self.organisations: dict[int, KnownOrganisation] = {}
        self.people: dict[int, KnownPerson] = {}
        self.new_organisations: list[KnownOrganisation] = []
        self.new_people: list[KnownPerson] = []
        self.mailboxes: dict[str, KnownMailbox] = {}
        # A mailbox that took the place of others: their addresses are its own too.
        self.former_keys: dict[KnownMailbox, list[str]] = {}
        self.by_spelling: Index[KnownOrganisation] = Index()
        self.by_name_key: Index[KnownOrganisation] = Index()
        # By site and door.
        self.by_trace: Index[KnownOrganisation] = Index()
        self.near_names = NearNames()
        self.by_person_name: Index[KnownPerson] = Index()
        self.slugs: set[str] = set()
        self.network_slugs: set[str] = set()

    def know_names(self, known: KnownOrganisation, names: Iterable[str]) -> None:
        """Make an organisation findable by these names, and by what is a slip away from its own."""
        for name in names:
            self.by_spelling.add(fold(name), known)
            self.by_name_key.add(fold_name(name), known)
        self.near_names.know(known)

    def know_traces(self, known: KnownOrganisation, website: str, street: str, postcode: str) -> None:
        """Make an organisation findable by its site and its door."""
        for trace in traces_of(website, street, postcode):
            self.by_trace.add(trace, known)

    def know_person(self, known: KnownPerson) -> None:
        """Make a person findable by their name."""
        if key := known.name.key:
            self.by_person_name.add(key, known)

    def addresses_of(self, mailboxes: Iterable[KnownMailbox]) -> set[str]:
        """Return the addresses of these mailboxes, those they had before as well."""
        return {key for one in mailboxes for key in (one.address_key, *self.former_keys.get(one, ()))}
