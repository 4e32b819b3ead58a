"""Saving an audience as a selection with a name, changing it, and throwing it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.audiences.queries import segments_that_use
from mailer.audiences.rules.criteria import Audience, audience_to_json, parse_audience
from mailer.audiences.rules.understanding import understand
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.wire.spelling import free_slug, slug_of


def save_segment(session: Session, name: str, audience: Mapping[str, Any] | Audience, *, now: datetime) -> Segment:
    """Save a new selection under this name.

    Raises ``BadInput`` when the name is empty or taken, or the audience is not good.
    """
    name = _good_name(session, name, None)
    segment = Segment(
        slug=_free_slug(session, name), name=name, audience=_checked(session, audience), created_at=now, changed_at=now
    )
    session.add(segment)
    session.flush()
    return segment


def change_segment(
    session: Session, segment: Segment, *, name: str, audience: Mapping[str, Any] | Audience, now: datetime
) -> None:
    """Give a selection another name or rule; its slug stays, because other rules use it.

    Raises ``BadInput`` also when the rule would lead back to this selection.
    """
    segment.name = _good_name(session, name, segment)
    segment.audience = _checked(session, audience, inside=(segment.slug,))
    segment.changed_at = now
    session.flush()


def delete_segment(session: Session, segment: Segment) -> None:
    """Throw a selection away; raises ``Conflict`` when another selection needs it."""
    users = segments_that_use(session, segment.slug)
    if users:
        names = listing([user.name for user in users])
        raise Conflict(_("Deze selectie zit nog in een andere: %(names)s. Haal haar daar eerst uit.", names=names))
    session.delete(segment)
    session.flush()


def _checked(
    session: Session, audience: Mapping[str, Any] | Audience, *, inside: tuple[str, ...] = ()
) -> dict[str, Any]:
    value = audience if isinstance(audience, Audience) else parse_audience(audience)
    understand(session, value, inside=inside)
    return audience_to_json(value)


def _good_name(session: Session, name: str, segment: Segment | None) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadInput(_("Geef de selectie een naam, bijvoorbeeld: Coalitieleden in Spangen."), field="name")
    if len(name) > 120:
        raise BadInput(_("Deze naam is te lang. Gebruik hooguit 120 tekens."), field="name")
    taken = session.scalars(select(Segment).where(Segment.name == name)).first()
    if taken is not None and taken is not segment:
        raise BadInput(_("Er is al een selectie die ‘%(name)s’ heet.", name=name), field="name")
    return name


def _free_slug(session: Session, name: str) -> str:
    stem = slug_of(name, longest=70) or "selectie"
    taken = set(session.scalars(select(Segment.slug).where(Segment.slug.startswith(stem))))
    return free_slug(stem, taken)
