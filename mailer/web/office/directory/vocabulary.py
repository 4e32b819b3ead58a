"""The words of the directory as choices in a form, and as words on a chip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mailer.directory.models import Neighbourhood, Network, OrganisationKind, RoleKind, TargetGroup, Theme
from mailer.directory.models.vocabulary import Word
from mailer.directory.queries import WordRow, words
from mailer.web import current

KINDS: dict[str, type[Word]] = {
    "wijk": Neighbourhood,
    "thema": Theme,
    "netwerk": Network,
    "soort": OrganisationKind,
    "doelgroep": TargetGroup,
    "functie": RoleKind,
}
Choices = list[tuple[str, str]]


def choices(*names: str) -> dict[str, Choices]:
    """Return for each kind of word its (slug, name) pairs, in the order of lists."""
    return {name: [(word.slug, word.name) for word in _words(KINDS[name])] for name in names}


def naming(options: Choices) -> Callable[[str], str]:
    """Return a function that gives the name of a slug; an unknown slug reads as itself."""
    names = dict(options)
    return lambda slug: names.get(slug, slug)


def _words(kind: type[WordRow]) -> Sequence[WordRow]:
    return words(current.session(), kind)
