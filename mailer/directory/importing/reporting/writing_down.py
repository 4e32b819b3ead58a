"""The report of a list is written down as its batch, in the place of what stood there, and read back in short."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from mailer.directory.importing.choices.decisions import Place
from mailer.directory.importing.reporting.report import Gist, Report, ReportRow
from mailer.directory.models import ImportBatch, ImportRow
from mailer.foundation.portions import portions
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def open_batch(session: Session, *, file_name: str, now: datetime, by: Operator | None) -> ImportBatch:
    """Return a batch without rows: what a list writes is written under its number."""
    batch = ImportBatch(
        file_name=file_name[:200], file_hash="", subject="", read_at=now, operator_id=by.id if by else None
    )
    session.add(batch)
    session.flush()
    return batch


def fill_batch(session: Session, batch: ImportBatch, report: Report, *, now: datetime, by: Operator | None) -> None:
    """Write the report to its batch, in the place of what stood there; an applied one gets a line in the logbook."""
    decided = _moments(session, batch)
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    session.expire(batch, ["rows"])
    _keep_rows(session, batch, report, decided, now)
    batch.file_hash, batch.subject, batch.notes = report.file_hash, report.subject, list(report.notes)
    report.batch_id, batch.tried_at = batch.id, batch.tried_at or now
    if report.applied:
        batch.applied_at, batch.operator_id = now, by.id if by else None
        note(session, by, "import-applied", batch, now=now)
    else:
        batch.read_at = now
    session.flush()


def _moments(session: Session, batch: ImportBatch) -> dict[Place, datetime]:
    """Return where somebody chose, and when."""
    columns = (ImportRow.sheet, ImportRow.number, ImportRow.decided_at)
    asked = select(*columns).where(ImportRow.batch_id == batch.id, ImportRow.decided_at.is_not(None))
    return {(sheet, number): moment for sheet, number, moment in session.execute(asked) if moment}


def _keep_rows(
    session: Session, batch: ImportBatch, report: Report, decided: Mapping[Place, datetime], now: datetime
) -> None:
    for some in portions(report.rows):
        session.execute(insert(ImportRow), [_as_columns(batch, row, decided, now) for row in some])


def _as_columns(batch: ImportBatch, row: ReportRow, decided: Mapping[Place, datetime], now: datetime) -> dict[str, Any]:
    return {
        "decision": row.decision.as_json(),
        "decided_at": decided.get((row.sheet[:80], row.number), now) if row.decision else None,
        "batch_id": batch.id,
        "sheet": row.sheet[:80],
        "number": row.number,
        "outcome": row.outcome,
        "cells": row.cells,
        "problems": [problem.as_json() for problem in row.problems],
        "changes": list(row.changes),
        "fingerprint": row.fingerprint,
        "organisation_id": row.organisation_id,
        "person_id": row.person_id,
    }


def kept_gists(session: Session, batch: ImportBatch) -> list[Gist]:
    """Return what each kept row of a batch came to, without holding the rows themselves."""
    columns = (ImportRow.sheet, ImportRow.number, ImportRow.outcome, ImportRow.problems, ImportRow.changes)
    asked = select(*columns).where(ImportRow.batch_id == batch.id).order_by(ImportRow.id)
    return [
        (sheet, number, outcome, [one["code"] for one in problems], len(changes))
        for sheet, number, outcome, problems, changes in session.execute(asked)
    ]
