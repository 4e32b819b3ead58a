"""Which neighbourhoods and themes an audience reaches: the gaps that nobody sees in a list of addresses. Only reads.

An organisation counts where it works, or where it sits when that is not known; one that works in two places counts in
both, and so with themes. So cells do not add up to the directory; within each of them reached and missing always do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, and_, cast, distinct, func, null, select, union_all
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.ranks import OPEN
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.conditions import InNetwork, is_member
from mailer.audiences.rules.criteria import Audience
from mailer.audiences.seats import Seat
from mailer.audiences.showing.coverage_board import ANY_THEME, ANYWHERE, Cell, Coverage, CoverageBoard, is_on_the_map
from mailer.directory.models import Neighbourhood, Organisation, OrganisationServiceArea, OrganisationTheme, Theme

# Who can be written to at all: what "reached" means for the whole directory.
WHOLE_DIRECTORY: dict[str, Any] = {"rule": {"all": []}, "reach": "one_per_organisation"}


def coverage(
    session: Session, audience: Mapping[str, Any] | Audience, *, now: datetime, purpose: Purpose = ANY_PURPOSE
) -> list[Coverage]:
    """Return for each neighbourhood how many of its active organisations a letter reaches; one may work in several."""
    reached = _reached(session, audience, now=now, purpose=purpose)
    place = _places("", now)
    rows = session.execute(_counted(place, reached, place.c.neighbourhood_id).group_by(place.c.neighbourhood_id))
    cells = {place_id: Cell(met, total) for place_id, total, met in rows}
    return [
        Coverage(
            neighbourhood=neighbourhood.name,
            slug=neighbourhood.slug,
            is_on_the_map=is_on_the_map(neighbourhood),
            reached=cells.get(neighbourhood.id, Cell()).reached,
            total=cells.get(neighbourhood.id, Cell()).total,
        )
        for neighbourhood in _neighbourhoods(session)
    ]


def coverage_board(
    session: Session,
    audience: Mapping[str, Any] | Audience | None,
    *,
    network: str = "",
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
) -> CoverageBoard:
    """Return the board of an audience, or of the whole directory; ``network``: only members (a slug).

    One statement counts every cell, with all sums.
    """
    reached = _reached(session, audience or WHOLE_DIRECTORY, now=now, purpose=purpose)
    place = _places(network, now)
    theme: ColumnElement[Any] = OrganisationTheme.__table__.c.theme_id
    nobody = cast(null(), Integer)
    themed = OrganisationTheme.organisation_id == place.c.organisation_id
    by_place = _counted(place, reached, nobody, place.c.neighbourhood_id)
    by_theme = _counted(place, reached, theme, nobody)
    both = _counted(place, reached, theme, place.c.neighbourhood_id)
    rows = session.execute(
        union_all(
            both.join(OrganisationTheme, themed).group_by(theme, place.c.neighbourhood_id),
            by_theme.join(OrganisationTheme, themed).group_by(theme),
            by_place.group_by(place.c.neighbourhood_id),
            _counted(place, reached, nobody, nobody),
        )
    )
    return CoverageBoard(
        places=_neighbourhoods(session),
        themes=list(session.scalars(select(Theme).order_by(Theme.position, Theme.name))),
        cells={
            (theme_id or ANY_THEME, place_id or ANYWHERE): Cell(met, total) for theme_id, place_id, total, met in rows
        },
        nowhere=session.scalar(_nowhere(network, now)) or 0,
    )


def missing_organisations(
    session: Session,
    audience: Mapping[str, Any] | Audience | None,
    *,
    place_id: int = ANYWHERE,
    theme_id: int = ANY_THEME,
    network: str = "",
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
) -> Select[Organisation]:
    """Return the question for the organisations of a cell that no letter reaches, by name."""
    reached = _reached(session, audience or WHOLE_DIRECTORY, now=now, purpose=purpose)
    place = _places(network, now)
    here = select(place.c.organisation_id)
    if place_id != ANYWHERE:
        here = here.where(place.c.neighbourhood_id == place_id)
    wanted = select(Organisation).where(
        Organisation.id.in_(here), Organisation.id.not_in(select(reached.c.organisation_id))
    )
    if theme_id != ANY_THEME:
        themed = select(OrganisationTheme.organisation_id).where(OrganisationTheme.theme_id == theme_id)
        wanted = wanted.where(Organisation.id.in_(themed))
    return wanted.order_by(Organisation.name_key, Organisation.id)


def _reached(session: Session, audience: Mapping[str, Any] | Audience, *, now: datetime, purpose: Purpose) -> CTE:
    letters = letters_of(session, audience, now=now, purpose=purpose)
    return (
        select(letters.c.organisation_id)
        .where(letters.c.is_chosen == 1, letters.c.state == OPEN, letters.c.organisation_id.is_not(None))
        .distinct()
        .cte("reached_organisation")
    )


def _counted(place: CTE, reached: CTE, *by: ColumnElement[Any]) -> Select[Any]:
    """How many organisations there are, and how many are reached."""
    return (
        select(
            *by,
            func.count(distinct(place.c.organisation_id)),
            func.count(distinct(reached.c.organisation_id)),
        )
        .select_from(place)
        .outerjoin(reached, reached.c.organisation_id == place.c.organisation_id)
    )


def _places(network: str, now: datetime) -> CTE:
    """Active organisations in each neighbourhood where they work, or sit when we do not know where they work."""
    somewhere = select(OrganisationServiceArea.organisation_id)
    works = (
        select(OrganisationServiceArea.neighbourhood_id, Organisation.id.label("organisation_id"))
        .join(Organisation, Organisation.id == OrganisationServiceArea.organisation_id)
        .where(_counts(network, now))
    )
    sits = select(Organisation.seat_id, Organisation.id).where(
        _counts(network, now), Organisation.seat_id.is_not(None), Organisation.id.not_in(somewhere)
    )
    return union_all(works, sits).cte("place")


def _nowhere(network: str, now: datetime) -> Select[int]:
    somewhere = select(OrganisationServiceArea.organisation_id)
    return select(func.count(Organisation.id)).where(
        _counts(network, now), Organisation.seat_id.is_(None), Organisation.id.not_in(somewhere)
    )


def _counts(network: str, now: datetime) -> ColumnElement[bool]:
    active = Organisation.stopped_on.is_(None)
    if not network:
        return active
    return and_(active, is_member(InNetwork((network,)), Seat(Organisation.__table__.c.id, None, None), now))


def _neighbourhoods(session: Session) -> list[Neighbourhood]:
    return list(session.scalars(select(Neighbourhood).order_by(Neighbourhood.position, Neighbourhood.name)))
