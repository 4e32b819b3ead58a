"""How many organisations each word would match, beside the rest of a rule: numbers to choose by. Only reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.criteria import Rule, compile_rule
from mailer.audiences.seats import Seat, seats
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

Carriers = dict[str, set[int]]


def organisations_that_fit(session: Session, rule: Rule, *, now: datetime) -> set[int]:
    """Return the ids of the organisations that an expanded rule matches, by themselves or through somebody in them."""
    seat = seats(today(now))
    columns = Seat(seat.c.organisation_id, seat.c.person_id, seat.c.mailbox_id)
    fits = select(seat.c.organisation_id).where(compile_rule(rule, columns, now), seat.c.organisation_id.is_not(None))
    return set(session.scalars(fits.distinct()))


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
    """The same as ``leaves.is_in_neighbourhood``: where it works, else where it sits; the whole area counts in."""
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
