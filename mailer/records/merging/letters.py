"""Letters follow whom they were for. What was sent stays sent, and no merge makes a letter go out twice."""

from __future__ import annotations

from sqlalchemy import select

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.records.merging.subject import Merging
from mailer.records.models import MergeKind

WAITS = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
# May have arrived: better one letter too few than the same one twice.
MAY_HAVE_GONE = (DeliveryState.HANDING_OVER, DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN)
BECAUSE = "merged"


def follow_addressees(merging: Merging) -> None:
    """Letters that were meant for the lost party were meant for the one that stays."""
    column = (
        DeliveryAddressee.organisation_id if merging.kind is MergeKind.ORGANISATION else DeliveryAddressee.person_id
    )
    session = merging.session
    for row in session.scalars(select(DeliveryAddressee).where(column == merging.lose.id)).all():
        setattr(row, column.key, merging.keep.id)
    session.flush()


def follow_deliveries(merging: Merging) -> None:
    """Letters to the lost address are letters to the mailbox that stays.

    A letter that both got stays where it was: the pair (mailing, mailbox) is unique, and both did go out. What waits
    goes to the new address, or not at all when the mailbox that stays has that letter already.
    """
    session, keep, lose = merging.session, merging.keep, merging.lose
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.mailbox_id.in_((keep.id, lose.id)))
        .order_by(Delivery.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    ours = {row.mailing_id: row for row in rows if row.mailbox_id == keep.id and row.mailing_id is not None}
    for row in rows:
        if row.mailbox_id == keep.id:
            continue
        twin = ours.get(row.mailing_id) if row.mailing_id is not None else None
        if twin is None:
            _redirect(merging, row)
        else:
            _send_once(merging, twin, row)
    session.flush()


def _redirect(merging: Merging, row: Delivery) -> None:
    row.mailbox_id = merging.keep.id
    if row.state in WAITS:
        row.address = merging.keep.address
    if row.state is DeliveryState.CLAIMED:
        # The worker that holds it made its message for the old address: it must take it anew.
        row.state, row.worker, row.next_attempt_at = DeliveryState.QUEUED, "", merging.now


def _send_once(merging: Merging, ours: Delivery, theirs: Delivery) -> None:
    if theirs.state in WAITS:
        _cancel(merging, theirs)
    elif ours.state in WAITS and theirs.state in MAY_HAVE_GONE:
        _cancel(merging, ours)


def _cancel(merging: Merging, row: Delivery) -> None:
    row.state, row.reason, row.settled_at = DeliveryState.CANCELLED, BECAUSE, merging.now
    row.worker, row.next_attempt_at = "", None
