"""A list that is too long for a web request is read by a worker; the row in ``import_job`` is all that it needs.

Any number of workers may look; one takes the list and holds it by a lease that it renews as rows are settled. When it
dies, the lease runs out and another begins from the start: nothing was written (``foundation.rehearsing``).
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from mailer.directory.importing.batches import apply_list, try_batch
from mailer.directory.models import ImportBatch, ImportDeed, ImportJob
from mailer.foundation.database import Clock, Database, database_moment
from mailer.foundation.errors import Conflict, MailerError
from mailer.foundation.language import gettext as _
from mailer.foundation.rehearsing import Rehearsal, rehearsal
from mailer.staff.models import Operator

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
TOLD_EVERY_SECONDS = 0.4
_TRIES = 3
# What goes on while a list is read, and books that nothing points at.
_LEFT_OUT = frozenset({"import_job"})
_NUMBERED = frozenset({"logbook_entry"})


class _Cancelled(Exception):
    """Somebody does not want it any more, or another worker has it."""


def ask_for(session: Session, batch: ImportBatch, deed: ImportDeed, *, now: datetime, by: Operator | None) -> ImportJob:
    """Let a worker try or apply a list.

    Raises ``Conflict`` when one is at it already.
    """
    job = session.scalars(select(ImportJob).where(ImportJob.batch_id == batch.id)).one_or_none()
    if job is not None and job.is_going_on:
        raise Conflict(_("Deze lijst wordt al gelezen."))
    if job is not None:
        session.delete(job)
        session.flush()
    job = ImportJob(batch_id=batch.id, deed=deed, asked_at=now, operator_id=by.id if by else None)
    session.add(job)
    session.flush()
    return job


def cancel(session: Session, batch: ImportBatch, *, now: datetime) -> bool:
    """Stop reading a list; False when it was done already."""
    waiting = ImportJob.batch_id == batch.id, ImportJob.done_at.is_(None), ImportJob.cancelled_at.is_(None)
    not_saved = update(ImportJob).where(*waiting, ImportJob.is_saving.is_(False)).values(cancelled_at=now)
    return bool(session.execute(not_saved).rowcount)  # type: ignore[attr-defined]


def job_of(session: Session, batch: ImportBatch) -> ImportJob | None:
    """Return what a worker was last asked to do with a list."""
    return session.scalars(select(ImportJob).where(ImportJob.batch_id == batch.id)).one_or_none()


def has_lists_due(session: Session, *, now: datetime) -> bool:
    """Return whether a list waits for a worker, or lost the one that had it."""
    return session.scalars(_due(now).limit(1)).first() is not None


def read_due(database: Database, *, stop: threading.Event | None = None, clock: Clock = database_moment) -> int:
    """Try or apply every list that is due; return how many."""
    read = 0
    while not (stop and stop.is_set()) and (job_id := _take(database, clock)) is not None:
        _read(database, job_id, clock)
        read += 1
    return read


def _due(now: datetime):  # type: ignore[no-untyped-def]
    is_free = or_(ImportJob.lease_until.is_(None), ImportJob.lease_until < now)
    waiting = select(ImportJob.id).where(ImportJob.done_at.is_(None), ImportJob.cancelled_at.is_(None), is_free)
    return waiting.order_by(ImportJob.asked_at, ImportJob.id)


def _take(database: Database, clock: Clock) -> int | None:
    with database.transaction() as session:
        now = clock(session)
        job_id = session.scalars(_due(now).limit(1).with_for_update(skip_locked=True)).first()
        if job_id is not None:
            fresh = {"lease_until": now + LEASE, "settled": 0, "total": 0, "is_saving": False}
            session.execute(update(ImportJob).where(ImportJob.id == job_id).values(**fresh))
        return job_id


def _read(database: Database, job_id: int, clock: Clock) -> None:
    refusal = ""
    try:
        for attempt in range(1, _TRIES + 1):
            try:
                _do(database, job_id, clock)
                break
            except Conflict:
                # Somebody changed the directory meanwhile: read the list against what it is now.
                if attempt == _TRIES:
                    raise
    except _Cancelled:
        return
    except MailerError as problem:
        refusal = problem.sentence[:500]
    with database.transaction() as session:
        done = {"done_at": clock(session), "lease_until": None, "refusal": refusal, "is_saving": False}
        session.execute(update(ImportJob).where(ImportJob.id == job_id).values(**done))


def _do(database: Database, job_id: int, clock: Clock) -> None:
    with rehearsal(database, left_out=_LEFT_OUT, numbered=_NUMBERED) as stage:
        told = _Progress(database, job_id, clock)
        with stage.database.transaction() as session:
            job = session.get_one(ImportJob, job_id)
            batch = session.get_one(ImportBatch, job.batch_id)
            if job.deed is ImportDeed.TRY:
                try_batch(session, batch, now=clock(session), by=job.operator, told=told)
            else:
                apply_list(session, batch, now=clock(session), by=job.operator, told=told)
            told.save()
        _land(stage)


def _land(stage: Rehearsal) -> None:
    began = time.monotonic()
    stage.land()
    log.info("A list was written in %.1f seconds.", time.monotonic() - began)


class _Progress:
    """Tells how far a list is, over a connection of its own: the import's transaction is still open."""

    def __init__(self, database: Database, job_id: int, clock: Clock) -> None:
        self._database = database
        self._job_id = job_id
        self._clock = clock
        self._told_at = 0.0

    def __call__(self, settled: int, total: int) -> None:
        if settled < total and time.monotonic() - self._told_at < TOLD_EVERY_SECONDS:
            return
        self._told_at = time.monotonic()
        self._write(settled=settled, total=total)

    def save(self) -> None:
        """Say that every row is settled, and that all is being written down; from here on it cannot be stopped."""
        self._write(is_saving=True)

    def _write(self, **values: object) -> None:
        with self._database.transaction() as session:
            lease = {"lease_until": self._clock(session) + LEASE}
            ours = update(ImportJob).where(
                ImportJob.id == self._job_id, ImportJob.cancelled_at.is_(None), ImportJob.done_at.is_(None)
            )
            if not session.execute(ours.values(**lease, **values)).rowcount:  # type: ignore[attr-defined]
                raise _Cancelled
