"""Between the page of doubts and the value that the import takes: what is asked of each row, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mailer.directory.comparing import Comparison, compare, row_name
from mailer.directory.importing.deciding import LEFT_OUT, NEW, OURS, SAME, THEIRS, Decision
from mailer.directory.models import ImportRow

AS_TYPED, OWN = "typed", "own"
# Read the row in, with the side that was ticked for each cell.
FIELDS = "fields"
_CONTRADICTION = "contradicts-earlier-row"
# What stands there says nothing: leaving it would be a choice that nobody sees.
_NEVER_AS_TYPED = "several-of-this-name"


@dataclass(frozen=True)
class CellQuestion:
    """What is asked of one cell: which proposal, or is it right as it is."""

    # Its place among the cells of the row: a name for the form.
    place: int
    column: str
    text: str
    message: str
    proposals: tuple[str, ...]
    # "0", "1" … for a proposal, ``AS_TYPED``, ``OWN``, or nothing.
    chosen: str
    own_text: str
    may_stay: bool = True


@dataclass(frozen=True)
class Doubt:
    """A row that waits, with everything that is asked of it and what was chosen so far."""

    row: ImportRow
    name: str
    messages: tuple[Mapping[str, Any], ...]
    beside: Comparison | None
    cells: tuple[CellQuestion, ...]
    decision: Decision
    # Whether it may be somebody who is there already; else only its cells are asked about.
    asks_who: bool
    asks_fields: bool

    def side(self, column: str) -> str:
        """Return which side is ticked beforehand: a name stays as people know it, for the rest the list is newer."""
        chosen = self.decision.fields.get(column)
        return chosen or (OURS if self.asks_who and "naam" in column.casefold() else THEIRS)

    def place_of(self, column: str) -> int:
        return list(self.row.cells).index(column)


def doubt_of(session: Session, row: ImportRow, *, today: date) -> Doubt:
    """Return what is asked of the row."""
    decision = Decision.from_json(row.decision or {})
    beside = compare(session, row, today=today)
    contradicts = any(one["code"] == _CONTRADICTION for one in row.problems)
    return Doubt(
        row=row,
        name=row_name(row),
        messages=tuple(row.problems),
        beside=beside,
        cells=tuple(_questions(row, decision)),
        decision=decision,
        asks_who=beside is not None and not contradicts,
        asks_fields=beside is not None,
    )


def read_decision(form: MultiDict[str, str], doubt: Doubt) -> Decision:
    """Return what the form chose for the row; nothing when it chose nothing."""
    row = doubt.row
    who = form.get(f"r{row.id}-who", "")
    candidate: dict[str, int] = next((one["candidate"] for one in row.problems if one.get("candidate")), {})
    takes_fields = who in (SAME, FIELDS)
    fields = {
        column: side
        for place, column in enumerate(row.cells)
        if takes_fields and (side := form.get(f"r{row.id}-f{place}", "")) in (OURS, THEIRS)
    }
    cells, as_typed = dict(doubt.decision.cells), set(doubt.decision.as_typed)
    for question in doubt.cells:
        chosen = form.get(f"r{row.id}-c{question.place}", "")
        text = _text(question, chosen, form.get(f"r{row.id}-o{question.place}", ""))
        if text is not None:
            cells[question.column] = text
        if chosen:
            # Somebody looked at this cell: what stands there now is right.
            as_typed.add(question.column)
    return Decision(
        who=who if who in (SAME, NEW, LEFT_OUT) else "",
        candidate=candidate if who in (SAME, NEW) else {},
        fields=fields,
        cells=cells,
        as_typed=frozenset(as_typed),
        wins=doubt.decision.wins,
    )


def _questions(row: ImportRow, decision: Decision) -> list[CellQuestion]:
    columns = list(row.cells)
    found: dict[str, CellQuestion] = {}
    for one in row.problems:
        column = one["column"]
        if "proposals" not in one or one.get("candidate") or column not in columns or column in found:
            continue
        proposals, taken = tuple(one["proposals"]), decision.cells.get(column)
        chosen = AS_TYPED if column in decision.as_typed else ""
        if taken is not None and taken != row.cells[column]:
            chosen = str(proposals.index(taken)) if taken in proposals else OWN
        text, place = row.cells[column], columns.index(column)
        may_stay = one["code"] != _NEVER_AS_TYPED or not any(proposals)
        found[column] = CellQuestion(
            place, column, text, one["message"], proposals, chosen, taken or text, may_stay=may_stay
        )
    return list(found.values())


def _text(question: CellQuestion, chosen: str, own: str) -> str | None:
    if chosen == OWN:
        return own.strip()
    if chosen.isdecimal() and int(chosen) < len(question.proposals):
        return question.proposals[int(chosen)]
    return None
