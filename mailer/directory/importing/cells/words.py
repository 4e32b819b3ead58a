"""The words of the vocabulary as a cell spells them: one or several at once, by name, slug or alias."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.cells.cleaning import Cleaned, Remark, say_nothing
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
LAST_CUT = len(_SEPARATORS)
# May be the neighbourhood or the whole area, or one of two: only a person knows which.
_UNCLEAR_PLACES = {
    "delfshaven": ("Delfshaven (buurt)", "Heel Delfshaven"),
    "dh": ("Delfshaven (buurt)", "Heel Delfshaven"),
    "west": ("Nieuwe Westen", "Heel Delfshaven"),
    "mathenesse": ("Oud-Mathenesse", "Nieuw-Mathenesse (M4H)"),
}
NOTHING_SAID: Mapping[str, Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True)
class Words(Generic[W]):
    """Every spelling of one sort of word, folded."""

    by_spelling: dict[str, tuple[W, ...]]
    # What somebody said of a spelling in this very file: which words it means, or none at all.
    chosen: Mapping[str, tuple[W, ...]] = field(default_factory=dict)

    def find(self, text: str) -> tuple[W, ...]:
        """Return the words this spelling stands for (BoTu: two), or none."""
        spelling = fold(text)
        return self.chosen.get(spelling) or self.by_spelling.get(spelling, ())

    def is_decided(self, text: str) -> bool:
        """Return whether somebody said what this spelling means; that may be: nothing."""
        return fold(text) in self.chosen

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
        unknown = [part for part in unknown if not self.is_decided(part)]
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
        parts = [part for part in re.split(r"[;|\n,/+]", text) if not self.neighbourhoods.is_decided(part)]
        unclear = [(part.strip(), options) for part in parts if (options := unclear_places(part))]
        if not unclear:
            return self.neighbourhoods.read_many(text)
        typed, (one, other) = unclear[0]
        message = _(
            "“%(typed)s” kan twee dingen zijn. Bedoel je %(one)s of %(other)s?",
            typed=text.strip(),
            one=one,
            other=other,
        )
        return Cleaned((), (Remark("unclear-place", message, is_doubt=True, typed=typed, meant=(one, other)),))

    def of(self, sort: str) -> Words[Any]:
        """Return the words of a sort: "theme", "neighbourhood", "kind", "target_group", "role"."""
        words: dict[str, Words[Any]] = {
            "neighbourhood": self.neighbourhoods,
            "theme": self.themes,
            "kind": self.kinds,
            "target_group": self.target_groups,
            "role": self.role_kinds,
        }
        return words[sort]


def unclear_places(text: str) -> tuple[str, ...]:
    """Return the names that a place may stand for when only a person knows which; none when it is clear."""
    return _UNCLEAR_PLACES.get(fold(text), ())


def load_vocabulary(session: Session, chosen: Mapping[str, Mapping[str, tuple[str, ...]]] = NOTHING_SAID) -> Vocabulary:
    """Load all words and their aliases; ``chosen`` (sort → spelling → slugs) is what somebody said for this file."""

    def load(sort: str, word: type[Any], alias: type[Any] | None) -> Words[Any]:
        return _load(session, word, alias, sort, chosen.get(sort, {}))

    return Vocabulary(
        neighbourhoods=load("neighbourhood", Neighbourhood, NeighbourhoodAlias),
        themes=load("theme", Theme, ThemeAlias),
        kinds=load("kind", OrganisationKind, OrganisationKindAlias),
        target_groups=load("target_group", TargetGroup, TargetGroupAlias),
        role_kinds=load("role", RoleKind, RoleKindAlias),
        networks=load("", Network, None),
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


def _load(
    session: Session, word: type[Any], alias: type[Any] | None, sort: str, chosen: Mapping[str, tuple[str, ...]]
) -> Words[Any]:
    pointer = "role_kind" if sort == "role" else sort
    spellings: dict[str, tuple[Any, ...]] = {}
    words = {row.id: row for row in session.scalars(select(word).order_by(word.position, word.name))}
    for row in session.scalars(select(alias)) if alias is not None else ():
        spellings[row.alias] = (*spellings.get(row.alias, ()), words[getattr(row, f"{pointer}_id")])
    for row in words.values():
        spellings[fold(row.slug)] = spellings[fold(row.name)] = (row,)
    by_slug = {row.slug: row for row in words.values()}
    said = {spelling: tuple(by_slug[slug] for slug in slugs if slug in by_slug) for spelling, slugs in chosen.items()}
    # A word that is gone since then is a word we do not know, and not one to leave out.
    return Words(spellings, {spelling: found for spelling, found in said.items() if found or not chosen[spelling]})
