"""An import in two steps: a list is tried, somebody reads what it would do, and then it is applied: the same bytes.

The bytes wait in a folder between the two. They are read again when applied; when the directory changed meanwhile so
that something else would happen, nothing is applied and the new report takes the place of the old one.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mailer.directory.importing.files import import_file, settle_file
from mailer.directory.importing.report import Report, keep_report, keep_rows
from mailer.directory.models import ImportBatch, ImportRow
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator

KEPT_DAYS = 30


def try_list(session: Session, data: bytes, *, file_name: str, now: datetime, by: Operator) -> ImportBatch:
    """Try a list, keep its bytes and its report; the directory stays as it is.

    Raises ``BadInput`` for a file that cannot be read.
    """
    report = import_file(session, data, file_name=file_name, now=now, apply=False)
    batch = keep_report(session, report, now=now, by=by)
    _keep_bytes(settings_of(session).imports_dir, data, now=now)
    return batch


def apply_list(session: Session, batch: ImportBatch, *, now: datetime, by: Operator) -> bool:
    """Apply a list that was tried; False when it would now do something else, and the report is new.

    Raises ``Conflict`` when it was applied already, and ``BadInput`` when its bytes are gone.
    """
    session.refresh(batch, with_for_update=True)
    if batch.applied_at is not None:
        raise Conflict(_("Deze lijst is al ingelezen."))
    data = _kept_bytes(settings_of(session).imports_dir, batch.file_hash)
    known = list(batch.rows)

    def is_wanted(report: Report) -> bool:
        return report.tells_the_same_as(known)

    report = settle_file(session, data, file_name=batch.file_name, now=now, is_wanted=is_wanted)
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    session.expire(batch, ["rows"])
    keep_rows(session, batch, report)
    batch.notes = list(report.notes)
    if report.applied:
        batch.applied_at, batch.operator_id = now, by.id
        note(session, by, "import-applied", batch, now=now)
    else:
        batch.read_at = now
    session.flush()
    return report.applied


def _keep_bytes(folder: Path, data: bytes, *, now: datetime) -> None:
    """Only for its owner to read: a list is full of people. What waited too long goes."""
    folder.mkdir(parents=True, exist_ok=True)
    oldest = (now - timedelta(days=KEPT_DAYS)).timestamp()
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    with open(folder / hashlib.sha256(data).hexdigest(), "wb", opener=_owner_only) as file:
        file.write(data)


def _kept_bytes(folder: Path, file_hash: str) -> bytes:
    try:
        return (folder / file_hash).read_bytes()
    except OSError as problem:
        raise BadInput(_("Dit bestand is niet bewaard. Kies het opnieuw en bekijk de proef nog eens.")) from problem


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
