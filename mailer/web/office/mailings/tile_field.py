"""The field of tiles: every tile a letter, coloured by how it stands. Pure: numbers in, SVG paths out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS = 52
SIDE = 10
MOST_TILES = 1040


@dataclass(frozen=True)
class TileField:
    """One path per look, one for the joints; ``per_tile`` letters a tile."""

    width: int
    height: int
    paths: list[tuple[str, str]]
    joints: str
    per_tile: int


def tile_field(counts: Sequence[tuple[str, int]]) -> TileField:
    """Lay the tiles of each (look, number) one after the other, row by row."""
    total = sum(number for _look, number in counts)
    per_tile = max(1, -(-total // MOST_TILES))
    columns = min(COLUMNS, max(1, -(-total // per_tile)))
    paths, laid, seen = [], 0, 0
    for look, number in counts:
        seen += number
        # Rounded on the running sum, so that the tiles of all looks add up to the whole.
        until = -(-seen // per_tile)
        if until > laid:
            paths.append((look, _stretch(laid, until, columns)))
        laid = until
    rows = max(1, -(-laid // columns))
    return TileField(columns * SIDE, rows * SIDE, paths, _joints(columns, rows), per_tile)


def _stretch(start: int, end: int, columns: int) -> str:
    """Return the path over the tiles from ``start`` up to ``end``: a rectangle per row."""
    pieces = []
    while start < end:
        row, column = divmod(start, columns)
        length = min(end - start, columns - column)
        pieces.append(f"M{column * SIDE} {row * SIDE}h{length * SIDE}v{SIDE}h-{length * SIDE}z")
        start += length
    return "".join(pieces)


def _joints(columns: int, rows: int) -> str:
    upright = "".join(f"M{column * SIDE} 0V{rows * SIDE}" for column in range(columns + 1))
    level = "".join(f"M0 {row * SIDE}H{columns * SIDE}" for row in range(rows + 1))
    return upright + level
