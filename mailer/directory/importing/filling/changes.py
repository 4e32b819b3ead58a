"""Writes what a row says onto what we have, and keeps the list of what that changed.

An empty cell never erases, unless somebody said so of its column; a list (themes, areas, mailboxes) only grows. A value
that an earlier row of the same file already gave is never overwritten by a later one: that is a contradiction, and a
doubt. What was changed by hand, or is newer than the row, is kept and told (``weighing``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from mailer.directory.importing.choices.decisions import OURS, THEIRS
from mailer.directory.importing.filling.tracing import Said
from mailer.directory.importing.filling.weighing import Scales
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import Organisation, Person
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import tidy

Named = str | Callable[[Any], str] | None
"""The field as provenance calls it, or how to call it once what ``write`` returned has its id."""


def _reads_alike(ours: Any, theirs: Any) -> bool:
    """What was typed by hand is not tidied; from a list it is, and comes back as other signs that read alike."""
    return bool(ours == theirs or (isinstance(ours, str) and isinstance(theirs, str) and tidy(ours) == tidy(theirs)))


class Filling:
    """The changes one row makes. Nothing is written before ``write``, so a row that turns doubtful leaves no trace."""

    def __init__(
        self,
        row: Row,
        target: Organisation | Person,
        *,
        earlier_row: int | None,
        keeps_ours: bool,
        scales: Scales,
    ) -> None:
        self.changes: list[dict[str, str]] = []
        self.said: list[Said] = []
        self._row = row
        self._target = target
        self._earlier_row = earlier_row
        self._keeps_ours = keeps_ours
        self._scales = scales
        self._writes: list[tuple[Callable[[], object], Named]] = []

    def put(
        self,
        field: str,
        attribute: str,
        value: Any,
        *,
        of: object | None = None,
        say: Callable[[Any], str] = str,
        is_same: Callable[[Any, Any], bool] = _reads_alike,
    ) -> None:
        """Set one value of the target (or ``of`` something of it), when the row has one and it differs."""
        owner = self._target if of is None else of
        ours = getattr(owner, attribute)
        has_ours = ours not in (None, "")
        if value in (None, ""):
            if has_ours and self._row.erases(field):
                empty = _nothing_like(ours)
                self.replace(field, say(ours), "", partial(setattr, owner, attribute, empty), named=attribute)
            return
        if has_ours and is_same(ours, value):
            return
        write = partial(setattr, owner, attribute, value)
        self.replace(field, say(ours) if has_ours else "", say(value), write, named=attribute)

    def replace(
        self, field: str, before: str, after: str, write: Callable[[], object], *, named: Named, may_clash: bool = True
    ) -> None:
        """Change one value, unless ours is to be kept or an earlier row of this file gave it."""
        if self.keeps_ours(field):
            return
        choice = self._row.decision.fields.get(self._row.header(field), "")
        if choice != THEIRS and self._is_kept(field, before, after, named):
            return
        if choice != THEIRS and before and may_clash and self._earlier_row is not None:
            self._contradict(field, before, after)
            return
        self.change(field, before, after, write, named=named)

    def keeps_ours(self, field: str) -> bool:
        """Whether somebody chose ours for this cell."""
        return self._row.decision.fields.get(self._row.header(field)) == OURS

    def has_column(self, field: str) -> bool:
        """Whether the file has a column for it."""
        return bool(self._row.header(field))

    def add(self, field: str, said: str, write: Callable[[], object], *, named: Named, known: str = "") -> None:
        """Add one thing to a list, unless it was taken out by hand (``known``: how provenance called it then)."""
        if self.keeps_ours(field):
            return
        taken_out = known or (named if isinstance(named, str) else "")
        if taken_out and self._scales.keeps_out(self._row, field, taken_out, said):
            return
        self.change(field, "", said, write, named=named)

    def change(self, field: str, before: str, after: str, write: Callable[[], object], *, named: Named) -> None:
        self.changes.append({"column": self._row.header(field), "before": before, "after": after})
        self._writes.append((write, named))

    def write(self) -> None:
        """Do it all."""
        for write, named in self._writes:
            made = write()
            if callable(named):
                self.said.append(partial(named, made))
            elif named:
                self.said.append(named)

    def _is_kept(self, field: str, before: str, after: str, named: Named) -> bool:
        if isinstance(named, str) and self._scales.keeps(self._row, field, named, before, after):
            return True
        if before and self._row.is_suspect(field) and not self._scales.list_wins(self._row, field):
            self.tell(field, "kept-for-suspect", _("We houden “%(ours)s”.", ours=before))
            return True
        return bool(before) and self._keeps_ours and not self._scales.list_wins(self._row, field)

    def tell(self, field: str, code: str, message: str) -> None:
        """Say something about the row that does not hold it up."""
        self._row.tell(field, code, message)

    def note(self, field: str, attribute: str, said: str) -> None:
        """Add what was said to a note for staff, when it does not stand there yet."""
        ours = getattr(self._target, attribute) or ""
        if said and said not in ours:
            write = partial(setattr, self._target, attribute, f"{ours}\n{said}".strip())
            self.add(field, said, write, named=lambda _made: attribute)

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
