"""Questions about audiences: the saved selections, and addresses by hand that nobody has. Only reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.audiences.rules.criteria import Audience, leaves_of, parse_audience
from mailer.directory.models import (
    Mailbox,
)
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _


def segments(session: Session) -> Sequence[Segment]:
    """Return the saved selections, by name."""
    return session.scalars(select(Segment).order_by(Segment.name)).all()


def segment_of_slug(session: Session, slug: str) -> Segment:
    """Return the selection of this slug; raises ``NotFound``."""
    segment = session.scalars(select(Segment).where(Segment.slug == slug)).one_or_none()
    if segment is None:
        raise NotFound(_("Deze selectie bestaat niet (meer)."))
    return segment


def segments_that_use(session: Session, slug: str) -> list[Segment]:
    """Return the saved selections whose rule names this one."""
    return [segment for segment in segments(session) if slug in _named_in(segment)]


def unknown_addresses(session: Session, audience: Mapping[str, Any] | Audience) -> list[str]:
    """Return the addresses added or taken out by hand that are not in the directory: probably a typing mistake."""
    value = audience if isinstance(audience, Audience) else parse_audience(audience)
    asked = [*value.include, *value.exclude]
    known = set(session.scalars(select(Mailbox.address_key).where(Mailbox.address_key.in_(asked))))
    return [key for key in asked if key not in known]


def _named_in(segment: Segment) -> set[str]:
    rule = parse_audience(segment.audience).rule
    return {slug for leaf in leaves_of(rule) if leaf.kind == "segment" for slug in leaf.value}
