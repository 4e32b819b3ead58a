"""What the misbehaving mail server wrote down, read again by who judges."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Dot:
    """A final dot that arrived; ``taken`` is whether the server has the letter, ``peer`` the port it came from."""

    at: float
    message_id: str
    recipient: str
    taken: bool
    peer: int


@dataclass(frozen=True)
class Seen:
    """The log up to now."""

    lines: tuple[dict[str, Any], ...]

    @cached_property
    def dots(self) -> list[Dot]:
        return [
            Dot(one["at"], one["message_id"], one["recipient"], one["taken"], one["peer"])
            for one in self.lines
            if one["what"] == "dot"
        ]

    @cached_property
    def said_250(self) -> set[str]:
        """The Message-IDs of letters to which a whole 250 was said."""
        return {one["message_id"] for one in self.lines if one["what"] == "said" and one["code"] == 250}

    @cached_property
    def deeds(self) -> list[dict[str, Any]]:
        """Each time that an order was carried out."""
        return [one for one in self.lines if one["what"] == "did"]

    @cached_property
    def leave_links(self) -> dict[str, str]:
        """The link to leave with one click in each recipient's letter."""
        return {one["recipient"]: one["leave"] for one in self.lines if one["what"] == "dot" and one["leave"]}

    @property
    def unclear_answers(self) -> int:
        """How many letters got something else than a plain reply after their bytes began: each may be a doubt.

        In the middle of a letter too: a short one is on its way with its dot before the drop is noticed.
        """
        return sum(one["stage"] in ("body", "dot") and not one["deed"][0].isdigit() for one in self.deeds)


class MailLog:
    """The log file; looks from a mark on, so that each run judges its own part."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()
        self._from = 0

    def begin(self) -> None:
        """Forget what was so far."""
        self._from = self._path.stat().st_size

    def seen(self) -> Seen:
        with open(self._path, "rb") as file:
            file.seek(self._from)
            whole = file.read().rpartition(b"\n")[0]
        return Seen(tuple(json.loads(line) for line in whole.splitlines()))
