"""Between the page of doubts and the value that the import takes: what is asked of each row, and what was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mailer.directory.comparing import Comparison, compare, row_name
from mailer.directory.importing.cells.words import Vocabulary, load_vocabulary
from mailer.directory.importing.choices.decisions import LEFT_OUT, NEW, OURS, SAME, THEIRS, Decision
from mailer.directory.importing.columns.reading import Reading
from mailer.directory.importing.recognising.same_names import told_apart
from mailer.directory.models import ImportBatch, ImportRow, Organisation

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
    # Who else it may be, when several have the name: how they are told apart, with the value for the form.
    others: tuple[tuple[str, str], ...]
    # Whether it may be somebody who is there already; else only its cells are asked about.
    asks_who: bool
    asks_fields: bool

    def side(self, column: str) -> str:
        """Return which side is ticked beforehand: a name stays as people know it, for the rest the list is newer."""
        chosen = self.decision.fields.get(column)
        return chosen or (OURS if self.asks_who and "naam" in column.casefold() else THEIRS)

    @property
    def chosen_who(self) -> str:
        """Return which of those to choose from is ticked."""
        chosen = self.decision.candidate
        others = enumerate(_candidates(self.row)[1:], start=1)
        return next((f"{SAME}-{place}" for place, one in others if one == chosen), self.decision.who)

    def place_of(self, column: str) -> int:
        return list(self.row.cells).index(column)


def words_of(session: Session, batch: ImportBatch) -> Vocabulary:
    """Return the words as this list is read with them: loaded once for a page of doubts."""
    return load_vocabulary(session, Reading.from_json(batch.reading).words)


def doubt_of(session: Session, row: ImportRow, vocabulary: Vocabulary, *, today: date) -> Doubt:
    """Return what is asked of the row."""
    decision = Decision.from_json(row.decision or {})
    beside = compare(session, row, vocabulary, today=today)
    contradicts = any(one["code"] == _CONTRADICTION for one in row.problems)
    return Doubt(
        row=row,
        name=row_name(row),
        messages=tuple(row.problems),
        beside=beside,
        cells=tuple(_questions(row, decision)),
        decision=decision,
        others=tuple(_others(session, row)),
        asks_who=beside is not None and not contradicts,
        asks_fields=beside is not None,
    )


def read_decision(form: MultiDict[str, str], doubt: Doubt) -> Decision:
    """Return what the form chose for the row; nothing when it chose nothing.

    Who it is, once answered, is not asked again while a cell still waits: that answer stays.
    """
    row, before = doubt.row, doubt.decision
    who, _dash, place_of_other = form.get(f"r{row.id}-who", "").partition(f"{SAME}-")
    who = SAME if place_of_other else who
    candidate = _candidate(row, place_of_other)
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
    if not who and not doubt.asks_fields:
        who, candidate, fields = before.who, dict(before.candidate), dict(before.fields)
    return Decision(
        who=who if who in (SAME, NEW, LEFT_OUT) else "",
        candidate=candidate if who in (SAME, NEW) else {},
        fields=fields,
        cells=cells,
        as_typed=frozenset(as_typed),
        wins=doubt.decision.wins,
    )


def _candidates(row: ImportRow) -> list[dict[str, int]]:
    """Whom the row may be about, the likeliest first."""
    named = next((one for one in row.problems if one.get("candidate")), None)
    return [] if named is None else named.get("candidates", [named["candidate"]])


def _candidate(row: ImportRow, place: str) -> dict[str, int]:
    candidates = _candidates(row)
    number = int(place) if place.isdecimal() else 0
    return candidates[number] if number < len(candidates) else {}


def _others(session: Session, row: ImportRow) -> Iterator[tuple[str, str]]:
    """Organisations of one name that stand in the directory; a row of this very list has no page of its own yet."""
    named = [session.get(Organisation, one.get("organisation", 0)) for one in _candidates(row)]
    several = [one for one in named if one is not None]
    told = {organisation.id: words for words, organisation in told_apart(several).items()}
    for place, one in enumerate(named[1:], start=1):
        if one is not None:
            yield f"{SAME}-{place}", told.get(one.id, one.name)


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
