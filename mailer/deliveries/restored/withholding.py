"""Withholding all that is unsent of an installation, and letting it go when a person says that all is well (I8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Update, or_, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.holding import hold, lock_all, resume
from mailer.deliveries.letters.notices import take_owed
from mailer.deliveries.models import Delivery, DeliveryState, Installation
from mailer.directory.models import CheckLetter
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.outbox import OwedLetter
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.logbook import note
from mailer.staff.models import Operator

RESTORED = "restored"
"""Reason of a one-off letter that waits for a person to say that this database is the right one."""


def is_withheld(session: Session) -> bool:
    """Return whether a person has to say first that this database is the right one."""
    return session.scalar(select(Installation.id).where(Installation.held_at.is_not(None))) is not None


def withheld(session: Session) -> Installation | None:
    """Return why and since when all that was unsent is held; None when it is not."""
    return session.scalar(_WITHHELD)


def withheld_mailings(session: Session) -> list[Mailing]:
    """Return the mailings that wait for that."""
    held = withheld(session)
    return [] if held is None else list(session.scalars(select(Mailing).where(_waits_with(held)).order_by(Mailing.id)))


def has_unsent(session: Session) -> bool:
    """Return whether anything would leave that was there already."""
    questions = (
        select(Mailing.id).where(_would_leave()),
        select(Delivery.id).where(Delivery.mailing_id.is_(None), Delivery.state.in_(_OPEN)),
        select(OwedLetter.id).where(OwedLetter.taken_at.is_(None)),
        select(CheckLetter.id).where(CheckLetter.owed_letter_id.is_(None)),
    )
    return any(session.scalar(question.limit(1)) is not None for question in questions)


def hold_unsent(session: Session, installation: Installation, *, because: str, now: datetime) -> None:
    """Hold every letter that was not handed over yet, until a person confirms."""
    installation.held_at, installation.held_because = now, because
    said = say_withheld(because)
    for mailing in lock_all(session, _would_leave()):
        hold(session, mailing, because=said, until=None, now=now)
        # It waited for a moment; now it waits for a person.
        mailing.held_until, mailing.held_because = None, said
    while take_owed(session, now=now):
        pass
    withheld_letters = {"state": DeliveryState.DEFERRED, "reason": RESTORED, "next_attempt_at": None, "worker": ""}
    session.execute(_single(Delivery.state.in_(_OPEN)).values(withheld_letters), execution_options=_SET_BASED)
    session.flush()


def confirm(session: Session, *, by: Operator | None, now: datetime) -> int:
    """Let go what was held: this is the right database. Return how many mailings go on.

    Raises ``Conflict`` when nothing is held for that.
    """
    installation = session.scalar(_WITHHELD.with_for_update(key_share=True))
    if installation is None:
        raise Conflict(_("Er wordt niets meer tegengehouden."))
    mailings = lock_all(session, _waits_with(installation))
    for mailing in mailings:
        resume(session, mailing, now=now)
    waiting = _single(Delivery.state == DeliveryState.DEFERRED, Delivery.reason == RESTORED)
    session.execute(
        waiting.values(state=DeliveryState.QUEUED, reason="", next_attempt_at=now), execution_options=_SET_BASED
    )
    installation.held_at, installation.held_because = None, ""
    session.flush()
    note(session, by, "sending-confirmed", now=now)
    return len(mailings)


def say_withheld(because: str) -> str:
    """Return the sentence that each held mailing shows."""
    ask = _(
        "Sommige mensen hebben deze mail misschien al. "
        "Kijk eerst bij Mailservers en limieten of dit de goede database is."
    )
    return f"{because} {ask}"


def _would_leave() -> ColumnElement[bool]:
    by_itself = (Mailing.state == MailingState.HELD) & Mailing.held_until.is_not(None)
    return or_(Mailing.state.in_((MailingState.SCHEDULED, MailingState.PREPARING, MailingState.SENDING)), by_itself)


def _waits_with(installation: Installation) -> ColumnElement[bool]:
    return (Mailing.state == MailingState.HELD) & (Mailing.held_because == say_withheld(installation.held_because))


def _single(*conditions: ColumnElement[bool]) -> Update:
    """One-off letters, locked in order."""
    found = select(Delivery.id).where(Delivery.mailing_id.is_(None), *conditions).order_by(Delivery.id)
    return update(Delivery).where(Delivery.id.in_(found.with_for_update(key_share=True)))


_WITHHELD = select(Installation).where(Installation.held_at.is_not(None))
_OPEN = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
_SET_BASED = {"synchronize_session": False}
