"""Who an earlier list of the same kind brought, and this one does not name. Nobody is removed for that: it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mailer.directory.importing.known.earlier import is_applied
from mailer.directory.models import ImportBatch, ImportRow, Organisation, RowOutcome
from mailer.wire.spelling import fold, fold_name


def missing_organisations(session: Session, batch: ImportBatch) -> list[Organisation]:
    """Return organisations of earlier lists with the same columns that this list does not name, by name.

    Not those that stopped, nor those that a row which waits may be about.
    """
    before = _same_source(session, batch)
    if not before:
        return []
    brought = select(ImportRow.organisation_id).where(
        ImportRow.batch_id.in_(before), ImportRow.organisation_id.is_not(None), ImportRow.person_id.is_(None)
    )
    named = select(ImportRow.organisation_id).where(
        ImportRow.batch_id == batch.id, ImportRow.organisation_id.is_not(None)
    )
    asked: Select[Organisation] = select(Organisation).where(
        Organisation.id.in_(brought), Organisation.id.not_in(named), Organisation.stopped_on.is_(None)
    )
    maybe, names = _candidates(session, batch), _names_in_doubt(session, batch)
    found = session.scalars(asked.order_by(Organisation.name_key, Organisation.id))
    return [one for one in found if one.id not in maybe and one.name_key not in names]


def _same_source(session: Session, batch: ImportBatch) -> list[int]:
    """Return earlier lists that were applied and have the same columns: another file name is the same source."""
    earlier = select(ImportBatch.id).where(is_applied(), ImportBatch.id < batch.id)
    columns = _columns(session, [batch.id, *session.scalars(earlier.where(ImportBatch.subject == batch.subject))])
    own = columns.pop(batch.id, None)
    return [batch_id for batch_id, theirs in columns.items() if theirs == own]


def _columns(session: Session, batch_ids: Iterable[int]) -> dict[int, set[str]]:
    first = select(func.min(ImportRow.id)).where(
        ImportRow.batch_id.in_(batch_ids), ImportRow.outcome != RowOutcome.REJECTED
    )
    rows = select(ImportRow.batch_id, ImportRow.cells).where(ImportRow.id.in_(first.group_by(ImportRow.batch_id)))
    return {batch_id: {fold(column) for column in cells} for batch_id, cells in session.execute(rows)}


def _candidates(session: Session, batch: ImportBatch) -> set[int]:
    asked = select(ImportRow.problems).where(
        ImportRow.batch_id == batch.id, ImportRow.outcome.in_((RowOutcome.DOUBTFUL, RowOutcome.REJECTED))
    )
    problems: Iterable[Mapping[str, Any]] = (one for row in session.scalars(asked) for one in row)
    return {one["candidate"]["organisation"] for one in problems if one.get("candidate", {}).get("organisation")}


def _names_in_doubt(session: Session, batch: ImportBatch) -> set[str]:
    """What rows say that wait for another reason than who they are: an address that may be a slip, say.

    All cells, with what is proposed for them (a name whose letters broke); those that are no name match nobody.
    """
    asked = select(ImportRow.cells, ImportRow.problems)
    waiting = asked.where(ImportRow.batch_id == batch.id, ImportRow.outcome == RowOutcome.DOUBTFUL)
    names: set[str] = set()
    for cells, problems in session.execute(waiting):
        proposed = (text for problem in problems for text in problem.get("proposals", ()))
        names |= {fold_name(text) for text in (*cells.values(), *proposed) if text.strip()}
    return names
