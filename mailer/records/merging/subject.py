"""What a merge is about: the row that stays, the row that goes, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, Organisation, Person
from mailer.records.models import MergeKind

MODELS: Mapping[MergeKind, type[Any]] = {
    MergeKind.ORGANISATION: Organisation,
    MergeKind.PERSON: Person,
    MergeKind.MAILBOX: Mailbox,
}
KEEP, LOSE = "keep", "lose"


@dataclass(frozen=True)
class Choices:
    """What a person chose. Whatever is not chosen follows the rule that the pair's page shows."""

    # Field → KEEP or LOSE.
    fields: Mapping[str, str] = field(default_factory=dict)
    # Event id → KEEP or LOSE: whose answer stands where the newest one would take places away.
    answers: Mapping[int, str] = field(default_factory=dict)
    # Event id → ids of the guests who stay on the list, where both parties together are too many.
    guests: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass
class Merging:
    """One merge while it is done. ``keep`` and ``lose`` are two rows of the same kind."""

    session: Session
    kind: MergeKind
    keep: Any
    lose: Any
    choices: Choices
    now: datetime
    # Rows of import reports that told of the lost row.
    import_rows: list[int] = field(default_factory=list)
    # Fields of the lost row that the other one has now, as provenance calls them.
    taken: set[str] = field(default_factory=set)
