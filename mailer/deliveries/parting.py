"""Why somebody left after a letter, and whom to write to now, in so far as they wanted to say.

Leaving itself is ``subscriptions.leaving``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryEvent
from mailer.directory.models import Person, Proposal, ProposalSource
from mailer.directory.proposing import NewContact, Origin, propose_contact_left, propose_new_contact
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

TOLD_WHY, MOVED_ON = "told-why", "moved-on"
# Whoever wears more hats than this does not pass them all on to one person.
MOST_ORGANISATIONS = 3


@dataclass(frozen=True)
class Parting:
    """What somebody said when leaving: a reason out of ``reasons``, and their own words."""

    reason: str
    remark: str
    at: datetime


def reasons() -> dict[str, str]:
    """Return code → sentence of each reason that the page offers."""
    return {
        "too-much": _("Ik krijg te veel mail"),
        "not-for-me": _("Het past niet bij mij of bij ons"),
        MOVED_ON: _("Ik werk hier niet meer"),
        "other": _("Iets anders"),
    }


def record_reason(session: Session, delivery: Delivery, *, reason: str, remark: str, now: datetime) -> DeliveryEvent:
    """Keep why somebody left; telling it again replaces it. Raises ``BadInput`` for a reason that is not offered."""
    if reason not in reasons():
        raise BadInput(_("Kies een van de mogelijkheden."), field="reason")
    told = session.scalars(select(DeliveryEvent).where(DeliveryEvent.provider_id == _identity(delivery))).one_or_none()
    if told is None:
        told = DeliveryEvent(delivery_id=delivery.id, kind=TOLD_WHY, provider_id=_identity(delivery))
        session.add(told)
    told.at = now
    told.details = {"reason": reason, "remark": remark}
    session.flush()
    return told


def pass_on(
    session: Session, delivery: Delivery, *, person: Person | None, successor: NewContact | None, now: datetime
) -> list[Proposal]:
    """Propose that this reader left their organisations, and whom to write to there now. Subscribes nobody.

    Without a person (a shared mailbox, and nobody said who) only the successor is proposed. Raises ``BadInput`` for a
    successor that cannot be used.
    """
    origin = Origin(ProposalSource.MOVED_ON, delivery.id)
    roles = [role for role in person.roles if role.is_current(today(now))] if person else []
    uses = delivery.mailbox.organisations if delivery.mailbox else []
    organisations = [role.organisation for role in roles] or [use.organisation for use in uses]
    made = [propose_contact_left(session, role, origin=origin, now=now) for role in roles]
    if successor is not None:
        made += [
            propose_new_contact(session, one, successor, origin=origin, now=now)
            for one in dict.fromkeys(organisations[:MOST_ORGANISATIONS])
        ]
    return [proposal for proposal in made if proposal is not None]


def partings(session: Session, mailing_id: int) -> list[Parting]:
    """Return what people said who left after this mailing, the newest first."""
    question = (
        select(DeliveryEvent)
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .where(Delivery.mailing_id == mailing_id, DeliveryEvent.kind == TOLD_WHY)
        .order_by(DeliveryEvent.at.desc(), DeliveryEvent.id.desc())
    )
    return [_parting(event) for event in session.scalars(question)]


def _identity(delivery: Delivery) -> str:
    return f"{TOLD_WHY}-{delivery.id}"


def _parting(event: DeliveryEvent) -> Parting:
    return Parting(str(event.details.get("reason", "")), str(event.details.get("remark", "")), event.at)
