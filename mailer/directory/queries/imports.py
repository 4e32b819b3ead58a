"""Imports, newest first; the rows of one, by how they ended."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from mailer.directory.models import ImportBatch, ImportRow, RowOutcome

TO_MEND = (RowOutcome.DOUBTFUL, RowOutcome.REJECTED)


def batches() -> Select[ImportBatch]:
    """Return the question for all imports, the newest first."""
    newest = select(ImportBatch).options(joinedload(ImportBatch.operator))
    return newest.order_by(ImportBatch.read_at.desc(), ImportBatch.id.desc())


def rows_of(batch: ImportBatch, outcome: RowOutcome) -> Select[ImportRow]:
    """Return the question for the rows that ended so, in the order of the file."""
    wanted = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.outcome == outcome)
    return wanted.order_by(ImportRow.id)


def rows_decided(batch: ImportBatch) -> Select[ImportRow]:
    """Return the question for the rows that somebody chose for and that no longer wait, in the order of the file."""
    wanted = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.decided_at.is_not(None))
    return wanted.where(ImportRow.outcome != RowOutcome.DOUBTFUL).order_by(ImportRow.id)


def rows_to_mend(session: Session, batch: ImportBatch) -> Sequence[ImportRow]:
    """Return the rows that a person must look at, in the order of the file."""
    wanted = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.outcome.in_(TO_MEND))
    return session.scalars(wanted.order_by(ImportRow.id)).all()


def outcome_counts(session: Session, batch_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return batch id → outcome → number of rows; every outcome is there."""
    counts = {batch_id: {outcome.value: 0 for outcome in RowOutcome} for batch_id in batch_ids}
    asked = select(ImportRow.batch_id, ImportRow.outcome, func.count()).where(ImportRow.batch_id.in_(batch_ids))
    for batch_id, outcome, number in session.execute(asked.group_by(ImportRow.batch_id, ImportRow.outcome)):
        counts[batch_id][outcome.value] = number
    return counts
