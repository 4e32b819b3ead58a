"""Filters in the address of a list: shareable, kept by the back button, each a chip that can be taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request, url_for


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to now: name in the address → value. Names that hold nothing are not there."""

    endpoint: str
    chosen: Mapping[str, str]

    @classmethod
    def read(cls, endpoint: str, names: tuple[str, ...]) -> Filters:
        """Read these names from the address of the page at hand."""
        given = {name: request.args.get(name, "").strip()[:100] for name in names}
        return cls(endpoint, {name: value for name, value in given.items() if value})

    def value(self, name: str) -> str:
        """Return the value of a filter, or an empty text."""
        return self.chosen.get(name, "")

    def url(self, **changes: object) -> str:
        """Return the address of the list with some filters changed; None takes one away."""
        values = {**self.chosen, **changes}
        return url_for(self.endpoint, **{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]

    def page(self, number: int) -> str:
        """Return the address of a page of the list as it is filtered now."""
        return self.url(bladzijde=number if number > 1 else None)

    def chips(self, words: Mapping[str, Callable[[str], str]]) -> list[tuple[str, str]]:
        """Return for each filter that is on and has words: how it reads, and the list without it."""
        return [(words[name](value), self.url(**{name: None})) for name, value in self.chosen.items() if name in words]
