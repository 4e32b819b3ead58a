"""The gate: the last question before letters' dots, and the only way from *claimed* to *handing over*.

One transaction for a window of letters, durable before their dots go out. Whatever dies afterwards, the rows tell which
letters may have gone (decisions 0012 and 0067). Locks are taken in the order of everybody (decision 0076).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Update, bindparam, case
from sqlalchemy.orm import Session

from mailer.deliveries.asking import GateQuestion, lock_mailboxes
from mailer.deliveries.line import leasing
from mailer.deliveries.line.claiming import Claim, cancel_claims, held, may_be_in_hand, release
from mailer.deliveries.line.reopening import lock_mailings, reopen
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.regulating.limiting import Asking, first_relay, take_allowances
from mailer.deliveries.regulating.limits import every_limit
from mailer.foundation.given import WORDS, rows_of
from mailer.foundation.prepared import Prepared
from mailer.mailings.models import MailingState


@dataclass(frozen=True)
class Gates:
    """Whose dots may go out, in the order they were asked; and who has to wait for a limit, how many seconds.

    Whoever is in neither was cancelled, released or taken up by others: it is not ours any more.
    """

    open: Sequence[Claim] = ()
    waits: Mapping[Claim, float] = field(default_factory=dict)
    # False: the worker was away past its lease, and has nothing in its hands any more.
    has_lease: bool = True


def open_gates(
    session: Session,
    claims: Sequence[Claim],
    questions: Mapping[int, GateQuestion],
    *,
    beside: Collection[int | None] = (),
    now: datetime,
) -> Gates:
    """Write down that these letters of one worker are being handed over, as far as they still may go.

    The caller commits before the dots. A stop, a pause or a leave that was committed before is respected here
    (invariant I6). ``questions``: one for each mailing; one-off letters ask none. ``beside``: mailings of other letters
    that this transaction writes down afterwards; they are locked with those of the gates.
    """
    if not claims:
        return Gates()
    if not leasing.renew(session, claims[0].worker, now=now):
        return Gates(has_lease=False)
    states = lock_mailings(session, {*beside, *(one.mailing_id for one in claims)})
    lock_mailboxes(session, [one.mailbox_id for one in claims if one.mailing_id is not None])
    going = _of_mailings_that_go_on(session, claims, states, now=now)
    may_go = _permitted(session, going, questions, now=now)
    waits = _waits(session, may_go, now=now)
    opened = _begin_handing_over(session, [one for one in may_go if one.delivery_id not in waits])
    return Gates(opened, {one: waits[one.delivery_id] for one in may_go if one.delivery_id in waits})


def take_back(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Undo the gate of letters whose dot certainly stayed here, also when the sweeper doubted them meanwhile.

    They wait again, and so does their mailing when that was closed already; after a stop they are cancelled.
    """
    states = lock_mailings(session, [one.mailing_id for one in claims])
    stopped = {mailing_id for mailing_id, state in states.items() if state is MailingState.CANCELLED}
    again = [one for one in claims if one.mailing_id not in stopped]
    back = _undo(session, again, DeliveryState.QUEUED, again_at=now)
    _undo(session, [one for one in claims if one.mailing_id in stopped], DeliveryState.CANCELLED, settled_at=now)
    reopen(session, {one.delivery_id: one.mailing_id for one in again if one.delivery_id in back}, states, now=now)


def _of_mailings_that_go_on(
    session: Session, claims: Sequence[Claim], states: Mapping[int, MailingState], *, now: datetime
) -> list[Claim]:
    """The shared lock makes who stops a mailing wait for this gate; the next gate sees the stop."""
    waiting = [one for one in claims if one.mailing_id and states.get(one.mailing_id) is not MailingState.SENDING]
    release(session, waiting, again_at=now)
    return [one for one in claims if one not in set(waiting)] if waiting else list(claims)


def _permitted(
    session: Session, claims: Sequence[Claim], questions: Mapping[int, GateQuestion], *, now: datetime
) -> list[Claim]:
    refused: dict[Claim, str] = {}
    for mailing_id, question in questions.items():
        ours = [one for one in claims if one.mailing_id == mailing_id]
        reasons = question.refusals(session, [one.mailbox_id for one in ours], now=now) if ours else {}
        refused |= {one: reasons[one.mailbox_id] for one in ours if one.mailbox_id in reasons}
    cancel_claims(session, refused, now=now)
    return [one for one in claims if one not in refused] if refused else list(claims)


def _waits(session: Session, claims: Sequence[Claim], *, now: datetime) -> Mapping[int, float]:
    if not claims or not every_limit(session):
        return {}
    return take_allowances(session, [_asking(session, one) for one in claims], now=now).waits


def _asking(session: Session, claim: Claim) -> Asking:
    relay = claim.relay or first_relay(session)
    return Asking(claim.delivery_id, relay, claim.address, is_urgent=claim.mailing_id is None)


def _begin_handing_over(session: Session, claims: Sequence[Claim]) -> list[Claim]:
    if not claims:
        return []
    rows = rows_of((one.delivery_id, one.attempt, one.relay) for one in claims)
    written = {delivery_id for (delivery_id,) in _BEGIN(session, rows)}
    return [one for one in claims if one.delivery_id in written]


def _undo(
    session: Session,
    claims: Sequence[Claim],
    ends_as: DeliveryState,
    *,
    again_at: datetime | None = None,
    settled_at: datetime | None = None,
) -> set[int]:
    if not claims:
        return set()
    values = {
        "ends_as": ends_as,
        "again_at": again_at,
        "settled": settled_at,
        "why": "stopped" if settled_at else "",
        **rows_of((one.delivery_id, one.attempt) for one in claims),
    }
    return {delivery_id for (delivery_id,) in _TAKE_BACK(session, values)}


# Statements are put together once: they run for every window, and building one costs more than running it.
def _begin(sqlite: bool) -> Update:
    rows, ours = held(sqlite, relay=WORDS)
    return (
        ours.where(Delivery.state == DeliveryState.CLAIMED)
        .values(state=DeliveryState.HANDING_OVER, handovers=Delivery.handovers + 1, relay=rows.c.relay)
        .returning(Delivery.id)
    )


def _take_back(sqlite: bool) -> Update:
    _rows, ours = held(sqlite)
    is_gated = Delivery.state != DeliveryState.CLAIMED
    return (
        ours.where(may_be_in_hand())
        .values(
            state=bindparam("ends_as", type_=Delivery.state.type),
            handovers=Delivery.handovers - case((is_gated, 1), else_=0),
            reason=bindparam("why"),
            worker="",
            next_attempt_at=bindparam("again_at", type_=Delivery.next_attempt_at.type),
            settled_at=bindparam("settled", type_=Delivery.settled_at.type),
        )
        .returning(Delivery.id)
    )


_BEGIN, _TAKE_BACK = Prepared(_begin), Prepared(_take_back)
