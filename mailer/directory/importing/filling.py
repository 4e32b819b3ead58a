"""Writes what a row says onto what we have, and keeps the list of what that changed.

An empty cell never erases, unless somebody said so of its column; a list (themes, areas, mailboxes) only grows. A value
that an earlier row of the same file already gave is never overwritten by a later one: that is a contradiction, and a
doubt.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from mailer.directory.importing.rows import Row
from mailer.directory.models import Organisation, Person
from mailer.foundation.language import gettext as _


class Filling:
    """The changes one row makes. Nothing is written before ``write``, so a row that turns doubtful leaves no trace."""

    def __init__(self, row: Row, target: Organisation | Person, *, earlier_row: int | None, keeps_ours: bool) -> None:
        self.changes: list[dict[str, str]] = []
        self._row = row
        self._target = target
        self._earlier_row = earlier_row
        self._keeps_ours = keeps_ours
        self._writes: list[Callable[[], object]] = []

    def put(
        self,
        field: str,
        attribute: str,
        value: Any,
        *,
        of: object | None = None,
        say: Callable[[Any], str] = str,
        is_same: Callable[[Any, Any], bool] = operator.eq,
    ) -> None:
        """Set one value of the target (or ``of`` something of it), when the row has one and it differs."""
        owner = self._target if of is None else of
        ours = getattr(owner, attribute)
        has_ours = ours not in (None, "")
        if value in (None, ""):
            if has_ours and self._row.erases(field):
                self.replace(field, say(ours), "", partial(setattr, owner, attribute, _nothing_like(ours)))
            return
        if has_ours and is_same(ours, value):
            return
        write = partial(setattr, owner, attribute, value)
        self.replace(field, say(ours) if has_ours else "", say(value), write)

    def replace(self, field: str, before: str, after: str, write: Callable[[], object]) -> None:
        """Change one value, unless ours is to be kept or an earlier row of this file gave it."""
        if before and self._keeps_ours:
            return
        if before and self._earlier_row is not None:
            self._contradict(field, before, after)
            return
        self.change(field, before, after, write)

    def has_column(self, field: str) -> bool:
        """Whether the file has a column for it."""
        return bool(self._row.header(field))

    def add(self, field: str, said: str, write: Callable[[], object]) -> None:
        """Add one thing to a list."""
        self.change(field, "", said, write)

    def change(self, field: str, before: str, after: str, write: Callable[[], object]) -> None:
        self.changes.append({"column": self._row.header(field), "before": before, "after": after})
        self._writes.append(write)

    def write(self) -> None:
        """Do it all."""
        for write in self._writes:
            write()

    def note(self, field: str, attribute: str, said: str) -> None:
        """Add what was said to a note for staff, when it does not stand there yet."""
        ours = getattr(self._target, attribute) or ""
        if said and said not in ours:
            self.add(field, said, partial(setattr, self._target, attribute, f"{ours}\n{said}".strip()))

    def _contradict(self, field: str, ours: str, theirs: str) -> None:
        message = _(
            "Rij %(row)s gaat over dezelfde, maar daar staat “%(ours)s” en hier “%(theirs)s”.",
            row=self._earlier_row,
            ours=ours,
            theirs=theirs,
        )
        self._row.doubt(field, "contradicts-earlier-row", message, {"row": self._earlier_row or 0})


def _nothing_like(value: Any) -> Any:
    """The empty value of a column: texts are never NULL."""
    return "" if isinstance(value, str) else None
