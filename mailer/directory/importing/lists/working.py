"""A worker does with a list what is too long for a web request: try it, apply it, take it back.

Any number of workers may look; one takes the list and holds it by a lease that it renews as rows are settled. When it
dies, the lease runs out and another begins from the start: nothing was written (``foundation.rehearsing``).
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from mailer.directory.importing.lists.batches import apply_list, try_batch
from mailer.directory.importing.lists.queueing import due_jobs
from mailer.directory.importing.taking_back.undoing import foresee_undo, undo_list
from mailer.directory.models import ImportBatch, ImportDeed, ImportJob
from mailer.foundation.database import Clock, Database, database_moment
from mailer.foundation.errors import MailerError, Overtaken
from mailer.foundation.rehearsing import Rehearsal, rehearsal

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
TOLD_EVERY_SECONDS = 0.4
_TRIES = 3
# What goes on while a list is read, and books that nothing points at.
_LEFT_OUT = frozenset({"import_job"})
_NUMBERED = frozenset({"logbook_entry"})


class _Cancelled(Exception):
    """Somebody does not want it any more, or another worker has it."""


def read_due(database: Database, *, stop: threading.Event | None = None, clock: Clock = database_moment) -> int:
    """Do what is due with every list; return how many."""
    read = 0
    while not (stop and stop.is_set()) and (job_id := _take(database, clock)) is not None:
        _read(database, job_id, clock)
        read += 1
    return read


def _take(database: Database, clock: Clock) -> int | None:
    with database.transaction() as session:
        now = clock(session)
        job_id = session.scalars(due_jobs(now).limit(1).with_for_update(skip_locked=True)).first()
        if job_id is not None:
            fresh = {"lease_until": now + LEASE, "settled": 0, "total": 0, "is_saving": False}
            session.execute(update(ImportJob).where(ImportJob.id == job_id).values(**fresh))
        return job_id


def _read(database: Database, job_id: int, clock: Clock) -> None:
    refusal, undone = "", None
    try:
        undone = _do_at_last(database, job_id, clock)
    except _Cancelled:
        return
    except MailerError as problem:
        refusal = problem.sentence[:500]
    with database.transaction() as session:
        done = {"done_at": clock(session), "lease_until": None, "refusal": refusal, "is_saving": False}
        session.execute(update(ImportJob).where(ImportJob.id == job_id).values(**done, undone=undone))


def _do_at_last(database: Database, job_id: int, clock: Clock) -> dict[str, Any] | None:
    """Somebody may change the directory meanwhile: then it is done again, against what it is now."""
    for _attempt in range(1, _TRIES):
        try:
            return _do(database, job_id, clock)
        except Overtaken:
            log.info("A list was overtaken; it is begun again.")
    return _do(database, job_id, clock)


def _do(database: Database, job_id: int, clock: Clock) -> dict[str, Any] | None:
    told = _Progress(database, job_id, clock)
    with database.transaction(writes=False) as session:
        only_looks = session.get_one(ImportJob, job_id).deed is ImportDeed.FORESEE
        if only_looks:
            return _do_with(session, job_id, clock, told)
    with rehearsal(database, left_out=_LEFT_OUT, numbered=_NUMBERED) as stage:
        with stage.database.transaction() as session:
            undone = _do_with(session, job_id, clock, told)
            told.save()
        _land(stage)
    return undone


def _do_with(session: Session, job_id: int, clock: Clock, told: _Progress) -> dict[str, Any] | None:
    """Return what is taken back, as JSON keeps it, when that is what was asked."""
    job = session.get_one(ImportJob, job_id)
    batch, now = session.get_one(ImportBatch, job.batch_id), clock(session)
    if job.deed is ImportDeed.FORESEE:
        return foresee_undo(session, batch, told=told).as_json()
    if job.deed is ImportDeed.TAKE_BACK:
        return undo_list(session, batch, now=now, by=job.operator, told=told).as_json()
    if job.deed is ImportDeed.TRY:
        try_batch(session, batch, now=now, by=job.operator, told=told)
    else:
        apply_list(session, batch, now=now, by=job.operator, told=told)
    return None


def _land(stage: Rehearsal) -> None:
    began = time.monotonic()
    stage.land()
    log.info("A list was written in %.1f seconds.", time.monotonic() - began)


class _Progress:
    """Tells how far a list is, over a connection of its own: the deed's own transaction is still open."""

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
