"""Taking a list back: everything it wrote is as it was, but for what was changed or used since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.progress import Told, counted, tell_nobody
from mailer.directory.importing.taking_back.recording import deed_of
from mailer.directory.importing.taking_back.remaining import remaining_of
from mailer.directory.importing.taking_back.undone import Undone
from mailer.directory.models import ImportBatch
from mailer.foundation.errors import Conflict
from mailer.foundation.journal import (
    KEPT_DAYS,
    Kept,
    RecordedDeed,
    TakenBack,
    count_changes,
    foresee,
    later_deeds,
    makers_of,
    recorded_deed,
    take_back,
)
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def can_be_undone(session: Session, batch: ImportBatch) -> bool:
    """Return whether the list was applied, and what it wrote is still in the journal."""
    if batch.applied_at is None or batch.taken_back_at is not None:
        return False
    return recorded_deed(session, deed_of(batch)) is not None


def undoable_until(batch: ImportBatch) -> datetime | None:
    """Return the last moment at which an applied list can be taken back."""
    return batch.applied_at + timedelta(days=KEPT_DAYS) if batch.applied_at else None


def check_undo(session: Session, batch: ImportBatch) -> None:
    """Raise ``Conflict`` when the list cannot be taken back (any more)."""
    if batch.applied_at is None:
        raise Conflict(_("Deze lijst is niet toegepast. Er is niets om terug te draaien."))
    if batch.taken_back_at is not None:
        raise Conflict(_("Deze lijst is al teruggedraaid."))
    if recorded_deed(session, deed_of(batch)) is None:
        raise Conflict(_("Deze lijst kan niet meer terug: dat kan %(days)s dagen.", days=KEPT_DAYS))


def foresee_undo(session: Session, batch: ImportBatch, *, told: Told = tell_nobody) -> Undone:
    """Return what taking the list back would do now; only reads. ``told`` hears how many changes of how many were seen.

    Raises ``Conflict`` when it cannot be taken back.
    """
    check_undo(session, batch)
    deed = deed_of(batch)
    foreseen = foresee(session, deed=deed, passed=counted(told, count_changes(session, deed)))
    return _told(session, foreseen, later=_later(session, batch, foreseen.kept))


def undo_list(
    session: Session, batch: ImportBatch, *, now: datetime, by: Operator | None, told: Told = tell_nobody
) -> Undone:
    """Take the list back. Raises ``Conflict`` when it cannot be, or when a later list on the same rows comes first.

    ``told`` hears of every change twice: when it was looked at, and when it is undone.
    """
    session.refresh(batch, with_for_update=True)
    check_undo(session, batch)

    def accept(foreseen: TakenBack) -> None:
        if later := _later(session, batch, foreseen.kept):
            names = ", ".join(one.file_name for one in later)
            raise Conflict(_("Hier kwam een latere lijst overheen. Draai die eerst terug: %(names)s.", names=names))

    deed = deed_of(batch)
    passed = counted(told, 2 * count_changes(session, deed))
    taken = take_back(session, deed=deed, now=now, accept=accept, passed=passed)
    undone = _told(session, taken, later=())
    batch.taken_back_at = now
    batch.kept = [one.as_json() for one in undone.remaining]
    note(session, by, "import-taken-back", batch, now=now)
    session.flush()
    return undone


def _later(session: Session, batch: ImportBatch, kept: Iterable[Kept]) -> tuple[ImportBatch, ...]:
    """Return lists that wrote the same rows, or that made rows which use ours."""
    users = [(table, key) for one in kept for table, keys in one.used_by.items() for key in keys]
    deeds = [*later_deeds(session, deed_of(batch)), *makers_of(session, users)]
    ids = {number for deed in deeds if (number := _batch_id(deed)) is not None and number != batch.id}
    newest = select(ImportBatch).where(ImportBatch.id.in_(ids)).order_by(ImportBatch.id.desc())
    return tuple(session.scalars(newest))


def _batch_id(deed: RecordedDeed) -> int | None:
    kind, _colon, number = deed.name.partition(":")
    return int(number) if kind == "import-batch" else None


def _told(session: Session, taken: TakenBack, *, later: tuple[ImportBatch, ...]) -> Undone:
    return Undone(
        removed=taken.removed,
        restored=taken.restored,
        revived=taken.revived,
        removed_from=taken.removed_from,
        restored_in=taken.restored_in,
        remaining=tuple(remaining_of(session, taken.kept)),
        later=later,
    )
