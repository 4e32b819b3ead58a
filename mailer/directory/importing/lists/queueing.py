"""A list that is too long for a web request waits for a worker: the row in ``import_job`` is the queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from mailer.directory.models import ImportBatch, ImportDeed, ImportJob
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.staff.models import Operator


def ask_for(session: Session, batch: ImportBatch, deed: ImportDeed, *, now: datetime, by: Operator | None) -> ImportJob:
    """Let a worker do this with a list.

    Raises ``Conflict`` when one is at it already.
    """
    job = job_of(session, batch)
    if job is not None and job.is_going_on:
        raise Conflict(_("Met deze lijst is al iemand bezig."))
    if job is not None:
        session.delete(job)
        session.flush()
    job = ImportJob(batch_id=batch.id, deed=deed, asked_at=now, operator_id=by.id if by else None)
    session.add(job)
    session.flush()
    return job


def cancel(session: Session, batch: ImportBatch, *, now: datetime) -> bool:
    """Stop what a worker does with a list; False when it was done already."""
    waiting = ImportJob.batch_id == batch.id, ImportJob.done_at.is_(None), ImportJob.cancelled_at.is_(None)
    not_saved = update(ImportJob).where(*waiting, ImportJob.is_saving.is_(False)).values(cancelled_at=now)
    return bool(session.execute(not_saved).rowcount)  # type: ignore[attr-defined]


def job_of(session: Session, batch: ImportBatch) -> ImportJob | None:
    """Return what a worker was last asked to do with a list."""
    return session.scalars(select(ImportJob).where(ImportJob.batch_id == batch.id)).one_or_none()


def has_lists_due(session: Session, *, now: datetime) -> bool:
    """Return whether a list waits for a worker, or lost the one that had it."""
    return session.scalars(due_jobs(now).limit(1)).first() is not None


def due_jobs(now: datetime) -> Select[int]:
    """Ask for the ids of what nobody has in hand, what was asked first on top."""
    is_free = or_(ImportJob.lease_until.is_(None), ImportJob.lease_until < now)
    waiting = select(ImportJob.id).where(ImportJob.done_at.is_(None), ImportJob.cancelled_at.is_(None), is_free)
    return waiting.order_by(ImportJob.asked_at, ImportJob.id)
