"""Other spellings of a word, which every list that is read in knows from then on (case 26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Neighbourhood,
    NeighbourhoodAlias,
    OrganisationKind,
    OrganisationKindAlias,
    RoleKind,
    RoleKindAlias,
    TargetGroup,
    TargetGroupAlias,
    Theme,
    ThemeAlias,
)
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator
from mailer.wire.spelling import fold

LONGEST = 120
_SORTS: dict[str, tuple[type[Any], type[Any], str]] = {
    "theme": (Theme, ThemeAlias, "theme_id"),
    "neighbourhood": (Neighbourhood, NeighbourhoodAlias, "neighbourhood_id"),
    "kind": (OrganisationKind, OrganisationKindAlias, "kind_id"),
    "target_group": (TargetGroup, TargetGroupAlias, "target_group_id"),
    "role": (RoleKind, RoleKindAlias, "role_kind_id"),
}


@dataclass(frozen=True)
class Spelled:
    """A word and its other spellings, folded."""

    slug: str
    name: str
    spellings: tuple[str, ...]


def spelled_words(session: Session, sort: str) -> list[Spelled]:
    """Return the words of a sort ("theme", "neighbourhood", "kind", "target_group", "role") with their spellings."""
    word, alias, pointer = _of(sort)
    spellings: dict[int, list[str]] = {}
    for row in session.scalars(select(alias).order_by(alias.alias)):
        spellings.setdefault(getattr(row, pointer), []).append(row.alias)
    rows = session.scalars(select(word).order_by(word.position, word.name))
    return [Spelled(row.slug, row.name, tuple(spellings.get(row.id, ()))) for row in rows]


def add_spelling(session: Session, sort: str, slug: str, typed: str, *, by: Operator | None, now: datetime) -> None:
    """Let every list know another spelling of a word; one that stood for other words stands for this one as well.

    Raises ``BadInput`` when it says nothing, or is the name of a word already.
    """
    word, alias, pointer = _of(sort)
    found = _word(session, word, slug)
    spelling = fold(typed)[:LONGEST]
    if not spelling:
        raise BadInput(_("Vul in hoe het in een lijst staat."), field="spelling")
    names = {fold(text) for row in session.scalars(select(word)) for text in (row.name, row.slug)}
    if spelling in names:
        raise BadInput(_("“%(typed)s” kennen we al: zo heet het zelf.", typed=typed.strip()), field="spelling")
    if session.get(alias, {"alias": spelling, pointer: found.id}) is None:
        session.add(alias(alias=spelling, **{pointer: found.id}))
        note(session, by, "spelling-added", found, now=now, note=spelling)
    session.flush()


def take_spelling(session: Session, sort: str, slug: str, spelling: str, *, by: Operator | None, now: datetime) -> None:
    """Let lists no longer know a spelling of this word; what was read in by it stays."""
    word, alias, pointer = _of(sort)
    found = _word(session, word, slug)
    own = delete(alias).where(alias.alias == spelling, getattr(alias, pointer) == found.id)
    if session.execute(own).rowcount:  # type: ignore[attr-defined]
        note(session, by, "spelling-taken", found, now=now, note=spelling)


def _of(sort: str) -> tuple[type[Any], type[Any], str]:
    if sort not in _SORTS:
        raise NotFound(_("Deze soort woorden kennen we niet."))
    return _SORTS[sort]


def _word(session: Session, word: type[Any], slug: str) -> Any:
    found = session.scalars(select(word).where(word.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(_("Dit woord kennen we niet."))
    return found
