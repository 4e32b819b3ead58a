"""Holding a mailing, and letting it go on: pause, resume, stop, and the breaker for a relay in trouble.

A mailing is never "failed". What cannot be sent waits, with a reason in Dutch; every figure stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState, MailingProgress
from mailer.deliveries.regulating.routing import next_try, rest, routes_of
from mailer.deliveries.regulating.troubles import (
    forget_trouble,
    hold_troubles,
    mailing_scope,
    refused_mailings,
    try_again,
)
from mailer.foundation.clock import say_time
from mailer.foundation.database import settings_of
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.wire.replies import Outcome, Phase

# Still to leave, or in a worker's hands before the gate.
OPEN = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
# Not at rest yet.
UNSETTLED = (*OPEN, DeliveryState.HANDING_OVER)
STOPPABLE = (
    MailingState.SCHEDULED,
    MailingState.PREPARING,
    MailingState.SENDING,
    MailingState.PAUSED,
    MailingState.HELD,
)


def pause(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Let nothing leave until somebody resumes. Raises ``Conflict`` when it is not being sent."""
    lock(session, mailing)
    if mailing.state not in (MailingState.SENDING, MailingState.HELD):
        raise Conflict(_("Deze mailing wordt nu niet verzonden. Pauzeren kan niet."))
    _wait_as(mailing, MailingState.PAUSED, because="", now=now)
    session.flush()


def resume(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Go on with what was paused or held. Raises ``Conflict`` when it was neither."""
    lock(session, mailing)
    if mailing.state not in (MailingState.PAUSED, MailingState.HELD):
        raise Conflict(_("Deze mailing staat niet stil. Verdergaan kan niet."))
    # Who presses the button means now, not when a relay was to be tried again.
    relays = [route.name for route in routes_of(session)]
    hold_troubles(session, [*relays, mailing_scope(mailing.id)])
    try_again(session, relays)
    forget_trouble(session, [mailing_scope(mailing.id)])
    go_on(session, mailing, now=now)
    if mailing.prepared_at is not None:
        give_new_time(session, mailing, now=now)


def go_on(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Set a waiting mailing to work again: to sending, or to preparing when its audience is not frozen yet."""
    mailing.held_because, mailing.held_at, mailing.held_until = "", None, None
    if mailing.prepared_at is None:
        mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, now
    else:
        mailing.state = MailingState.SENDING
    session.flush()


def stop(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Send nothing more, for good; what was handed over cannot come back.

    Raises ``Conflict`` when there is nothing to stop.
    """
    lock(session, mailing)
    if mailing.state not in STOPPABLE:
        raise Conflict(_("Deze mailing kan niet meer worden gestopt."))
    mailing.state, mailing.finished_at, mailing.held_because, mailing.held_until = (
        MailingState.CANCELLED,
        now,
        "",
        None,
    )
    session.flush()
    # Locked in order: who merges two mailboxes holds several of these letters, and not their mailing.
    open_letters = select(Delivery.id).where(Delivery.mailing_id == mailing.id, Delivery.state.in_(OPEN))
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(open_letters.order_by(Delivery.id).with_for_update(key_share=True)))
        .values(state=DeliveryState.CANCELLED, reason="stopped", worker="", next_attempt_at=None, settled_at=now)
        .execution_options(synchronize_session=False)
    )


def hold(session: Session, mailing: Mailing, *, because: str, until: datetime | None, now: datetime) -> None:
    """Let the mailing wait with a reason; without ``until`` a person decides when it goes on."""
    lock(session, mailing)
    if mailing.state in (MailingState.SCHEDULED, MailingState.PREPARING, MailingState.SENDING):
        _wait_as(mailing, MailingState.HELD, because=because, now=now)
        mailing.held_until = until
        session.flush()


def hold_for_relay(session: Session, outcome: Outcome, *, relay: str = "", now: datetime) -> None:
    """The breaker: this relay (its route's name; the first when there is one) does not take our letters, so it waits.

    The others go on. When none works, all that is being sent waits for the first that is tried again, by itself.
    """
    # Mailings before troubles: in the order of every gate.
    mailings = lock_all(session, Mailing.state == MailingState.SENDING)
    rest(session, relay or routes_of(session)[0].name, outcome, now=now)
    until = next_try(session, now=now)
    if until is None:
        return
    for mailing in mailings:
        hold(session, mailing, because=say_relay_trouble(outcome, until=until), until=until, now=now)


def hold_refused_letters(session: Session, *, now: datetime) -> int:
    """Hold the mailings whose letter itself is refused again and again, until a person mended it; return how many.

    For the sweep; nothing of them is claimed meanwhile. A worker that found out holds locks that a hold must not meet.
    """
    refused = refused_mailings(session)
    if not refused:
        return 0
    for mailing in lock_all(session, Mailing.id.in_(refused)):
        trouble = refused[mailing.id]
        reply = f"{trouble.reply_code or ''} {trouble.reply_text}".strip()
        hold(session, mailing, because=say_refused_letter(reply), until=None, now=now)
    hold_troubles(session, map(mailing_scope, refused))
    forget_trouble(session, map(mailing_scope, refused))
    return len(refused)


def say_refused_letter(reply: str) -> str:
    """Return the sentence staff reads when the letter itself is not taken."""
    return _(
        "Mailservers nemen deze mail niet aan: er is iets mis met de mail zelf (%(reply)s). "
        "Vaak is een foto te groot. Vraag de beheerder om te kijken, of stop deze mailing en verzend een kopie.",
        reply=reply[:200],
    )


def say_relay_trouble(outcome: Outcome, *, until: datetime) -> str:
    """Return the sentence staff reads when the relay does not take letters."""
    reply = str(outcome.reply)[:200]
    if outcome.phase in (Phase.CONNECT, Phase.BANNER):
        found = _("De mailserver is niet te bereiken (%(reply)s).", reply=reply)
    elif outcome.phase is Phase.AUTH:
        found = _("De mailserver laat ons niet inloggen (%(reply)s).", reply=reply)
    else:
        found = _("De mailserver neemt geen post van ons aan (%(reply)s).", reply=reply)
    kept = _("Er is niets verloren. We proberen het om %(time)s uur opnieuw.", time=say_time(until))
    return f"{found} {kept}"


def finish(session: Session, *, mailing_ids: Iterable[int] | None = None, now: datetime) -> list[int]:
    """Close the mailings of which every letter is at rest; return their ids."""
    # Held first and looked at afterwards: else a letter that a late worker brings back meanwhile is overlooked. What
    # is at its gate now holds the mailing too: the next sweep closes it.
    perhaps = select(Mailing.id).where(Mailing.id.in_(perhaps_at_rest(session)))
    held = session.scalars(perhaps.with_for_update(skip_locked=True, key_share=True)).all()
    if not held:
        return []
    unsettled = exists().where(Delivery.mailing_id == Mailing.id, Delivery.state.in_(UNSETTLED))
    done = update(Mailing).where(Mailing.state == MailingState.SENDING, Mailing.id.in_(held), ~unsettled)
    if mailing_ids is not None:
        done = done.where(Mailing.id.in_(list(mailing_ids)))
    finished = session.scalars(
        done.values(state=MailingState.SENT, finished_at=now)
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    return list(finished)


def perhaps_at_rest(session: Session) -> list[int]:
    """Return the mailings that are being sent and of which nothing waits, as far as indexes tell.

    Only of these every letter is looked at: that takes a while for a million of them.
    """
    # Said in so many words: inside EXISTS it would by itself speak of every mailing instead of this one.
    progress = select(MailingProgress.claimed_to).where(MailingProgress.mailing_id == Mailing.id)
    claimed_to = progress.correlate(Mailing).scalar_subquery()
    here = Delivery.mailing_id == Mailing.id
    fresh = exists().where(here, Delivery.id > func.coalesce(claimed_to, 0), Delivery.state == DeliveryState.QUEUED)
    later = exists().where(here, Delivery.next_attempt_at.is_not(None), Delivery.state.in_(UNSETTLED))
    perhaps = select(Mailing.id).where(Mailing.state == MailingState.SENDING, ~fresh, ~later)
    return list(session.scalars(perhaps))


def lock(session: Session, mailing: Mailing) -> None:
    """Lock the mailing's row and read it anew: two people, or a person and a worker, decide one after the other."""
    lock_all(session, Mailing.id == mailing.id)


def lock_all(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Mailing]:
    """Lock these mailings and read them anew; all that a transaction needs at once, lowest first (decision 0076)."""
    session.flush()
    # A row that stays is held in a way that a foreign key to it does not wait for.
    locked = select(Mailing).where(*conditions).order_by(Mailing.id).with_for_update(key_share=True)
    # The row is only read anew when it is fetched: without that, what we know of it may be from before the lock.
    return session.scalars(locked, execution_options={"populate_existing": True}).all()


def _wait_as(mailing: Mailing, state: MailingState, *, because: str, now: datetime) -> None:
    mailing.state, mailing.held_because, mailing.held_at, mailing.held_until = state, because[:500], now, None


def give_new_time(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """A newsletter that a person lets go on gets its hours again; a meeting does not wait for its letters."""
    if mailing.expires_at is not None and mailing.kind in (MailingKind.NEWSLETTER, MailingKind.CALL):
        hours = timedelta(hours=settings_of(session).newsletter_expiry_hours)
        mailing.expires_at = max(mailing.expires_at, now + hours)
        session.flush()
