"""Holding what a merge touches, always in one order, so that two deeds at once wait for each other and never for ever.

First who is who (``identities``), then the meetings (as who answers or invites does), then the two rows themselves, the
lower id first; letters are held last (``letters``). That is a part of the order of everybody (decision 0076).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.identities import change_identities
from mailer.events.models import Guest, Invitation
from mailer.events.places import lock_event
from mailer.foundation.errors import BadInput, Conflict, NotFound
from mailer.foundation.language import gettext as _
from mailer.records.merging.subject import MODELS
from mailer.records.models import MergeKind


def hold_pair(session: Session, kind: MergeKind, keep_id: int, lose_id: int) -> tuple[Any, Any]:
    """Return both rows, fresh, and held until the end of the transaction, with the meetings they are asked for.

    Raises ``BadInput`` when they are the same row, ``Conflict`` when somebody merged one of them meanwhile.
    """
    if keep_id == lose_id:
        raise BadInput(_("Dit is twee keer hetzelfde. Kies een ander."))
    change_identities(session)
    for event_id in _events(session, kind, (keep_id, lose_id)):
        lock_event(session, event_id)
    # What this session saw before it had the locks may be older than somebody else's commit.
    session.flush()
    session.expire_all()
    rows = _hold_rows(session, kind, (keep_id, lose_id))
    keep, lose = rows.get(keep_id), rows.get(lose_id)
    if keep is None or lose is None:
        raise NotFound(_("Dit staat niet (meer) in het adresboek. Iemand anders heeft het al samengevoegd of gewist."))
    if kind is MergeKind.MAILBOX and (keep.replacement or lose.replacement):
        raise Conflict(_("Dit adres is al vervangen door een ander adres."))
    return keep, lose


def _hold_rows(session: Session, kind: MergeKind, ids: tuple[int, int]) -> dict[int, Any]:
    model = MODELS[kind]
    held = select(model).where(model.id.in_(ids)).order_by(model.id)
    # A mailbox stays, also when another one is used instead; of two parties one goes.
    held = held.with_for_update(key_share=kind is MergeKind.MAILBOX)
    return {row.id: row for row in session.scalars(held.execution_options(populate_existing=True))}


def _events(session: Session, kind: MergeKind, ids: tuple[int, int]) -> list[int]:
    """Meetings whose lists the merge may change, in order."""
    if kind is MergeKind.MAILBOX:
        return []
    column = Invitation.organisation_id if kind is MergeKind.ORGANISATION else Invitation.person_id
    found = set(session.scalars(select(Invitation.event_id).where(column.in_(ids))))
    if kind is MergeKind.PERSON:
        found |= set(session.scalars(select(Guest.event_id).where(Guest.person_id.in_(ids))))
    return sorted(found)
