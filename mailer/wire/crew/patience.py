"""How long the crew waits for what, and how much one connection carries."""

from __future__ import annotations

import math
from dataclasses import dataclass

NEVER = math.inf
# A letter named behind a dot does not wait longer than this for the reply before it.
_LONGEST_BEHIND_DOT = 30.0


@dataclass(frozen=True)
class Patience:
    """Seconds; ``letters`` is how many one connection carries (0: any number)."""

    # Connecting, greeting, encrypting and logging in, together.
    connect: float
    # From naming a letter until its dot leaves.
    transaction: float
    # For the reply to the dot (RFC 5321 §4.5.3.2.6).
    reply: float
    letters: int = 0
    # A quiet connection is closed after this long: servers close them too, and not always with a word.
    idle: float = 20.0

    @property
    def behind_dot(self) -> float:
        """A letter named behind a dot whose reply takes this long goes to another connection."""
        return min(_LONGEST_BEHIND_DOT, self.reply / 4)

    @property
    def tick(self) -> float:
        """Deadlines are looked at this often, not at every step: there are as many as connections."""
        return min(0.25, self.connect / 10, self.transaction / 10, self.reply / 10)
