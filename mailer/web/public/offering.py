"""The words of the directory that somebody outside may tick."""

from __future__ import annotations

from collections.abc import Collection

from mailer.directory.models.vocabulary import Word
from mailer.directory.queries import words
from mailer.web import current

# A neighbourhood for who has none that we know.
NOWHERE = "onbekend"


def offered(kind: type[Word], chosen: Collection[str]) -> list[tuple[str, str]]:
    """Return slug and name of what can be ticked. Nobody chooses "onbekend"; who has it can take it away."""
    found = words(current.session(), kind)
    return [(word.slug, word.name) for word in found if word.slug != NOWHERE or word.slug in chosen]
