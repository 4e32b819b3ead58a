"""Deciding about uncertain letters: a person says that they arrived, or that they are sent again, whatever that costs.

Each decision is an event of its letter, with who and when. Only for letters about a meeting an installation may say
beforehand that they are sent again (``resending``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.holding import give_new_time, lock
from mailer.deliveries.models import Delivery, DeliveryEvent, DeliveryState
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.portions import portions
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.models import Operator

DECIDED, SEND_AGAIN, ARRIVED = "decided", "send-again", "arrived"
"""The kind of these events, and what was decided."""

# Above this many parameters a statement becomes slow, and PostgreSQL refuses it in the end.
_AT_ONCE = 5_000


def send_again(session: Session, delivery: Delivery, *, by: Operator | None, now: datetime) -> None:
    """Queue an uncertain letter again, as the same letter: its Message-ID and Date stay.

    Raises ``Conflict`` when there is no doubt about it, its mailing was stopped, or its meeting has begun.
    """
    if delivery.mailing is not None:
        reopen(session, delivery.mailing, now=now)
    _must_be_uncertain(session, delivery)
    queue_again(session, [delivery.id], now=now)
    note_decisions(session, [delivery.id], SEND_AGAIN, by=by, now=now)
    session.refresh(delivery)


def consider_arrived(session: Session, delivery: Delivery, *, by: Operator | None, now: datetime) -> None:
    """Take an uncertain letter for accepted. Raises ``Conflict`` when there is no doubt about it."""
    _must_be_uncertain(session, delivery)
    delivery.state, delivery.reason, delivery.settled_at = DeliveryState.ACCEPTED, "", now
    note_decisions(session, [delivery.id], ARRIVED, by=by, now=now)


def decide_all(
    session: Session, mailing: Mailing, *, sends_again: bool, by: Operator | None, now: datetime
) -> Sequence[int]:
    """Decide about every letter of this mailing that is uncertain now; return which.

    Raises ``Conflict`` when they cannot be sent again, as for one.
    """
    if sends_again:
        reopen(session, mailing, now=now)
    ids = _doubtful(session, mailing)
    if sends_again:
        queue_again(session, ids, now=now)
    else:
        _write(session, ids, {"state": DeliveryState.ACCEPTED, "reason": "", "settled_at": now})
    note_decisions(session, ids, SEND_AGAIN if sends_again else ARRIVED, by=by, now=now)
    return ids


def decide_each(
    session: Session, mailing: Mailing, choices: Mapping[int, bool], *, by: Operator | None, now: datetime
) -> tuple[int, int]:
    """Take each of these letters (delivery → whether it is sent again) for arrived, or send it once more.

    Letters of another mailing, and those of which there is no doubt any more, stay as they are. Returns how many count
    as arrived, and how many leave again. Raises ``Conflict`` when they cannot be sent again, as for one.
    """
    if any(choices.values()):
        reopen(session, mailing, now=now)
    ids = _doubtful(session, mailing, among=choices)
    again = [one for one in ids if choices[one]]
    arrived = [one for one in ids if not choices[one]]
    queue_again(session, again, now=now)
    _write(session, arrived, {"state": DeliveryState.ACCEPTED, "reason": "", "settled_at": now})
    note_decisions(session, again, SEND_AGAIN, by=by, now=now)
    note_decisions(session, arrived, ARRIVED, by=by, now=now)
    return len(arrived), len(again)


def reopen(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Lock a mailing and let letters of it leave again, also when it was done.

    Raises ``Conflict`` when it was stopped, or when the meeting it is about has begun.
    """
    lock(session, mailing)
    if mailing.state is MailingState.CANCELLED:
        raise Conflict(_("Deze mailing is gestopt. Opnieuw verzenden kan niet."))
    give_new_time(session, mailing, now=now)
    if mailing.expires_at is not None and mailing.expires_at <= now:
        raise Conflict(_("De bijeenkomst is al begonnen. Opnieuw verzenden heeft geen zin meer."))
    if mailing.state is MailingState.SENT:
        mailing.state, mailing.finished_at = MailingState.SENDING, None
    session.flush()


def queue_again(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Let these letters be claimed again, now."""
    again = {"state": DeliveryState.QUEUED, "reason": "", "settled_at": None, "next_attempt_at": now}
    _write(session, ids, again)


def note_decisions(
    session: Session, ids: Iterable[int], choice: str, *, by: Operator | None, now: datetime, **more: Any
) -> None:
    """Keep for each of these letters what was decided, by whom and when. Every release of a letter has one (I2)."""
    details = {"to": choice, **more}
    operator_id = by.id if by else None
    rows = [
        {"delivery_id": one, "kind": DECIDED, "at": now, "details": details, "operator_id": operator_id} for one in ids
    ]
    if rows:
        session.execute(insert(DeliveryEvent), rows)


def _doubtful(session: Session, mailing: Mailing, *, among: Collection[int] | None = None) -> Sequence[int]:
    """Return the uncertain letters of this mailing, held; after the mailing (decision 0076)."""
    doubtful = (Delivery.mailing_id == mailing.id, Delivery.reason != "", Delivery.state == DeliveryState.UNCERTAIN)
    found = select(Delivery.id).where(*doubtful).order_by(Delivery.id).with_for_update(key_share=True)
    return session.scalars(found if among is None else found.where(Delivery.id.in_(list(among)))).all()


def _write(session: Session, ids: Sequence[int], values: dict[str, Any]) -> None:
    session.flush()
    for some in portions(ids, _AT_ONCE):
        changed = update(Delivery).where(Delivery.id.in_(some)).values(values)
        session.execute(changed, execution_options={"synchronize_session": False})


def _must_be_uncertain(session: Session, delivery: Delivery) -> None:
    """Held, and read anew: its worker may have come back with the answer while somebody looked at the page."""
    session.flush()
    session.refresh(delivery, with_for_update={"key_share": True})
    if delivery.state is not DeliveryState.UNCERTAIN:
        raise Conflict(_("Over deze mail is geen twijfel (meer)."))
