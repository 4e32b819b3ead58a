"""The ids of the vocabulary by slug, for planting: a sample speaks in slugs, rows in ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Neighbourhood, OrganisationKind, RoleKind, TargetGroup, Theme


@dataclass(frozen=True)
class Words:
    """Slug → id."""

    themes: dict[str, int]
    neighbourhoods: dict[str, int]
    kinds: dict[str, int]
    target_groups: dict[str, int]
    role_kinds: dict[str, int]


def words_of(session: Session) -> Words:
    """Return the vocabulary as it is in the database."""
    return Words(
        themes=_ids(session, Theme),
        neighbourhoods=_ids(session, Neighbourhood),
        kinds=_ids(session, OrganisationKind),
        target_groups=_ids(session, TargetGroup),
        role_kinds=_ids(session, RoleKind),
    )


def _ids(session: Session, kind: type[Any]) -> dict[str, int]:
    return dict(session.execute(select(kind.slug, kind.id)).all())
