"""Letters follow whom they were for. What was sent stays sent, and no merge makes a letter go out twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.mailings.models import MailingState
from mailer.records.merging.subject import Merging
from mailer.records.models import MergeKind

WAITS = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
CLAIMABLE = (DeliveryState.QUEUED, DeliveryState.CLAIMED)
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


def wait_again(
    session: Session, mailbox_ids: Collection[int], states: Mapping[int, MailingState], *, now: datetime
) -> None:
    """See to letters that a merge kept and that wait again now that it is taken back (invariant I1).

    They are claimed anew: the worker that held one then is gone, or made it for the other address. A mailing that was
    sent or stopped since is not opened for them. ``states``: of their mailings, held (``reopening.lock_mailings``).
    """
    theirs = select(Delivery).where(Delivery.mailbox_id.in_(mailbox_ids)).order_by(Delivery.id)
    for row in session.scalars(theirs.execution_options(populate_existing=True)).all():
        if row.state in WAITS:
            _wait_again(row, states.get(row.mailing_id) if row.mailing_id is not None else None, now=now)
        elif row.state is not DeliveryState.HANDING_OVER:
            row.worker = ""  # It came to rest since, in nobody's hands.
    session.flush()


def _wait_again(row: Delivery, mailing: MailingState | None, *, now: datetime) -> None:
    match mailing:
        case MailingState.SENT:
            _cancel(row, BECAUSE, now=now)
        case MailingState.CANCELLED:
            _cancel(row, "stopped", now=now)
        case None | MailingState.SENDING | MailingState.PAUSED | MailingState.HELD if row.state in CLAIMABLE:
            row.state, row.worker, row.next_attempt_at = DeliveryState.QUEUED, "", now


def _redirect(merging: Merging, row: Delivery) -> None:
    row.mailbox_id = merging.keep.id
    if row.state in WAITS:
        row.address = merging.keep.address
    if row.state is DeliveryState.CLAIMED:
        # The worker that holds it made its message for the old address: it must take it anew.
        row.state, row.worker, row.next_attempt_at = DeliveryState.QUEUED, "", merging.now


def _send_once(merging: Merging, ours: Delivery, theirs: Delivery) -> None:
    if theirs.state in WAITS:
        _cancel(theirs, BECAUSE, now=merging.now)
    elif ours.state in WAITS and theirs.state in MAY_HAVE_GONE:
        _cancel(ours, BECAUSE, now=merging.now)


def _cancel(row: Delivery, reason: str, *, now: datetime) -> None:
    row.state, row.reason, row.settled_at = DeliveryState.CANCELLED, reason, now
    row.worker, row.next_attempt_at = "", None
