"""An import in two steps: a list is tried, somebody reads what it would do, and then it is applied: the same bytes.

The bytes wait between the two (``keeping``). They are read again when applied; when the directory changed meanwhile so
that something else would happen, nothing is applied and the new report takes the place of the old one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.directory.importing.choices.choosing import decisions_of
from mailer.directory.importing.columns.proposing import Proposal, propose
from mailer.directory.importing.columns.reading import Reading
from mailer.directory.importing.columns.sources import remember_reading
from mailer.directory.importing.lists.files import check_size, nobody_wants, settle_file
from mailer.directory.importing.lists.keeping import drop_bytes, keep_bytes, kept_bytes
from mailer.directory.importing.lists.queueing import job_of
from mailer.directory.importing.progress import Told, tell_nobody
from mailer.directory.importing.reporting.report import Report
from mailer.directory.importing.reporting.writing_down import fill_batch, kept_gists
from mailer.directory.importing.settling.listed import Listed
from mailer.directory.models import ImportBatch
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def receive_list(session: Session, data: bytes, *, file_name: str, now: datetime, by: Operator) -> ImportBatch:
    """Keep a list that somebody chose, to look at its columns first.

    Raises ``BadInput`` for a file that cannot be read, and for one with too many rows or none.
    """
    proposal = propose(session, data, file_name=file_name)
    check_size(proposal.rows)
    subjects = {sheet.layout.subject.value for sheet in proposal.sheets if sheet.layout}
    batch = ImportBatch(
        file_name=file_name[:200],
        file_hash=hashlib.sha256(data).hexdigest(),
        subject=subjects.pop() if len(subjects) == 1 else "mixed",
        reading=proposal.reading.as_json(),
        read_at=now,
        operator_id=by.id,
    )
    session.add(batch)
    session.flush()
    keep_bytes(session, data, now=now)
    return batch


def look_at(session: Session, batch: ImportBatch) -> Proposal:
    """Return how the columns of a kept list would be read, with the choices made so far.

    Raises ``BadInput`` when its bytes are gone.
    """
    data = kept_bytes(session, batch)
    return propose(session, data, file_name=batch.file_name, reading=Reading.from_json(batch.reading))


def choose_reading(session: Session, batch: ImportBatch, reading: Reading) -> None:
    """Keep how somebody wants a list to be read.

    Raises ``Conflict`` when it was applied already, and ``BadInput`` when it cannot be read that way.
    """
    if batch.applied_at is not None:
        raise Conflict(_("Deze lijst is al ingelezen."))
    propose(session, kept_bytes(session, batch), file_name=batch.file_name, reading=reading)
    batch.reading = reading.as_json()
    session.flush()


def try_batch(
    session: Session, batch: ImportBatch, *, now: datetime, by: Operator | None, told: Told = tell_nobody
) -> Report:
    """Try a list as it was chosen to be read, and keep the report; the directory stays as it is.

    The choices are remembered for the next list of this source.
    """
    listed = _listed(session, batch)
    report = settle_file(session, listed, now=now, is_wanted=nobody_wants, told=told)
    remember_reading(session, listed.data, listed.reading, file_name=batch.file_name, now=now, by=by)
    fill_batch(session, batch, report, now=now, by=by)
    return report


def read_again(session: Session, batch: ImportBatch, *, now: datetime, by: Operator) -> ImportBatch:
    """Take up an applied list once more, read as it was: what is in is in, what waited can be chosen now.

    Raises ``BadInput`` when its bytes are gone.
    """
    again = receive_list(session, kept_bytes(session, batch), file_name=batch.file_name, now=now, by=by)
    again.reading, again.winning = batch.reading, batch.winning
    session.flush()
    return again


def apply_list(
    session: Session, batch: ImportBatch, *, now: datetime, by: Operator | None, told: Told = tell_nobody
) -> bool:
    """Apply a list that was tried; False when it would now do something else, and the report is new.

    Raises ``Conflict`` when it was applied already, and ``BadInput`` when its bytes are gone.
    """
    session.refresh(batch, with_for_update=True)
    if batch.applied_at is not None:
        raise Conflict(_("Deze lijst is al ingelezen."))
    known = kept_gists(session, batch)

    def is_wanted(report: Report) -> bool:
        return report.tells_the_same_as(known)

    report = settle_file(session, _listed(session, batch), now=now, is_wanted=is_wanted, batch=batch, told=told)
    fill_batch(session, batch, report, now=now, by=by)
    return report.applied


def discard_list(session: Session, batch: ImportBatch, *, now: datetime, by: Operator | None) -> None:
    """Throw away a list that was uploaded and not applied: its bytes, its report, and what was chosen for its rows.

    Raises ``Conflict`` when it was applied, or when a worker has it in hand.
    """
    session.refresh(batch, with_for_update=True)
    if batch.applied_at is not None:
        raise Conflict(_("Deze lijst is al ingelezen. Je kunt haar wel terugdraaien."))
    job = job_of(session, batch)
    if job is not None and job.is_going_on:
        raise Conflict(_("Met deze lijst is al iemand bezig."))
    note(session, by, "import-discarded", batch, now=now, note=batch.file_name)
    session.delete(batch)
    session.flush()
    drop_bytes(session, batch)


def _listed(session: Session, batch: ImportBatch) -> Listed:
    reading = Reading.from_json(batch.reading)
    return Listed(kept_bytes(session, batch), batch.file_name, reading, decisions_of(session, batch))
