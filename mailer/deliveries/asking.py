"""What deliveries ask the floor of permission: may this mailbox get this mailing, and never again a dead address.

What the letter is about (its ``Purpose``) is the same for every letter of a mailing, so it is put together once; the
answer is asked three times: when the audience is frozen, at the claim, and at the gate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mailer.audiences.purpose import Purpose
from mailer.directory.models import Mailbox, ProposalSource
from mailer.directory.proposing import Origin, propose_dead_address
from mailer.directory.queries import mailbox_of_address
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import today
from mailer.foundation.database import is_sqlite
from mailer.foundation.errors import BadInput
from mailer.foundation.given import among
from mailer.foundation.prepared import Prepared
from mailer.mailings.models import Mailing
from mailer.mailings.purpose import purpose_of as purpose_of_mailing
from mailer.subscriptions import permission
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress


def purpose_of(session: Session, mailing: Mailing) -> Purpose:
    """Return what this mailing is about, for the gate. Raises ``ValueError`` without a topic: a check let it pass."""
    if mailing.topic is None:
        raise ValueError(f"mailing {mailing.id} has no topic")
    return purpose_of_mailing(mailing)


def refusal(purpose: Purpose, *, now: datetime) -> ColumnElement[str | None]:
    """Return the gate as an expression over ``Mailbox``; NULL when it may be written to."""
    return permission.refusal(
        purpose.topic,
        now=now,
        themes=purpose.themes,
        neighbourhoods=purpose.neighbourhoods,
        participants=purpose.participants,
    )


class GateQuestion:
    """May these mailboxes get this mailing? Put together once a day and asked at every gate: building the question
    costs more than the database's answer."""

    def __init__(self, purpose: Purpose) -> None:
        self._purpose = purpose
        self._day: date | None = None
        self._asked: Prepared | None = None

    def refusals(
        self, session: Session, mailbox_ids: Collection[int | None], *, now: datetime
    ) -> dict[int | None, str]:
        """Return mailbox id → why not; who has no entry may. None stands for a mailbox that was erased."""
        asked = {"ids": sorted({one for one in mailbox_ids if one is not None})}
        answers: dict[int | None, str | None] = dict(self._for_day(now)(session, asked))
        erased = {one: "erased" for one in mailbox_ids if one is None or one not in answers}
        return erased | {one: reason for one, reason in answers.items() if reason}

    def _for_day(self, now: datetime) -> Prepared:
        if self._asked is None or self._day != today(now):
            self._day = today(now)
            asked = select(Mailbox.id, refusal(self._purpose, now=now)).where(among(Mailbox.id, "ids"))
            self._asked = Prepared(lambda _sqlite: asked)
        return self._asked


def lock_mailboxes(session: Session, mailbox_ids: Collection[int | None]) -> None:
    """Lock these mailboxes (None is none): a leave is before the gate or after it, never beside it.

    A statement of its own: a question that is asked afterwards sees every leave that this had to wait for.
    """
    ids = sorted({one for one in mailbox_ids if one is not None})
    if ids and not is_sqlite(session):
        _LOCK_MAILBOXES(session, {"ids": ids})


_LOCK_MAILBOXES = Prepared(
    lambda _sqlite: select(Mailbox.id).where(among(Mailbox.id, "ids")).order_by(Mailbox.id).with_for_update(read=True)
)


def refusals(session: Session, purpose: Purpose, mailbox_ids: Iterable[int], *, now: datetime) -> dict[int, str]:
    """Return mailbox id → reason for those of the given ones that may not be written to."""
    found = permission.refusals(
        session,
        mailbox_ids,
        purpose.topic,
        now=now,
        themes=purpose.themes,
        neighbourhoods=purpose.neighbourhoods,
        participants=purpose.participants,
    )
    return {mailbox_id: reason.value for mailbox_id, reason in found.items()}


@dataclass(frozen=True, order=True)
class DeadAddress:
    """An address that a mail server says does not exist; by which letter, and what was said."""

    address: str
    delivery_id: int
    reply: str


def suppress_dead_addresses(session: Session, dead: Iterable[DeadAddress], *, now: datetime) -> None:
    """Never write again to these addresses, and propose to take them out; in one order, after all other locks.

    Two workers may hear of the same two addresses in opposite order (decision 0076).
    """
    for one in sorted(dead):
        suppress_dead_address(session, one.address, reply=one.reply, delivery_id=one.delivery_id, now=now)


def suppress_dead_address(
    session: Session, address: str, *, reply: str, now: datetime, delivery_id: int | None = None
) -> None:
    """Never write again to an address that a mail server says does not exist, and propose to take it out.

    For a refusal while handing over, and for a bounce that came back later.
    """
    try:
        suppress(session, address, SuppressionReason.HARD_BOUNCE, note=reply[:500], now=now)
    except BadInput:
        return  # Not even an address: then nobody can write to it again either.
    mailbox = mailbox_of_address(session, parse_address(address))
    if mailbox is not None:
        propose_dead_address(session, mailbox, origin=Origin(ProposalSource.HARD_BOUNCE, delivery_id), now=now)
