"""Why an answer is not taken, and how we say so. A refusal is a value, never an exception."""

import enum
from datetime import datetime

from mailer.events.models import Door, Event, EventState, Invitation
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.wire.phones import show_phone

# Staff and the host at the door may still change the list when guests no longer can.
STAFF_DOORS = frozenset({Door.OFFICE, Door.DOOR})


class Refusal(enum.StrEnum):
    """Why an answer was not taken."""

    NOT_OPEN = "not-open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    PAST = "past"
    NO_GUESTS = "no-guests"
    TOO_MANY = "too-many"
    NO_ROOM_TO_GROW = "no-room-to-grow"


def refusal_for(event: Event, door: Door, at: datetime) -> Refusal | None:
    """Return why this meeting takes no answer by this door at that moment; None when it does."""
    if event.state is EventState.CANCELLED:
        return Refusal.CANCELLED
    if event.is_past(at):
        return Refusal.PAST
    if event.state is EventState.DRAFT:
        return Refusal.NOT_OPEN
    if door not in STAFF_DOORS and not event.takes_answers(at):
        return Refusal.CLOSED
    return None


def say_refusal(event: Event, refusal: Refusal) -> str:
    """Say in a sentence why this meeting takes no answer, and what still can be done."""
    match refusal:
        case Refusal.CANCELLED:
            return " ".join(filter(None, [_("Deze bijeenkomst gaat niet door."), event.cancelled_because]))
        case Refusal.PAST:
            return _("Deze bijeenkomst is geweest.")
        case Refusal.NOT_OPEN:
            return _("Aanmelden kan nog niet.")
        case Refusal.NO_GUESTS:
            return _("Kies wie er komt, of vul een voornaam in.")
        case _other:
            return " ".join([_("Aanmelden kan niet meer."), say_whom_to_ask(event)])


def say_whom_to_ask(event: Event) -> str:
    """Say who helps when the page no longer can."""
    phone, address = show_phone(event.contact_phone), event.contact_address
    if phone and address:
        return _(
            "Wil je toch komen of kun je niet komen? Bel %(phone)s of mail %(address)s.", phone=phone, address=address
        )
    if phone:
        return _("Wil je toch komen of kun je niet komen? Bel %(phone)s.", phone=phone)
    if address:
        return _("Wil je toch komen of kun je niet komen? Mail %(address)s.", address=address)
    return _("Wil je toch komen of kun je niet komen? Neem contact met ons op.")


def say_too_many(invitation: Invitation, limit: int) -> str:
    """Say how many guests a party may bring."""
    if invitation.organisation_id is None:
        return ngettext(
            "Er is plek voor 1 persoon. Kies wie er komt.", "Er is plek voor %(n)s mensen. Kies wie er komt.", limit
        )
    return ngettext(
        "Per organisatie is er plek voor 1 persoon. Kies wie er komt.",
        "Per organisatie is er plek voor %(n)s mensen. Kies wie er komt.",
        limit,
    )


def say_no_room_to_grow(seated: int) -> str:
    """Say that a party keeps the places it has, and gets no more."""
    return ngettext(
        "Er is geen plek meer voor meer mensen. Jullie houden jullie %(n)s plek.",
        "Er is geen plek meer voor meer mensen. Jullie houden jullie %(n)s plekken.",
        seated,
    )
