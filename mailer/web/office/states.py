"""States as staff reads them: a word, an icon and a tone, always together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailer.deliveries.models import DeliveryState
from mailer.deliveries.words import say_state
from mailer.events.models import Event, EventState
from mailer.foundation.language import gettext as _
from mailer.mailings.models import MailingState
from mailer.mailings.words import say_mailing_state
from mailer.subscriptions.permission import Refusal, say_refusal
from mailer.wire.replies import Fault


@dataclass(frozen=True)
class State:
    """What a badge shows. ``tone``: good, care, wrong, busy, kin, now, or "" for neutral."""

    word: str
    icon: str
    tone: str = ""


@dataclass(frozen=True)
class MailboxState(State):
    """The same of a mailbox, and what follows: it gets mail, or somebody may still say why it may; else it stopped."""

    may_be_mailed: bool = False
    waits_for_a_basis: bool = False


def mailing_state(state: MailingState) -> State:
    """Return how a mailing's state reads."""
    looks = {
        MailingState.DRAFT: ("edit", ""),
        MailingState.SCHEDULED: ("clock", "kin"),
        MailingState.PREPARING: ("list", "busy"),
        MailingState.SENDING: ("send", "busy"),
        MailingState.PAUSED: ("pause", "care"),
        MailingState.HELD: ("clock", "care"),
        MailingState.SENT: ("check", "good"),
        MailingState.CANCELLED: ("stop", "care"),
    }
    return State(say_mailing_state(state), *looks[state])


def delivery_state(state: DeliveryState, reason: str = "") -> State:
    """Return how one letter's state reads."""
    if state is DeliveryState.REJECTED and reason == Fault.DEAD_ADDRESS:
        return State(_("Niet bezorgd, adres bestaat niet"), "wrong", "wrong")
    looks = {
        DeliveryState.SKIPPED: ("cross", ""),
        DeliveryState.QUEUED: ("clock", ""),
        DeliveryState.CLAIMED: ("clock", ""),
        DeliveryState.HANDING_OVER: ("send", "now"),
        DeliveryState.ACCEPTED: ("check", "good"),
        DeliveryState.DEFERRED: ("care", "care"),
        DeliveryState.REJECTED: ("wrong", "wrong"),
        DeliveryState.UNCERTAIN: ("question", "kin"),
        DeliveryState.CANCELLED: ("stop", ""),
        DeliveryState.EXPIRED: ("clock", ""),
    }
    return State(say_state(state), *looks[state])


def event_state(event: Event, *, now: datetime, is_full: bool = False) -> State:
    """Return how a meeting's state reads at this moment."""
    if event.state is EventState.CANCELLED:
        return State(_("Gaat niet door"), "cross", "wrong")
    if event.is_past(now):
        return State(_("Geweest"), "check")
    if event.state is EventState.DRAFT:
        return State(_("Concept"), "edit")
    if not event.takes_answers(now):
        return State(_("Aanmelden gesloten"), "lock")
    if is_full:
        return State(_("Vol, wachtlijst open"), "people", "now")
    return State(_("Open voor aanmelden"), "check", "good")


def mailbox_state(refused: Refusal | None) -> MailboxState:
    """Return whether a mailbox may be written to; None: it may."""
    if refused is None:
        return MailboxState(_("Mag gemaild worden"), "check", "good", may_be_mailed=True)
    looks = {
        Refusal.SUPPRESSED: ("stop", "wrong"),
        Refusal.LEFT: ("cross", ""),
        Refusal.PAUSED: ("pause", ""),
        Refusal.UNCONFIRMED: ("clock", "care"),
        Refusal.NO_BASIS: ("question", "care"),
        Refusal.PREFERENCES: ("info", ""),
    }
    waits = refused in (Refusal.UNCONFIRMED, Refusal.NO_BASIS)
    return MailboxState(say_refusal(refused), *looks[refused], waits_for_a_basis=waits)
