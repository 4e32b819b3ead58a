"""Lists of the directory as questions: what a filter leaves, in the order of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationAlias,
    OrganisationKind,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTheme,
    Person,
    PersonMailbox,
    Role,
    RoleKind,
    Theme,
)
from mailer.wire.spelling import fold


@dataclass(frozen=True)
class OrganisationFilter:
    """What a list of organisations is narrowed to: slugs, and words from names, former names or addresses."""

    text: str = ""
    neighbourhood: str = ""
    theme: str = ""
    network: str = ""
    kind: str = ""
    # "" for those that still exist, "stopped" for those that do not.
    state: str = ""
    # Not looked at since this day, or never.
    checked_before: date | None = None
    # "name", "newest" first, or "unchecked": longest not looked at.
    order: str = "name"


@dataclass(frozen=True)
class PersonFilter:
    """What a list of people is narrowed to."""

    text: str = ""
    role: str = ""
    neighbourhood: str = ""
    # "with": in an organisation now; "without": in none.
    organisation: str = ""


def organisations(wanted: OrganisationFilter, *, day: date) -> Select[Organisation]:
    """Return the question for these organisations, by name, with what a list shows of each."""
    conditions: list[ColumnElement[bool]] = [
        Organisation.stopped_on.is_not(None) if wanted.state == "stopped" else Organisation.stopped_on.is_(None)
    ]
    if wanted.checked_before:
        last = Organisation.checked_on
        conditions.append(or_(last.is_(None), last <= wanted.checked_before))
    conditions += [_organisation_is_called(part) for part in fold(wanted.text).split()]
    if wanted.neighbourhood:
        conditions.append(works_in(wanted.neighbourhood))
    if wanted.theme:
        conditions.append(Organisation.themes.any(OrganisationTheme.theme.has(Theme.slug == wanted.theme)))
    if wanted.network:
        conditions.append(Organisation.memberships.any(_is_member_on(wanted.network, day)))
    if wanted.kind:
        conditions.append(Organisation.kind.has(OrganisationKind.slug == wanted.kind))
    return (
        select(Organisation)
        .where(*conditions)
        .order_by(*_organisation_order(wanted.order))
        .options(
            selectinload(Organisation.kind),
            selectinload(Organisation.seat),
            selectinload(Organisation.themes).selectinload(OrganisationTheme.theme),
            selectinload(Organisation.service_areas).selectinload(OrganisationServiceArea.neighbourhood),
            selectinload(Organisation.memberships).selectinload(NetworkMembership.network),
        )
    )


def works_in(slug: str) -> ColumnElement[bool]:
    """Tell whether an organisation works in the neighbourhood: by service area, else by where it sits.

    Whoever works in all of Delfshaven works in each neighbourhood inside it.
    """
    area = Organisation.service_areas.any(
        OrganisationServiceArea.neighbourhood.has(or_(Neighbourhood.slug == slug, _covers(slug)))
    )
    seat = and_(~Organisation.service_areas.any(), Organisation.seat.has(Neighbourhood.slug == slug))
    return or_(area, seat)


def people(wanted: PersonFilter, *, day: date) -> Select[Person]:
    """Return the question for these people, in the Dutch order of a list, with what a list shows of each."""
    conditions = [_person_is_called(part) for part in fold(wanted.text).split()]
    now_in = [
        or_(Role.since_on.is_(None), Role.since_on <= day),
        or_(Role.until_on.is_(None), Role.until_on > day),
    ]
    if wanted.role:
        conditions.append(Person.roles.any(and_(Role.kind.has(RoleKind.slug == wanted.role), *now_in)))
    if wanted.organisation:
        has_one = Person.roles.any(and_(*now_in))
        conditions.append(has_one if wanted.organisation == "with" else ~has_one)
    if wanted.neighbourhood:
        by_organisation = Person.roles.any(and_(Role.organisation.has(works_in(wanted.neighbourhood)), *now_in))
        conditions.append(or_(Person.neighbourhood.has(Neighbourhood.slug == wanted.neighbourhood), by_organisation))
    return (
        select(Person)
        .where(*conditions)
        .order_by(_sorting_name(), Person.given_name, Person.id)
        .options(
            selectinload(Person.roles).selectinload(Role.organisation),
            selectinload(Person.roles).selectinload(Role.kind),
        )
    )


def mailboxes(text: str = "", *, kind: str = "") -> Select[Mailbox]:
    """Return the question for mailboxes whose address, people or organisations hold these words."""
    conditions = [~Mailbox.replacement.has(), *(_mailbox_is_called(part) for part in text.lower().split())]
    if kind:
        conditions.append(Mailbox.kind == kind)
    return (
        select(Mailbox)
        .where(*conditions)
        .order_by(Mailbox.address_key, Mailbox.id)
        .options(
            selectinload(Mailbox.people).selectinload(PersonMailbox.person),
            selectinload(Mailbox.organisations).selectinload(OrganisationMailbox.organisation),
        )
    )


def _organisation_order(order: str) -> list[Any]:
    by_name = [Organisation.name_key, Organisation.id]
    if order == "newest":
        return [Organisation.added_at.desc(), *by_name]
    if order == "unchecked":
        # Never looked at comes first on every database.
        return [Organisation.checked_on.is_not(None), Organisation.checked_on, *by_name]
    return by_name


def _covers(slug: str) -> ColumnElement[bool]:
    inside = select(Neighbourhood.is_inside).where(Neighbourhood.slug == slug).correlate(None).scalar_subquery()
    return and_(Neighbourhood.covers_all, inside)


def _is_member_on(slug: str, day: date) -> ColumnElement[bool]:
    return and_(
        NetworkMembership.network.has(Network.slug == slug),
        or_(NetworkMembership.joined_on.is_(None), NetworkMembership.joined_on <= day),
        or_(NetworkMembership.left_on.is_(None), NetworkMembership.left_on > day),
    )


def _organisation_is_called(part: str) -> ColumnElement[bool]:
    by_mailbox = exists().where(
        OrganisationMailbox.organisation_id == Organisation.id,
        OrganisationMailbox.mailbox_id == Mailbox.id,
        _holds(Mailbox.address_key, part),
    )
    return or_(_has_name(part), by_mailbox)


def _has_name(part: str) -> ColumnElement[bool]:
    """By the name an organisation has, or had: people go on using the old one for years."""
    formerly = Organisation.aliases.any(_holds(OrganisationAlias.name_key, part))
    return or_(_holds(Organisation.name_key, part), formerly)


def _sorting_name() -> ColumnElement[str]:
    """Somebody of whom we know only a given name stands among the others, not before them."""
    return func.lower(func.coalesce(func.nullif(Person.family_name, ""), Person.given_name))


def _person_is_called(part: str) -> ColumnElement[bool]:
    by_mailbox = exists().where(
        PersonMailbox.person_id == Person.id, PersonMailbox.mailbox_id == Mailbox.id, _holds(Mailbox.address_key, part)
    )
    by_organisation = Person.roles.any(Role.organisation.has(_has_name(part)))
    return or_(_holds(Person.name_key, part), by_organisation, by_mailbox)


def _mailbox_is_called(part: str) -> ColumnElement[bool]:
    return or_(
        _holds(Mailbox.address_key, part),
        Mailbox.people.any(PersonMailbox.person.has(_holds(Person.name_key, fold(part)))),
        Mailbox.organisations.any(OrganisationMailbox.organisation.has(_has_name(fold(part)))),
    )


def _holds(column: Any, part: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.contains(part, autoescape=True)
    return found
