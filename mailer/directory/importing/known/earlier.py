"""What rows of earlier lists were about: only of lists that changed the directory, and still do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from mailer.directory.importing.known.entries import Known
from mailer.directory.importing.known.register import Register
from mailer.directory.models import ImportBatch, ImportRow
from mailer.foundation.portions import portions

_READ_AT_ONCE = 500


def earlier_rows(session: Session, register: Register, fingerprints: Iterable[str]) -> dict[str, tuple[Known, bool]]:
    """Return fingerprint → (what it was about, is the latest word on it) of rows in applied files."""
    applied, everybody = is_applied(), register.everybody
    latest = _latest_batches(session, register)
    found: dict[str, tuple[Known, bool]] = {}
    columns = (ImportRow.fingerprint, ImportRow.batch_id, ImportRow.organisation_id, ImportRow.person_id)
    for some in portions(fingerprints):
        asked = select(*columns).join(ImportRow.batch).where(applied, ImportRow.fingerprint.in_(some))
        for fingerprint, batch_id, organisation_id, person_id in session.execute(asked.order_by(ImportRow.id)):
            target: Known | None = everybody.people.get(person_id or 0)
            target = target or everybody.organisations.get(organisation_id or 0)
            if target is not None:
                found[fingerprint] = target, latest.get(target) == batch_id
    return found


def is_applied() -> ColumnElement[bool]:
    """Return the condition for batches that changed the directory, and still do."""
    return and_(ImportBatch.applied_at.is_not(None), ImportBatch.taken_back_at.is_(None))


def _latest_batches(session: Session, register: Register) -> dict[Known, int]:
    latest: dict[Known, int] = {}
    by_column: tuple[tuple[Any, Mapping[int, Known]], ...] = (
        (ImportRow.organisation_id, register.everybody.organisations),
        (ImportRow.person_id, register.everybody.people),
    )
    for column, known in by_column:
        newest = select(column, func.max(ImportRow.batch_id)).join(ImportRow.batch)
        newest = newest.where(is_applied(), column.is_not(None)).group_by(column)
        for target_id, batch_id in session.execute(newest.execution_options(yield_per=_READ_AT_ONCE)):
            latest[known[target_id]] = batch_id
    return latest
