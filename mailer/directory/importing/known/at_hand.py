"""The rows of the directory that are loaded at this moment: those that a portion of a file may be about.

Of everybody else a few values are known (``entries``). Who is asked for and not at hand is fetched then.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer.directory.importing.known.entries import Known, KnownOrganisation, KnownPerson
from mailer.directory.models import Organisation, Person
from mailer.foundation.portions import portions

LISTS_OF_ORGANISATION = (
    Organisation.aliases,
    Organisation.themes,
    Organisation.service_areas,
    Organisation.target_groups,
    Organisation.memberships,
)
LISTS_OF_PERSON = (Person.roles, Person.themes)


class AtHand:
    """Known → row, and row → known, for as long as a portion lasts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._organisations: dict[Organisation, KnownOrganisation] = {}
        self._people: dict[Person, KnownPerson] = {}

    def hold_organisation(self, known: KnownOrganisation, row: Organisation) -> None:
        """Have a row at hand until it is let go of."""
        known.row = row
        self._organisations[row] = known

    def hold_person(self, known: KnownPerson, row: Person) -> None:
        """Have a row at hand until it is let go of."""
        known.row = row
        self._people[row] = known

    def organisation(self, known: KnownOrganisation) -> Organisation:
        """Return the row; it is fetched when it is not at hand."""
        if known.row is None:
            self.hold_organisation(known, self._session.get_one(Organisation, known.id))
        assert known.row is not None
        return known.row

    def person(self, known: KnownPerson) -> Person:
        """Return the row; it is fetched when it is not at hand."""
        if known.row is None:
            self.hold_person(known, self._session.get_one(Person, known.id))
        assert known.row is not None
        return known.row

    def known(self, row: Organisation | Person) -> Known:
        """Return who a row at hand is."""
        return self._organisations[row] if isinstance(row, Organisation) else self._people[row]

    def known_organisation(self, row: Organisation) -> KnownOrganisation:
        """Return which organisation a row at hand is."""
        return self._organisations[row]

    def known_person(self, row: Person) -> KnownPerson:
        """Return who a row at hand is."""
        return self._people[row]

    def fetch_organisations(self, wanted: Iterable[KnownOrganisation], *, lists: bool) -> None:
        """Have all of these at hand in a few queries, with their lists where rows ask for these."""
        by_id = {known.id: known for known in wanted if known.row is None}
        loads = [selectinload(each) for each in LISTS_OF_ORGANISATION] if lists else []
        for ids in portions(by_id):
            for row in self._session.scalars(select(Organisation).where(Organisation.id.in_(ids)).options(*loads)):
                self.hold_organisation(by_id[row.id], row)

    def fetch_people(self, wanted: Iterable[KnownPerson]) -> None:
        """Have all of these at hand in a few queries, with their lists."""
        by_id = {known.id: known for known in wanted if known.row is None}
        loads = [selectinload(each) for each in LISTS_OF_PERSON]
        for ids in portions(by_id):
            for row in self._session.scalars(select(Person).where(Person.id.in_(ids)).options(*loads)):
                self.hold_person(by_id[row.id], row)

    def let_go(self) -> None:
        """Keep only numbers; everything is flushed. Otherwise a long file would hold the whole directory."""
        for organisation, known in self._organisations.items():
            known.id, known.row = organisation.id, None
        for person, known_person in self._people.items():
            known_person.id, known_person.row = person.id, None
        self._organisations.clear()
        self._people.clear()
