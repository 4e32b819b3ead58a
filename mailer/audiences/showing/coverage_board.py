"""How well places and themes are reached, as numbers: cells, and the board they make. Worked out in ``coverage``."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailer.directory.models import Neighbourhood, Theme

ANYWHERE = ANY_THEME = 0


@dataclass(frozen=True)
class Coverage:
    """Of one neighbourhood: how many organisations an audience reaches, of how many there are."""

    neighbourhood: str
    slug: str
    # False for "Heel Delfshaven", "buiten" and "onbekend": no place where somebody could be missing.
    is_on_the_map: bool
    reached: int
    total: int

    @property
    def depth(self) -> int:
        """How dark its tile is: 0 nobody, 1 a few, 2 some, 3 at least a quarter of its organisations."""
        return Cell(self.reached, self.total).depth


@dataclass(frozen=True)
class Cell:
    """How many organisations are reached, of how many there are, in one place with one theme."""

    reached: int = 0
    total: int = 0

    @property
    def missing(self) -> int:
        return self.total - self.reached

    @property
    def depth(self) -> int:
        """How well it is reached: 0 nobody, 1 a few, 2 some, 3 at least a quarter."""
        if not self.reached:
            return 0
        share = self.reached / self.total
        return 3 if share >= 1 / 4 else 2 if share >= 1 / 10 else 1

    @property
    def depth_of_all(self) -> int:
        """The same for the whole directory, of which one hopes to reach nearly everybody: 3 from nine out of ten."""
        if not self.reached:
            return 0
        share = self.reached / self.total
        return 3 if share >= 9 / 10 else 2 if share >= 2 / 3 else 1


@dataclass(frozen=True)
class CoverageBoard:
    """Themes × neighbourhoods, for one network or for all: who is reached and who is missing."""

    places: list[Neighbourhood]
    themes: list[Theme]
    # (theme id or ``ANY_THEME``, neighbourhood id or ``ANYWHERE``) → its cell; one without organisations is not there.
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    # Active organisations of which we know no place at all.
    nowhere: int = 0

    def cell(self, theme_id: int, place_id: int) -> Cell:
        return self.cells.get((theme_id, place_id), Cell())

    @property
    def whole(self) -> Cell:
        return self.cell(ANY_THEME, ANYWHERE)

    def forgotten_places(self) -> list[Neighbourhood]:
        """Neighbourhoods on the map with organisations, of which not one is reached."""
        return [
            place for place in self.places if is_on_the_map(place) and _is_forgotten(self.cell(ANY_THEME, place.id))
        ]

    def forgotten_cells(self) -> list[tuple[Theme, Neighbourhood, Cell]]:
        """Themes in a neighbourhood with organisations, of which not one is reached, where the place as a whole is."""
        return [
            (theme, place, self.cell(theme.id, place.id))
            for place in self.places
            if is_on_the_map(place) and not _is_forgotten(self.cell(ANY_THEME, place.id))
            for theme in self.themes
            if _is_forgotten(self.cell(theme.id, place.id))
        ]


def is_on_the_map(place: Neighbourhood) -> bool:
    """Return whether this is a place where somebody could be missing."""
    return place.is_inside and not place.covers_all


def _is_forgotten(cell: Cell) -> bool:
    return cell.total > 0 and not cell.reached
