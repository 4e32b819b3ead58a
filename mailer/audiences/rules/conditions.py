"""What each condition over the directory means, in SQL: true or false for a seat, never unknown (see ``seats``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import aliased

from mailer.audiences.ranks import IDS, packed
from mailer.audiences.seats import Seat, current_role
from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    PersonTheme,
    Role,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.foundation.clock import today, wall_to_utc


@dataclass(frozen=True)
class InNetwork:
    """Any of these networks, on a day; no day: today."""

    slugs: tuple[str, ...]
    on: date | None = None


@dataclass(frozen=True)
class InNeighbourhood:
    """Any of these neighbourhoods; ``area_wide``: who works in the whole area counts in."""

    slugs: tuple[str, ...]
    area_wide: bool = True


# The sets behind the conditions. A SELECT is a value: put together once, for a rule names it in every kind of seat.
_once = lru_cache(maxsize=1000)


@_once
def _with_theme(slugs: tuple[str, ...]) -> tuple[Select[int], Select[int]]:
    theme_ids = select(Theme.id).where(Theme.slug.in_(slugs))
    by_organisation = select(OrganisationTheme.organisation_id).where(OrganisationTheme.theme_id.in_(theme_ids))
    return by_organisation, select(PersonTheme.person_id).where(PersonTheme.theme_id.in_(theme_ids))


def has_theme(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The organisation carries the theme, or the person does."""
    by_organisation, by_person = _with_theme(slugs)
    return or_(seat.of_organisation(by_organisation), seat.of_person(by_person))


@_once
def _in_neighbourhood(value: InNeighbourhood) -> tuple[Select[int], Select[int], Select[int]]:
    asked = select(Neighbourhood.id).where(Neighbourhood.slug.in_(value.slugs))
    if value.area_wide:
        inner = aliased(Neighbourhood)
        is_inside = exists(select(inner.id).where(inner.slug.in_(value.slugs), inner.is_inside))
        asked = select(Neighbourhood.id).where(
            or_(Neighbourhood.slug.in_(value.slugs), and_(Neighbourhood.covers_all, is_inside))
        )
    here = select(OrganisationServiceArea.organisation_id).where(OrganisationServiceArea.neighbourhood_id.in_(asked))
    # NOT EXISTS, for NOT IN over all service areas is asked row by row by PostgreSQL.
    works_somewhere = exists().where(OrganisationServiceArea.organisation_id == Organisation.id)
    seated = select(Organisation.id).where(Organisation.seat_id.in_(asked), ~works_somewhere)
    return here, seated, select(Person.id).where(Person.neighbourhood_id.in_(asked))


def is_in_neighbourhood(value: InNeighbourhood, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """By where the organisation works; by its seat when that is not known. People without organisation: their own."""
    here, seated, lives = _in_neighbourhood(value)
    return or_(
        seat.of_organisation(here, seated),
        and_(seat.is_without_organisation, seat.of_person(lives)),
    )


@_once
def _members(slugs: tuple[str, ...], on: date) -> Select[int]:
    return (
        select(NetworkMembership.organisation_id)
        .join(Network, Network.id == NetworkMembership.network_id)
        .where(
            Network.slug.in_(slugs),
            or_(NetworkMembership.joined_on.is_(None), NetworkMembership.joined_on <= on),
            or_(NetworkMembership.left_on.is_(None), NetworkMembership.left_on > on),
        )
    )


def is_member(value: InNetwork, seat: Seat, now: datetime) -> ColumnElement[bool]:
    """Member of the network on that day (the same as ``NetworkMembership.is_current``)."""
    return seat.of_organisation(_members(value.slugs, value.on or today(now)))


@_once
def _of_kind(slugs: tuple[str, ...]) -> Select[int]:
    kinds = select(OrganisationKind.id).where(OrganisationKind.slug.in_(slugs))
    return select(Organisation.id).where(Organisation.kind_id.in_(kinds))


def is_of_kind(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    return seat.of_organisation(_of_kind(slugs))


@_once
def _serving(slugs: tuple[str, ...]) -> Select[int]:
    groups = select(TargetGroup.id).where(TargetGroup.slug.in_(slugs))
    return select(OrganisationTargetGroup.organisation_id).where(OrganisationTargetGroup.target_group_id.in_(groups))


def is_for_target_group(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    return seat.of_organisation(_serving(slugs))


@_once
def _held(slugs: tuple[str, ...], day: date) -> Select[int, int]:
    kinds = select(RoleKind.id).where(RoleKind.slug.in_(slugs))
    return select(Role.organisation_id, Role.person_id).where(Role.kind_id.in_(kinds), current_role(day))


def has_role(slugs: tuple[str, ...], seat: Seat, now: datetime) -> ColumnElement[bool]:
    """The person has this role here and now; an organisation by itself has no role."""
    if seat.organisation_id is None or seat.person_id is None:
        return false()
    held = _held(slugs, today(now))
    if seat.few:
        here = held.where(Role.person_id == seat.person_id, Role.organisation_id == seat.organisation_id)
        return here.correlate(*_tables(seat.person_id, seat.organisation_id)).exists()
    return and_(
        seat.organisation_id.is_not(None),
        seat.person_id.is_not(None),
        # One number for the two: a set of pairs is not hashed everywhere, and then it is asked row by row.
        packed((seat.organisation_id, IDS), (seat.person_id, IDS)).in_(
            held.with_only_columns(packed((Role.organisation_id, IDS), (Role.person_id, IDS)))
        ),
    )


def speaks(codes: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The person's language of contact; an organisation by itself has none."""
    return seat.of_person(select(Person.id).where(Person.language.in_(codes)))


def is_organisation(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    return seat.of_organisation(select(Organisation.id).where(Organisation.slug.in_(slugs)))


def has_address(keys: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    if not keys:
        return false()
    return seat.of_mailbox(select(Mailbox.id).where(Mailbox.address_key.in_(keys)))


def is_added_since(since: date, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The organisation came into the directory on that day or later; without organisation: the person."""
    moment = wall_to_utc(datetime.combine(since, time.min))
    return or_(
        seat.of_organisation(select(Organisation.id).where(Organisation.added_at >= moment)),
        and_(
            seat.is_without_organisation,
            seat.of_person(select(Person.id).where(Person.added_at >= moment)),
        ),
    )


def is_checked_before(before: date, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """Last checked before that day, or never; without organisation: the person."""
    return or_(
        seat.of_organisation(select(Organisation.id).where(_older(Organisation.checked_on, before))),
        and_(
            seat.is_without_organisation,
            seat.of_person(select(Person.id).where(_older(Person.checked_on, before))),
        ),
    )


def _older(checked_on: Any, before: date) -> ColumnElement[bool]:
    return or_(checked_on.is_(None), checked_on < before)


def _tables(*columns: Any) -> list[Any]:
    return list(dict.fromkeys(column.table for column in columns))
