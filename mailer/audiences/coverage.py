"""Which neighbourhoods an audience reaches: the gaps that nobody sees in a list of addresses. Only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.choosing import ANY_PURPOSE, OPEN, Purpose, letters_of
from mailer.audiences.criteria import Audience
from mailer.directory.models import Neighbourhood, Organisation, OrganisationServiceArea


@dataclass(frozen=True)
class Coverage:
    """Of one neighbourhood: how many organisations an audience reaches, of how many there are."""

    neighbourhood: str
    slug: str
    # False for "Heel Delfshaven", "buiten" and "onbekend": no place where somebody could be missing.
    is_on_the_map: bool
    reached: int
    total: int

    @property
    def depth(self) -> int:
        """How dark its tile is: 0 nobody, 1 a few, 2 some, 3 at least a quarter of its organisations."""
        if not self.reached:
            return 0
        share = self.reached / self.total
        return 3 if share >= 1 / 4 else 2 if share >= 1 / 10 else 1


def coverage(
    session: Session, audience: Mapping[str, Any] | Audience, *, now: datetime, purpose: Purpose = ANY_PURPOSE
) -> list[Coverage]:
    """Return for each neighbourhood how many of its active organisations a letter reaches; one may work in several."""
    letters = letters_of(session, audience, now=now, purpose=purpose)
    reached = set(
        session.scalars(
            select(letters.c.organisation_id).where(
                letters.c.is_chosen == 1, letters.c.state == OPEN, letters.c.organisation_id.is_not(None)
            )
        )
    )
    places = _places(session)
    return [
        Coverage(
            neighbourhood=neighbourhood.name,
            slug=neighbourhood.slug,
            is_on_the_map=neighbourhood.is_inside and not neighbourhood.covers_all,
            reached=len(places.get(neighbourhood.id, set()) & reached),
            total=len(places.get(neighbourhood.id, set())),
        )
        for neighbourhood in session.scalars(select(Neighbourhood).order_by(Neighbourhood.position, Neighbourhood.name))
    ]


def _places(session: Session) -> dict[int, set[int]]:
    """Neighbourhood id → active organisations that work there, or sit there when we do not know where they work."""
    places: dict[int, set[int]] = {}
    works = session.execute(
        select(OrganisationServiceArea.neighbourhood_id, Organisation.id)
        .join(Organisation, Organisation.id == OrganisationServiceArea.organisation_id)
        .where(Organisation.stopped_on.is_(None))
    )
    somewhere = select(OrganisationServiceArea.organisation_id)
    sits = session.execute(
        select(Organisation.seat_id, Organisation.id).where(
            Organisation.stopped_on.is_(None), Organisation.seat_id.is_not(None), Organisation.id.not_in(somewhere)
        )
    )
    for neighbourhood_id, organisation_id in [*works, *sits]:
        places.setdefault(neighbourhood_id, set()).add(organisation_id)
    return places
