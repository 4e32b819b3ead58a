"""Choices for the rows of a list: kept with the row, remembered for the next list, asked once and never again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.choices.decisions import Decision, Decisions
from mailer.directory.models import ImportBatch, ImportRow, RowOutcome
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.portions import portions
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def decide(
    session: Session, batch: ImportBatch, decisions: Mapping[int, Decision], *, now: datetime, by: Operator | None
) -> None:
    """Keep what somebody chose: id of a row → its choices, empty to choose again. The report is not made anew here.

    Raises ``Conflict`` when the list was applied already.
    """
    if batch.applied_at is not None:
        raise Conflict(_("Deze lijst is al ingelezen."))
    rows = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.id.in_(decisions)))
    for row in rows:
        chosen = decisions[row.id]
        row.decision, row.decided_at = chosen.as_json(), now if chosen else None
    note(session, by, "import-decided", batch, now=now)
    session.flush()


def let_list_win(session: Session, batch: ImportBatch, columns: Iterable[str]) -> None:
    """Say in which columns the list wins from what was changed by hand or is newer; ``ALL_COLUMNS`` for all.

    Raises ``Conflict`` when the list was applied already.
    """
    if batch.applied_at is not None:
        raise Conflict(_("Deze lijst is al ingelezen."))
    batch.winning = sorted(set(columns))
    session.flush()


def decisions_of(session: Session, batch: ImportBatch) -> Decisions:
    """Return what was chosen for the list so far."""
    columns = (ImportRow.sheet, ImportRow.number, ImportRow.decision)
    asked = select(*columns).where(ImportRow.batch_id == batch.id, ImportRow.decided_at.is_not(None))
    rows = {(sheet, number): Decision.from_json(chosen) for sheet, number, chosen in session.execute(asked)}
    return Decisions(rows, frozenset(batch.winning or ()))


def earlier_decisions(session: Session, fingerprints: Iterable[str]) -> dict[str, Decision]:
    """Return fingerprint → what was chosen for the same row of an earlier list, the latest.

    A choice that points at another row of that list means nothing in this one.
    """
    found: dict[str, Decision] = {}
    for some in portions(fingerprints):
        asked = select(ImportRow.fingerprint, ImportRow.decision).order_by(ImportRow.id)
        asked = asked.where(ImportRow.fingerprint.in_(some), ImportRow.decided_at.is_not(None))
        for fingerprint, chosen in session.execute(asked):
            decision = Decision.from_json(chosen)
            if "row" not in decision.candidate:
                found[fingerprint] = decision
    return found


def open_questions(rows: Iterable[Any]) -> dict[str, Any]:
    """Return the rows of a report that wait, as a file to fill in: see docs/interfaces.md."""
    waiting = [row for row in rows if row.outcome is RowOutcome.DOUBTFUL]
    return {"winning": [], "rows": [_as_question(row) for row in waiting]}


def _as_question(row: Any) -> dict[str, Any]:
    problems = [problem.as_json() for problem in row.problems]
    candidate: dict[str, int] = next((one["candidate"] for one in problems if one.get("candidate")), {})
    return {
        "sheet": row.sheet,
        "row": row.number,
        "says": {header: text for header, text in row.cells.items() if text},
        "asked": problems,
        "who": "",
        "candidate": candidate,
        "fields": {},
        "cells": {},
        "as_typed": [],
    }
