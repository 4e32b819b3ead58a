"""Claiming: a worker takes some letters for itself, for as long as it lives, and gives back what it does not send.

A claim is a lease: a worker that stops renewing it loses its letters to others (``leasing``). ``attempt`` rises with
each claim, and every later write names it, so that a worker that was away too long changes nothing (invariant I7).
Everything here is one statement for a whole batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Insert, Select, Update, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mailer.deliveries.asking import GateQuestion, purpose_of
from mailer.deliveries.line import leasing
from mailer.deliveries.models import Delivery, DeliveryState, MailingProgress
from mailer.deliveries.regulating.putting_off import put_off
from mailer.deliveries.regulating.quiet import BEING_SENT, OF_THE_NIGHT, quiet_until
from mailer.deliveries.regulating.troubles import refused_mailings
from mailer.foundation.given import MOMENT, NUMBER, WORDS, given, moment, rows_of
from mailer.foundation.prepared import Prepared
from mailer.mailings.models import Mailing, MailingKind

OURS = (DeliveryState.CLAIMED, DeliveryState.HANDING_OVER)

# When all that was taken waits for its domain, the next letters are looked at; not without end in one transaction.
MOST_ROUNDS = 20


class Claim(NamedTuple):
    """One letter in a worker's hands."""

    delivery_id: int
    attempt: int
    worker: str
    claimed_at: datetime
    mailing_id: int | None
    mailbox_id: int | None
    address: str = ""
    # By which it leaves: the name of a route (``regulating.routing``); its row learns that at the gate.
    relay: str = ""


def claim(
    session: Session,
    *,
    worker: str,
    limit: int,
    now: datetime,
    relay_of: Callable[[int], str] = lambda _delivery_id: "",
    one_off: bool | None = None,
    questions: dict[int, GateQuestion] | None = None,
) -> list[Claim]:
    """Take at most so many letters: one-off letters first, then those of one mailing. Empty when nothing waits.

    ``one_off``: only those, or only letters of mailings. ``relay_of`` tells by which relay a letter leaves
    (``regulating.routing``). ``questions`` are those that were put together before, by mailing; new ones are added.
    Whoever left since the audience was frozen is cancelled here, and asked about once more at the gate.
    """
    asked = {} if questions is None else questions
    for mailing_id in _causes(session, one_off, now=now):
        for _round in range(MOST_ROUNDS):
            taken = _take(session, mailing_id, worker=worker, limit=limit, now=now, relay_of=relay_of)
            if not taken:
                break
            permitted = _permitted(session, taken, asked, now=now)
            if permitted:
                # Before troubles are, as everybody does (decision 0076).
                leasing.hold(session, worker, [one.delivery_id for one in permitted], now=now)
            if going := _leaving_now(session, permitted, now=now):
                return going
    return []


def release(session: Session, claims: Sequence[Claim], *, again_at: datetime) -> None:
    """Give claimed letters back unsent, to be claimed from that moment on; what is no longer ours stays as it is."""
    if claims:
        rows = rows_of((one.delivery_id, one.attempt, moment(again_at)) for one in claims)
        _RELEASE(session, rows)


def cancel_claims(session: Session, reasons: Mapping[Claim, str], *, now: datetime) -> None:
    """Cancel letters that we hold and that may not go any more, each with its reason."""
    end_claims(session, [(one, DeliveryState.CANCELLED, reason) for one, reason in reasons.items()], now=now)


def end_claims(session: Session, ends: Sequence[tuple[Claim, DeliveryState, str]], *, now: datetime) -> None:
    """End letters that we hold in a state and with a reason; what is no longer ours stays as it is."""
    if ends:
        rows = rows_of((one.delivery_id, one.attempt, state.value, reason) for one, state, reason in ends)
        _END(session, {"settled": now, **rows})


def _causes(session: Session, one_off: bool | None, *, now: datetime) -> Iterator[int | None]:
    """What letters may wait for, most urgent first: one-off letters (None), then meetings, then newsletters."""
    if one_off is not False:
        yield None
    if one_off:
        return
    refused = refused_mailings(session)
    held = _HOLD_OF_THE_NIGHT if quiet_until(session, now=now) else _HOLD_BEING_SENT
    sending = [(kind, mailing_id) for mailing_id, kind in held(session) if mailing_id not in refused]
    yield from (mailing_id for _kind, mailing_id in sorted(sending, key=lambda one: one[0] == MailingKind.NEWSLETTER))


def _take(
    session: Session,
    mailing_id: int | None,
    *,
    worker: str,
    limit: int,
    now: datetime,
    relay_of: Callable[[int], str],
) -> list[Claim]:
    values = {"of_worker": worker, "moment": now, "most": limit, "mailing": mailing_id}
    due = _DUE if mailing_id is not None else _DUE_ONE_OFF
    rows = due(session, values)
    if mailing_id is not None and len(rows) < limit:
        rows += _take_fresh(session, mailing_id, values | {"most": limit - len(rows)})
    return sorted(
        (
            Claim(delivery_id, attempt, worker, now, mailing_id, mailbox_id, address, relay_of(delivery_id))
            for delivery_id, attempt, mailbox_id, address in rows
        ),
        key=lambda one: one.delivery_id,
    )


def _take_fresh(session: Session, mailing_id: int, values: dict[str, Any]) -> list[Any]:
    """Take letters that were never claimed, from where the last claim came to.

    Who holds the progress of a mailing is the only one who claims these: none can be passed over.
    """
    of_mailing = {"of_mailing": mailing_id}
    progress = _HOLD_PROGRESS(session, of_mailing)
    if not progress:
        _BEGIN_PROGRESS(session, {"mailing_id": mailing_id})
        progress = _HOLD_PROGRESS(session, of_mailing)
    ((values["after"],),) = progress
    rows = _FRESH_CLAIM(session, values)
    if rows:
        _MOVE_PROGRESS(session, of_mailing | {"last": max(row[0] for row in rows)})
    return rows


def _permitted(
    session: Session, claims: list[Claim], questions: dict[int, GateQuestion], *, now: datetime
) -> list[Claim]:
    mailing_id = claims[0].mailing_id
    if mailing_id is None:
        return claims
    if mailing_id not in questions:
        questions[mailing_id] = GateQuestion(purpose_of(session, session.get_one(Mailing, mailing_id)))
    reasons = questions[mailing_id].refusals(session, [one.mailbox_id for one in claims], now=now)
    if not reasons:
        return claims
    cancel_claims(session, {one: reasons[one.mailbox_id] for one in claims if one.mailbox_id in reasons}, now=now)
    return [one for one in claims if one.mailbox_id not in reasons]


def _leaving_now(session: Session, claims: list[Claim], *, now: datetime) -> list[Claim]:
    later = put_off(session, {one.delivery_id: one.address for one in claims}, now=now)
    return [one for one in claims if one.delivery_id not in later]


# Statements are put together once: they run for every batch, and building one costs more than running it.
_SET_BASED = {"synchronize_session": False}


def _held_mailings(which: ColumnElement[bool]) -> Prepared:
    sent = select(Mailing.id, Mailing.kind).where(which).order_by(Mailing.id)
    # Held before its letters, in the order of every gate (``handing_over``). Who stops one has it now: not of that one.
    return Prepared(lambda _sqlite: sent.with_for_update(read=True, skip_locked=True))


_HOLD_BEING_SENT, _HOLD_OF_THE_NIGHT = _held_mailings(BEING_SENT), _held_mailings(OF_THE_NIGHT)
_PROGRESS = MailingProgress.mailing_id == bindparam("of_mailing")
_HOLD_PROGRESS = Prepared(lambda _sqlite: select(MailingProgress.claimed_to).where(_PROGRESS).with_for_update())
_MOVE_PROGRESS = Prepared(lambda _sqlite: update(MailingProgress).where(_PROGRESS).values(claimed_to=bindparam("last")))


def _begin_progress(on_sqlite: bool) -> Insert:
    made = sqlite.insert(MailingProgress) if on_sqlite else postgresql.insert(MailingProgress)
    return made.values(mailing_id=bindparam("mailing_id"), claimed_to=0).on_conflict_do_nothing(
        index_elements=["mailing_id"]
    )


_BEGIN_PROGRESS = Prepared(_begin_progress)
_FRESH = (
    select(Delivery.id)
    .where(
        Delivery.mailing_id == bindparam("mailing"),
        Delivery.id > bindparam("after"),
        Delivery.attempt == 0,
        Delivery.state == DeliveryState.QUEUED,
        Delivery.next_attempt_at.is_(None),
    )
    .order_by(Delivery.id)
)


def _due(mailing: Any) -> Select[int]:
    is_due = Delivery.next_attempt_at <= bindparam("moment", type_=Delivery.next_attempt_at.type)
    waiting = select(Delivery.id).where(mailing, is_due, Delivery.state == DeliveryState.QUEUED)
    in_order = waiting.order_by(Delivery.next_attempt_at, Delivery.id).limit(bindparam("most"))
    return in_order.with_for_update(skip_locked=True)


def _claim(waiting: CTE) -> Update:
    return (
        update(Delivery)
        .where(Delivery.id == waiting.c.id)
        .values(
            state=DeliveryState.CLAIMED,
            attempt=Delivery.attempt + 1,
            worker=bindparam("of_worker"),
            claimed_at=bindparam("moment", type_=Delivery.claimed_at.type),
        )
        .returning(Delivery.id, Delivery.attempt, Delivery.mailbox_id, Delivery.address)
    )


_DUE = Prepared(lambda _sqlite: _claim(_due(Delivery.mailing_id == bindparam("mailing")).cte("waiting")))
_DUE_ONE_OFF = Prepared(lambda _sqlite: _claim(_due(Delivery.mailing_id.is_(None)).cte("waiting")))
_FRESH_CLAIM = Prepared(lambda _sqlite: _claim(_FRESH.limit(bindparam("most")).with_for_update().cte("waiting")))


def held(sqlite: bool, **more: Any) -> tuple[CTE, Update]:
    """Return given rows (delivery, attempt, …) and an update of those that are still in these hands: the fence."""
    rows = given(sqlite=sqlite, delivery=NUMBER, attempt=NUMBER, **more)
    return rows, update(Delivery).where(Delivery.id == rows.c.delivery, Delivery.attempt == rows.c.attempt)


def may_be_in_hand() -> ColumnElement[bool]:
    """Return in which states a letter is its worker's to settle: uncertain too, when the sweep only thought it lost."""
    return or_(*(Delivery.state == state for state in (*OURS, DeliveryState.UNCERTAIN)))


def _release(sqlite: bool) -> Update:
    rows, ours = held(sqlite, again_at=MOMENT)
    return ours.where(Delivery.state == DeliveryState.CLAIMED).values(
        state=DeliveryState.QUEUED, worker="", next_attempt_at=rows.c.again_at
    )


def _end(sqlite: bool) -> Update:
    rows, ours = held(sqlite, ends_as=WORDS, why=WORDS)
    return ours.where(Delivery.state == DeliveryState.CLAIMED).values(
        state=rows.c.ends_as,
        reason=rows.c.why,
        worker="",
        next_attempt_at=None,
        settled_at=bindparam("settled", type_=Delivery.settled_at.type),
    )


_RELEASE, _END = Prepared(_release), Prepared(_end)
