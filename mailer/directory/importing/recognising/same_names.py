"""Two organisations of one name: told apart by what stands in brackets behind it, "De Voeg (Spangen)"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mailer.directory.importing.known.register import Register
from mailer.directory.models import Organisation
from mailer.wire.spelling import fold

# What people know an organisation by, the plainest first.
_TOLD_BY: tuple[Callable[[Organisation], str], ...] = (
    lambda one: one.seat.name if one.seat else "",
    lambda one: one.street,
    lambda one: one.list_number,
)


def told_apart(several: Sequence[Organisation]) -> dict[str, Organisation]:
    """Return name with what tells it from the others → the organisation; empty when nothing tells all of them apart."""
    for told_by in _TOLD_BY:
        words = [told_by(one) for one in several]
        if all(words) and len({fold(word) for word in words}) == len(several):
            return {f"{one.name} ({word})": one for one, word in zip(several, words, strict=True)}
    return {}


def called_in_full(name: str, register: Register) -> list[Organisation]:
    """Return the one that "De Voeg (Spangen)" means, where two are called "De Voeg"."""
    for bare in _without_brackets(name):
        several = register.called(bare) or register.nearly_called(bare)
        if len(several) > 1:
            return [
                one
                for told, one in told_apart(several).items()
                if fold(told) == fold(f"{one.name} {name[len(bare) :]}")
            ]
    return []


def _without_brackets(name: str) -> Iterator[str]:
    at = name.find(" (")
    while at > 0:
        yield name[:at]
        at = name.find(" (", at + 1)
