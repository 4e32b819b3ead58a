"""Merging: two rows that are one become one, and all that hung on the lost one hangs on the one that stays.

Everything is done by rows that the session writes, inside a recording of the journal: ``unmerging`` takes it back.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.directory.models import MailboxReplacement, SourceKind
from mailer.directory.provenance import Source, by_merge, marks_of, saying, stamp
from mailer.foundation.journal import recording
from mailer.records.forwarding import forward
from mailer.records.merging import permission
from mailer.records.merging.aliases import join_aliases
from mailer.records.merging.fields import fill_in
from mailer.records.merging.following import let_all_follow
from mailer.records.merging.locking import hold_pair
from mailer.records.merging.naming import rename_address, rename_organisation
from mailer.records.merging.pointing import forget
from mailer.records.merging.subject import Choices, Merging
from mailer.records.models import Merge, MergeKind
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def merge(
    session: Session,
    kind: MergeKind,
    keep_id: int,
    lose_id: int,
    *,
    choices: Choices | None = None,
    now: datetime,
    by: Operator | None,
) -> Merge:
    """Make these two rows one; the first one stays. Returns what can be taken back for thirty days.

    Raises ``NotFound`` when one of them is gone, ``BadInput`` (``NeedsChoice``) when places at a meeting would be lost
    and nobody chose.
    """
    keep, lose = hold_pair(session, kind, keep_id, lose_id)
    made = Merge(
        kind=kind, kept_id=keep_id, lost_id=lose_id, merged_at=now, operator_id=by.id if by else None, import_rows=[]
    )
    session.add(made)
    session.flush()
    merging = Merging(session, kind, keep, lose, choices or Choices(), now)
    said = _said_by_people(merging)
    with recording(session, deed=made.deed, now=now):
        with _stamping(merging, by):
            _DEEDS[kind](merging)
            session.flush()
            session.expire(keep)
        for fields, source in said:
            stamp(session, keep, merging.taken & fields, source)
    made.import_rows = merging.import_rows
    made.chosen = _chosen(merging.choices)
    note(session, by, f"{kind.value}-merged", keep, now=now, note=str(lose_id))
    return made


def _stamping(merging: Merging, by: Operator | None) -> AbstractContextManager[None]:
    """Write down that what was taken over was said by the lost one."""
    if merging.kind is MergeKind.MAILBOX:
        return nullcontext()
    former = merging.lose.name if merging.kind is MergeKind.ORGANISATION else merging.lose.full_name
    return saying(merging.session, merging.keep, by_merge(by, merging.now, former_name=former))


def _said_by_people(merging: Merging) -> list[tuple[set[str], Source]]:
    """What a person said of the lost one (the office, the organisation itself): no list may overwrite that later."""
    if merging.kind is MergeKind.MAILBOX:
        return []
    marks = marks_of(merging.session, merging.lose)
    people = (SourceKind.HAND, SourceKind.ORGANISATION)
    return [(set(one.fields), Source(one.kind, one.said_at, one.operator)) for one in marks if one.kind in people]


def _merge_organisations(merging: Merging) -> None:
    names = (merging.keep.name, merging.lose.name)
    fill_in(merging)
    rename_organisation(merging)
    let_all_follow(merging)
    join_aliases(merging, names=names)
    _leave(merging)


def _merge_people(merging: Merging) -> None:
    keep, lose = merging.keep, merging.lose
    before = (
        permission.own_mailboxes(merging.session, keep.id, but_for=lose.id),
        permission.own_mailboxes(merging.session, lose.id, but_for=keep.id),
    )
    fill_in(merging)
    let_all_follow(merging)
    permission.carry_to_own_mailboxes(merging, before=before)
    _leave(merging)


def _merge_mailboxes(merging: Merging) -> None:
    fill_in(merging)
    rename_address(merging)
    let_all_follow(merging)
    permission.carry_suppression(merging)
    # The lost address stays known: a list that still has it must not bring it back, and its letters were sent to it.
    merging.session.add(MailboxReplacement(mailbox_id=merging.lose.id, replaced_by_id=merging.keep.id))
    merging.session.flush()
    merging.session.expire(merging.lose)


def _leave(merging: Merging) -> None:
    forward(merging.session, merging.kind.value, merging.lose.id, merging.keep.id)
    forget(merging.session, merging.lose)


def _chosen(choices: Choices) -> dict[str, object]:
    told = asdict(choices)
    told["guests"] = {event_id: sorted(kept) for event_id, kept in choices.guests.items()}
    return {name: value for name, value in told.items() if value}


_DEEDS = {
    MergeKind.ORGANISATION: _merge_organisations,
    MergeKind.PERSON: _merge_people,
    MergeKind.MAILBOX: _merge_mailboxes,
}
