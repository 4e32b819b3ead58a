"""Names of people as lists hold them: in three columns, in one, turned round, with titles and particles in odd places.

Capitals are never changed and a name is never guessed apart: what is not sure stays whole.
"""

# ruff: noqa: SIM905 - a list of words reads best as text
from __future__ import annotations

import re
from dataclasses import dataclass

from mailer.wire.spelling import fold, tidy

# Written small after a given name ("van der Klinker"), and moved when they stand in the wrong column.
_DUTCH = frozenset(
    {"van", "de", "der", "den", "het", "'t", "’t", "ter", "ten", "te", "op", "in", "aan", "vd", "v.d.", "v/d", "v."}
)
# Of other languages: found, but their capitals are the family's own.
_FOREIGN = frozenset({"el", "al", "da", "do", "dos", "das", "di", "du", "la", "le", "von", "zu"})
_TITLES = frozenset(
    "mw mevr mevrouw mej dhr heer hr de heer drs dr ir ing mr prof bc ba ma msc bsc mba phd ds imam pastoor".split()
)
_INITIALS = re.compile(r"^(?:\w\.?-?){1,4}$|^(?:\w\.){1,6}$", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in its parts; each may be empty."""

    title: str = ""
    given: str = ""
    particle: str = ""
    family: str = ""

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.given, self.particle, self.family) if part)

    @property
    def surname(self) -> str:
        """The family name with its particle: "van der Klinker"."""
        return " ".join(part for part in (self.particle, self.family) if part)

    @property
    def key(self) -> str:
        """For comparing: folded, without particles, because "v.d. Klinker" and "van der Klinker" are one name."""
        return fold(f"{self.given} {self.family}")

    @property
    def is_initials(self) -> bool:
        """Whether the given name is only letters: "S." or "J.P."."""
        return are_initials(self.given)


def name_from_columns(*, title: str, given: str, particle: str, family: str) -> Name:
    """Return the name that stands in three columns, with particles moved to where they belong."""
    title, given, particle, family = tidy(title), tidy(given), tidy(particle), tidy(family)
    if not particle and "," in family:
        before, _comma, after = family.partition(",")
        if _is_particle(after):
            family, particle = before.strip(), after.strip()
    if not particle:
        particle, family = _split_particle(family)
    if not given and not particle and " " in family and "," in family:
        return name_from_text(family)
    return Name(title=title, given=given, particle=_written_small(particle), family=family)


def name_from_text(text: str) -> Name:
    """Return the parts of a full name: "mw. drs. F. van der Klinker" or "Klinker, Fatuma van der"."""
    titles, rest = _split_titles(tidy(text).replace("\n", " "))
    before, comma, after = rest.partition(",")
    if comma:
        return _turned_round(titles, before.strip(), after.strip())
    words = rest.split()
    if len(words) < 2:
        return Name(title=titles, given=rest) if titles == "" else Name(title=titles, family=rest)
    if _is_particle(words[0]):
        particle, family = _split_particle(rest)
        return Name(title=titles, particle=_written_small(particle), family=family)
    given_words = _count_given(words)
    particle, family = _split_particle(" ".join(words[given_words:]))
    return Name(titles, " ".join(words[:given_words]), _written_small(particle), family)


def is_unsure(text: str) -> bool:
    """Return whether a cell with a whole name cannot be taken apart: two people, a sentence, a number in it."""
    _titles, rest = _split_titles(tidy(text).replace("\n", " "))
    words = rest.split()
    if re.search(r"[\d&/+;()]|\s(?:en|and|of)\s|,.*,", rest, re.IGNORECASE):
        return True
    return len(words) > 5 and not any(_is_particle(word) for word in words)


def are_initials(given: str) -> bool:
    """Return whether a given name is initials: "S.", "J.P.", "F"."""
    bare = given.replace(" ", "")
    return bool(bare) and (len(bare) == 1 or ("." in bare and bool(_INITIALS.match(bare))))


def may_be_same_name(one: Name, other: Name) -> bool:
    """Return whether two names can be one person's: equal, or one has only initials or no family name of the other."""
    if one.key == other.key:
        return True
    # Other lists keep "ben Zellij" in one cell.
    families_agree = fold(one.family) == fold(other.family) or fold(one.surname) == fold(other.surname)
    if not families_agree:
        return bool(fold(one.given)) and fold(one.given) == fold(other.given) and not (one.family and other.family)
    if not one.given or not other.given:
        return bool(one.family)
    if fold(one.given) == fold(other.given):
        return True
    return (one.is_initials or other.is_initials) and fold(one.given)[:1] == fold(other.given)[:1]


def _turned_round(titles: str, before: str, after: str) -> Name:
    if _is_particle(after):
        return Name(title=titles, particle=_written_small(after), family=before)
    words = after.split()
    cut = len(words)
    while cut > 0 and _is_particle(words[cut - 1]):
        cut -= 1
    return Name(titles, " ".join(words[:cut]), _written_small(" ".join(words[cut:])), before)


def _count_given(words: list[str]) -> int:
    """Given names end where a particle begins; without one, the last word is the family name."""
    for place, word in enumerate(words[1:], start=1):
        if _is_particle(word):
            return place
    return len(words) - 1


def _split_titles(text: str) -> tuple[str, str]:
    words = text.split()
    titles: list[str] = []
    while len(words) > 1 and fold(words[0].rstrip(".")) in _TITLES:
        titles.append(words.pop(0))
    return " ".join(titles), " ".join(words)


def _split_particle(family: str) -> tuple[str, str]:
    family = re.sub(r"^(el|al)-(?=\w)", r"\1 ", family, flags=re.IGNORECASE)
    words = family.split()
    cut = 0
    while cut < len(words) - 1 and _is_particle(words[cut]):
        cut += 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _is_particle(text: str) -> bool:
    words = text.casefold().split()
    return bool(words) and all(word.rstrip("-") in _DUTCH or word.rstrip("-") in _FOREIGN for word in words)


def _written_small(particle: str) -> str:
    words = particle.split()
    return " ".join(word.lower() if word.casefold() in _DUTCH else word.rstrip("-") for word in words)
