"""Entering and changing people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.directory.editing.reading import one_word, read_phone_number
from mailer.directory.models import Channel, Neighbourhood, Person, PersonTheme, Theme
from mailer.directory.provenance import by_hand, saying
from mailer.directory.queries import words_of_slugs
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator
from mailer.wire.spelling import fold


@dataclass(frozen=True)
class PersonFacts:
    """A person as a form knows them."""

    given_name: str = ""
    particle: str = ""
    family_name: str = ""
    title: str = ""
    mobile: str = ""
    phone: str = ""
    language: str = "nl"
    channel: Channel = Channel.EMAIL
    neighbourhood: str | None = None
    themes: Sequence[str] = ()
    note: str = ""


def add_person(session: Session, facts: PersonFacts, *, now: datetime, by: Operator | None) -> Person:
    """Enter somebody new; raises ``BadInput`` at the field it concerns."""
    person = Person(added_at=now, changed_at=now)
    with saying(session, person, by_hand(by, now)):
        _fill_person(session, person, facts)
        session.add(person)
    note(session, by, "person-added", person, now=now)
    return person


def change_person(session: Session, person: Person, facts: PersonFacts, *, now: datetime, by: Operator | None) -> None:
    """Change what we know of somebody."""
    with saying(session, person, by_hand(by, now)):
        _fill_person(session, person, facts)
        person.changed_at = now
    note(session, by, "person-changed", person, now=now)


def _fill_person(session: Session, person: Person, facts: PersonFacts) -> None:
    if not (facts.given_name or facts.family_name):
        raise BadInput(_("Vul een voornaam of een achternaam in."), field="given_name")
    person.title, person.given_name = facts.title, facts.given_name
    person.particle, person.family_name = facts.particle, facts.family_name
    person.name_key = fold(person.full_name)
    person.mobile = read_phone_number(facts.mobile, field="mobile")
    person.phone = read_phone_number(facts.phone, field="phone")
    person.language, person.channel, person.note = facts.language, facts.channel, facts.note
    person.neighbourhood = one_word(session, Neighbourhood, facts.neighbourhood)
    kept = {row.theme_id: row for row in person.themes}
    themes = words_of_slugs(session, Theme, list(facts.themes))
    person.themes = [kept.get(theme.id) or PersonTheme(theme=theme) for theme in themes]
