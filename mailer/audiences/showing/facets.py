"""How many organisations each word would match, beside the rest of a rule: numbers to choose by. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from mailer.audiences.rules.criteria import Rule, compile_rule
from mailer.audiences.seats import seat_of, seats
from mailer.directory.models import (
    Neighbourhood,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    TargetGroup,
    Theme,
)
from mailer.foundation.clock import today

# Organisations; in a larger directory the builder shows the sum alone.
MOST_COUNTED_APART = 5000

Carriers = dict[str, set[int]]


def organisations_that_fit(session: Session, rule: Rule, *, now: datetime) -> set[int]:
    """Return the ids of the organisations that an expanded rule matches, by themselves or through somebody in them."""
    seat = seats(today(now))
    columns = seat_of(seat)
    fits = select(seat.c.organisation_id).where(compile_rule(rule, columns, now), seat.c.organisation_id.is_not(None))
    return set(session.scalars(fits.distinct()))


def count_alone(session: Session, rules: Mapping[int, Rule], *, now: datetime) -> dict[int, int]:
    """Return key → how many organisations each of these expanded rules matches by itself, by one statement."""
    if not rules:
        return {}
    seat = seats(today(now))
    columns = seat_of(seat)
    numbers = session.execute(
        select(
            *(
                func.count(distinct(case((compile_rule(rule, columns, now), seat.c.organisation_id))))
                for rule in rules.values()
            )
        ).select_from(seat)
    ).one()
    return dict(zip(rules, numbers, strict=True))


def is_small(session: Session) -> bool:
    """Return whether counting every condition apart is still quick: nobody waits for a number they did not ask for."""
    few = select(Organisation.id).limit(MOST_COUNTED_APART + 1).subquery()
    return (session.scalar(select(func.count()).select_from(few)) or 0) <= MOST_COUNTED_APART


def count_words(session: Session, kind: str, beside: set[int], *, now: datetime) -> dict[str, int]:
    """Return slug → how many of these organisations a word of this kind matches; empty for kinds that are not words."""
    carriers = _carriers(session, kind, now)
    return {slug: len(organisations & beside) for slug, organisations in carriers.items()}


def _carriers(session: Session, kind: str, now: datetime) -> Carriers:
    if kind == "theme":
        statement = select(Theme.slug, OrganisationTheme.organisation_id).join_from(Theme, OrganisationTheme)
    elif kind == "kind":
        statement = select(OrganisationKind.slug, Organisation.id).join_from(OrganisationKind, Organisation)
    elif kind == "target_group":
        statement = select(TargetGroup.slug, OrganisationTargetGroup.organisation_id).join_from(
            TargetGroup, OrganisationTargetGroup
        )
    elif kind == "network":
        return _members(session, now)
    elif kind == "neighbourhood":
        return _neighbours(session)
    else:
        return {}
    return _gathered(session.execute(statement))


def _members(session: Session, now: datetime) -> Carriers:
    rows = session.execute(select(Network.slug, NetworkMembership).join_from(NetworkMembership, Network))
    day = today(now)
    return _gathered((slug, member.organisation_id) for slug, member in rows if member.is_current(day))


def _neighbours(session: Session) -> Carriers:
    """The same as ``conditions.is_in_neighbourhood``: where it works, else where it sits; the whole area counts in."""
    works = _gathered(
        session.execute(
            select(Neighbourhood.slug, OrganisationServiceArea.organisation_id).join_from(
                Neighbourhood, OrganisationServiceArea
            )
        )
    )
    somewhere = set().union(*works.values())
    seated = session.execute(select(Neighbourhood.slug, Organisation.id).join_from(Neighbourhood, Organisation))
    for slug, organisation_id in seated:
        if organisation_id not in somewhere:
            works.setdefault(slug, set()).add(organisation_id)
    places = session.scalars(select(Neighbourhood)).all()
    everywhere: set[int] = set().union(*(works.get(place.slug, set()) for place in places if place.covers_all))
    return {place.slug: works.get(place.slug, set()) | (everywhere if place.is_inside else set()) for place in places}


def _gathered(rows: Iterable[Any]) -> Carriers:
    found: Carriers = {}
    for slug, organisation_id in rows:
        found.setdefault(slug, set()).add(organisation_id)
    return found
