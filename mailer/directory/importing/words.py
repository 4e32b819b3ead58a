"""The words of the vocabulary as a cell spells them: one or several at once, by name, slug or alias."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.cells import Cleaned, Remark, say_nothing
from mailer.directory.models import (
    Neighbourhood,
    NeighbourhoodAlias,
    Network,
    OrganisationKind,
    OrganisationKindAlias,
    RoleKind,
    RoleKindAlias,
    TargetGroup,
    TargetGroupAlias,
    Theme,
    ThemeAlias,
)
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold

W = TypeVar("W")

# From the surest separator to the least: "Kunst en cultuur" is one theme, so a label that is known is never cut.
_SEPARATORS = (r"[;|\n]", r",", r"/", r"\s\+\s|\+", r"\s(?:en|&)\s|&")
# May be the neighbourhood or the whole area, or one of two: only a person knows which.
_UNCLEAR_PLACES = {
    "delfshaven": ("Delfshaven (buurt)", "Heel Delfshaven"),
    "dh": ("Delfshaven (buurt)", "Heel Delfshaven"),
    "west": ("Nieuwe Westen", "Heel Delfshaven"),
    "mathenesse": ("Oud-Mathenesse", "Nieuw-Mathenesse (M4H)"),
}


@dataclass(frozen=True)
class Words(Generic[W]):
    """Every spelling of one sort of word, folded."""

    by_spelling: dict[str, tuple[W, ...]]

    def find(self, text: str) -> tuple[W, ...]:
        """Return the words this spelling stands for (BoTu: two), or none."""
        return self.by_spelling.get(fold(text), ())

    def read_one(self, text: str) -> Cleaned[W | None]:
        """Return the one word the cell names; the words that are not known are remarked."""
        found = self.read_many(text)
        return Cleaned(found.value[0] if found.value else None, found.remarks)

    def read_many(self, text: str) -> Cleaned[tuple[W, ...]]:
        """Return every word in the cell, in order, each once."""
        if whole := self.find(text):
            return Cleaned(whole)
        said = say_nothing(text)
        found, unknown = split_known(said.value, self.find)
        remarks = [*said.remarks]
        if unknown:
            listed = ", ".join(unknown)
            message = _("“%(words)s” kennen we niet. We lezen dit niet in.", words=listed)
            remarks.append(Remark("unknown-word", message))
        return Cleaned(tuple(dict.fromkeys(found)), tuple(remarks))


@dataclass(frozen=True)
class Vocabulary:
    """All words, loaded once for a whole file."""

    neighbourhoods: Words[Neighbourhood]
    themes: Words[Theme]
    kinds: Words[OrganisationKind]
    target_groups: Words[TargetGroup]
    role_kinds: Words[RoleKind]
    networks: Words[Network]

    def read_places(self, text: str) -> Cleaned[tuple[Neighbourhood, ...]]:
        """Return the neighbourhoods in the cell; bare "Delfshaven" is a doubt."""
        unclear = [options for part in re.split(r"[;|\n,/+]", text) if (options := _UNCLEAR_PLACES.get(fold(part)))]
        if not unclear:
            return self.neighbourhoods.read_many(text)
        one, other = unclear[0]
        message = _(
            "“%(typed)s” kan twee dingen zijn. Bedoel je %(one)s of %(other)s?",
            typed=text.strip(),
            one=one,
            other=other,
        )
        return Cleaned((), (Remark("unclear-place", message, is_doubt=True),))


def load_vocabulary(session: Session) -> Vocabulary:
    """Load all words and their aliases."""
    return Vocabulary(
        neighbourhoods=_load(session, Neighbourhood, NeighbourhoodAlias, "neighbourhood"),
        themes=_load(session, Theme, ThemeAlias, "theme"),
        kinds=_load(session, OrganisationKind, OrganisationKindAlias, "kind"),
        target_groups=_load(session, TargetGroup, TargetGroupAlias, "target_group"),
        role_kinds=_load(session, RoleKind, RoleKindAlias, "role_kind"),
        networks=_load(session, Network, None, ""),
    )


def split_known(text: str, find: Callable[[str], tuple[W, ...]], *, level: int = 0) -> tuple[list[W], list[str]]:
    """Return what the text names and the parts that are not known, cutting only where the whole is not known."""
    if not text.strip():
        return [], []
    if found := find(text):
        return list(found), []
    while level < len(_SEPARATORS):
        parts = [part for part in re.split(_SEPARATORS[level], text, flags=re.IGNORECASE) if part.strip()]
        level += 1
        if len(parts) > 1:
            return _all_parts(parts, find, level)
    return [], [text.strip()]


def _all_parts(parts: list[str], find: Callable[[str], tuple[W, ...]], level: int) -> tuple[list[W], list[str]]:
    found: list[W] = []
    unknown: list[str] = []
    for part in parts:
        more, not_known = split_known(part, find, level=level)
        found += more
        unknown += not_known
    return found, unknown


def _load(session: Session, word: type[Any], alias: type[Any] | None, pointer: str) -> Words[Any]:
    spellings: dict[str, tuple[Any, ...]] = {}
    words = {row.id: row for row in session.scalars(select(word).order_by(word.position, word.name))}
    for row in session.scalars(select(alias)) if alias is not None else ():
        spellings[row.alias] = (*spellings.get(row.alias, ()), words[getattr(row, f"{pointer}_id")])
    for row in words.values():
        spellings[fold(row.slug)] = spellings[fold(row.name)] = (row,)
    return Words(spellings)
