"""How many districts there are, how big each is, and which of the imagined ones each is a stamp of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# From here on the sample is stamped; below it every organisation and person is imagined apart.
LARGE = 10_000
PEOPLE_OF_DISTRICT = 1_000
# So many districts differ from each other; the next ones are like an earlier one.
VARIANTS = 20


@dataclass(frozen=True)
class Pattern:
    """Which district is imagined: its dice, and its size."""

    variant: int
    organisations: int
    people: int


@dataclass(frozen=True)
class District:
    """The number of a stamp, and what it is a stamp of."""

    number: int
    pattern: Pattern


def divide(*, organisations: int, people: int) -> Iterator[District]:
    """Return the districts that together have exactly so many organisations and people."""
    count = -(-people // PEOPLE_OF_DISTRICT)
    for number in range(count):
        yield District(
            number,
            Pattern(
                variant=number % VARIANTS,
                organisations=organisations * (number + 1) // count - organisations * number // count,
                people=people * (number + 1) // count - people * number // count,
            ),
        )
