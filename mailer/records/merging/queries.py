"""What was merged into a row lately, and can still be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from mailer.directory.models import Mailbox
from mailer.foundation.journal import KEPT_DAYS, RecordedDeed, RowChange
from mailer.foundation.journal.models import ChangeKind
from mailer.records.models import Merge, MergeKind


@dataclass(frozen=True)
class RecentMerge:
    """A merge that can be taken back, and what the lost one was called."""

    merge: Merge
    lost_name: str


def recent_merges(session: Session, kind: MergeKind, row_id: int, *, now: datetime) -> list[RecentMerge]:
    """Return what was merged into this row in the last thirty days and not taken back, the newest first."""
    merges = session.scalars(_to_take_back(now).where(Merge.kind == kind, Merge.kept_id == row_id)).all()
    return _named(session, merges)


def latest_merges(session: Session, *, now: datetime, most: int = 5) -> list[RecentMerge]:
    """Return the latest merges of all kinds that can be taken back, the newest first."""
    return _named(session, session.scalars(_to_take_back(now).limit(most)).all())


def _to_take_back(now: datetime) -> Select[Merge]:
    since = now - timedelta(days=KEPT_DAYS)
    asked = select(Merge).where(Merge.taken_back_at.is_(None), Merge.merged_at >= since)
    return asked.order_by(Merge.id.desc()).options(joinedload(Merge.operator))


def _named(session: Session, merges: Sequence[Merge]) -> list[RecentMerge]:
    names: dict[int, str] = {}
    for kind in {one.kind for one in merges}:
        names |= _lost_names(session, kind, [one for one in merges if one.kind is kind])
    return [RecentMerge(one, names.get(one.id, "")) for one in merges]


def _lost_names(session: Session, kind: MergeKind, merges: Sequence[Merge]) -> dict[int, str]:
    """The journal still knows them; whoever was forgotten since has no name here either."""
    if not merges:
        return {}
    if kind is MergeKind.MAILBOX:
        found = session.execute(
            select(Mailbox.id, Mailbox.address).where(Mailbox.id.in_([one.lost_id for one in merges]))
        )
        addresses = dict(found.all())
        return {one.id: addresses.get(one.lost_id, "") for one in merges}
    rows = session.execute(
        select(RecordedDeed.name, RowChange.row_key, RowChange.before)
        .join(RecordedDeed, RecordedDeed.id == RowChange.deed_id)
        .where(
            RecordedDeed.name.in_([one.deed for one in merges]),
            RowChange.table_name == kind.value,
            RowChange.kind == ChangeKind.DELETED,
        )
    )
    told = {(name, key): before or {} for name, key, before in rows}
    return {one.id: _name(told.get((one.deed, f"[{one.lost_id}]"), {})) for one in merges}


def _name(before: dict[str, str]) -> str:
    if "name" in before:
        return before["name"]
    return " ".join(filter(None, (before.get(part, "") for part in ("given_name", "particle", "family_name"))))
