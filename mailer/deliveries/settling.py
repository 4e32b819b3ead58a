"""Settling doubts by the relay's own log: what it took or refused is known by the Message-ID (``wire.relay_log``).

Only letters in doubt, and letters that wait in a restored database: what left after the backup was made must not leave
again. Reading a log twice, or parts of it, changes nothing that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.asking import DeadAddress, suppress_dead_addresses
from mailer.deliveries.models import Delivery, DeliveryEvent, DeliveryState
from mailer.deliveries.restored.withholding import withheld_mailings
from mailer.directory.identities import keep_identities
from mailer.wire.relay_log import Fate, Finding, read_log
from mailer.wire.replies import Fault, Phase, judge


@dataclass(frozen=True)
class Settled:
    """How many letters the log told of: taken, refused, and those it says nothing about."""

    accepted: int = 0
    rejected: int = 0
    left: int = 0


def settle_by_log(session: Session, lines: Iterable[str], *, now: datetime) -> Settled:
    """Settle what these lines of a relay's log tell of letters in doubt; return how many."""
    keep_identities(session)
    wanted = _in_doubt(session)
    # The last word counts: taken into the queue first, given back by the next server later.
    found = {one.message_id: one for one in read_log(lines) if one.message_id in wanted}
    dead = []
    for letter in _held(session, [wanted[one] for one in found]):
        finding = found[letter.message_id]
        _settle(session, letter, finding, now=now)
        if letter.reason == Fault.DEAD_ADDRESS.value:
            dead.append(DeadAddress(letter.address, letter.id, str(finding.reply)))
    session.flush()
    suppress_dead_addresses(session, dead, now=now)
    rejected = sum(1 for one in found.values() if one.fate is Fate.REFUSED)
    return Settled(len(found) - rejected, rejected, len(wanted) - len(found))


def _held(session: Session, ids: Sequence[int]) -> Sequence[Delivery]:
    """Return these letters, held and read anew: a worker may settle one at this moment too."""
    still_open = Delivery.id.in_(ids), Delivery.state.in_(_OPEN)
    held = select(Delivery).where(*still_open).order_by(Delivery.id).with_for_update(key_share=True)
    return session.scalars(held.execution_options(populate_existing=True)).all()


def _in_doubt(session: Session) -> dict[str, int]:
    """Message-ID → delivery, of the letters that a log may settle."""
    # Every letter in doubt has a reason, and letters with a reason have an index.
    uncertain = (Delivery.state == DeliveryState.UNCERTAIN, Delivery.reason != "")
    wanted = {row.message_id: row.id for row in session.execute(_LETTERS.where(*uncertain))}
    for mailing in withheld_mailings(session):
        waits = (Delivery.mailing_id == mailing.id, Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED)))
        wanted |= {row.message_id: row.id for row in session.execute(_LETTERS.where(*waits))}
    return wanted


def _settle(session: Session, delivery: Delivery, finding: Finding, *, now: datetime) -> None:
    reply = finding.reply
    fault = judge(Phase.AFTER_DOT, reply).fault or Fault.MAILBOX
    is_refused = finding.fate is Fate.REFUSED
    delivery.state = DeliveryState.REJECTED if is_refused else DeliveryState.ACCEPTED
    delivery.reason = fault.value if is_refused else ""
    delivery.reply_code, delivery.reply_text = reply.code, reply.text
    delivery.settled_at, delivery.next_attempt_at = now, None
    told = {"by": "relay-log", "queue": finding.queue_id, "said": str(reply)}
    session.add(DeliveryEvent(delivery_id=delivery.id, kind="settled", at=now, details=told))


_OPEN = (DeliveryState.UNCERTAIN, DeliveryState.QUEUED, DeliveryState.DEFERRED)
_LETTERS = select(Delivery.id, Delivery.message_id)
