"""What is to be said about one cell of a row, to whoever brought the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """What is to be said about one cell of a row (or the row: then ``column`` is empty)."""

    column: str
    code: str
    message: str
    # The row that is already there and may be the same: {"organisation": id}, {"person": id} or {"row": number}.
    candidate: dict[str, int] = field(default_factory=dict)
    is_doubt: bool = False
    # Texts that may take the place of the cell: offered, never done.
    proposals: tuple[str, ...] = ()
    # What stood there, where that is worth counting.
    typed: str = ""
    # Others that it may be as well as the candidate, the likeliest first.
    others: tuple[dict[str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"column": self.column, "code": self.code, "message": self.message}
        if self.candidate:
            found["candidate"] = self.candidate
        if self.others:
            found["candidates"] = [self.candidate, *self.others]
        if self.is_doubt:
            found["proposals"] = list(self.proposals)
        return found
