"""Names that differ by one slip, found without comparing each with each.

One slip (a letter wrong, left out, doubled, or two changed places) leaves the first or the last third of a name whole.
So a name is kept under both, with its length and its digits; whoever shares one is compared. A set of all slips of all
names would be quicker to ask and ten times as large.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailer.directory.importing.known.entries import KnownOrganisation
from mailer.directory.importing.known.indexing import Index
from mailer.directory.likeness import SHORTEST_WITH_TYPO, is_one_slip


class NearNames:
    """Organisations by the parts of their names that a slip leaves whole."""

    def __init__(self) -> None:
        self._by_part: Index[KnownOrganisation] = Index()

    def know(self, organisation: KnownOrganisation) -> None:
        """Make an organisation findable by a name that is nearly its own."""
        for part in _parts(organisation.name_key, (0,)):
            self._by_part.add(part, organisation)

    def one_slip_from(self, name_key: str) -> list[KnownOrganisation]:
        """Return the organisations whose name differs from this by one slip."""
        found: dict[KnownOrganisation, None] = {}
        for part in _parts(name_key, (-1, 0, 1)):
            for near in self._by_part.of(part):
                if near not in found and is_one_slip(near.name_key, name_key):
                    found[near] = None
        return list(found)


def _parts(name_key: str, longer: tuple[int, ...]) -> Iterator[str]:
    """Yield the first and the last third of a name, for names that are so much longer."""
    if len(name_key) < SHORTEST_WITH_TYPO:
        return
    digits = "".join(sign for sign in name_key if sign.isdigit())
    for more in longer:
        length = len(name_key) + more
        # The length of the name that is looked for decides how much of both is compared.
        size = (length - 1) // 3
        yield f"{length} {digits}<{name_key[:size]}"
        yield f"{length} {digits}>{name_key[-size:]}"
