"""The waiting list: who waits, and giving a place that came free. Offers that end by themselves are not made here."""

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.events import places, receipts
from mailer.events.models import EventState, GuestState, Rsvp
from mailer.events.parties import standing_answer
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff import logbook
from mailer.staff.models import Operator


def give_places(session: Session, rsvp: Rsvp, *, by: Operator | None, now: datetime) -> None:
    """Give a waiting party the places it waits for, and owe it the letter that says so.

    Staff chooses whom; the order of the list is shown, not forced. Raises `BadInput` when it does not fit (any more).
    """
    event = places.lock_event(session, rsvp.invitation.event_id)
    standing_answer(session, rsvp.invitation_id)
    waiting = [guest for guest in rsvp.guests if guest.state is GuestState.WAITING]
    if event.state is EventState.CANCELLED or event.is_past(now):
        raise BadInput(_("Deze bijeenkomst is geweest of gaat niet door."))
    if not waiting:
        raise BadInput(_("%(party)s staat niet meer op de wachtlijst.", party=rsvp.invitation.party_name))
    free = places.free_places(session, places.pool_of(event, rsvp.invitation.group))
    if free is not None and len(waiting) > free:
        raise BadInput(
            ngettext(
                "Er is %(n)s plek vrij. Voor %(party)s zijn er %(wanted)s nodig.",
                "Er zijn %(n)s plekken vrij. Voor %(party)s zijn er %(wanted)s nodig.",
                free,
                party=rsvp.invitation.party_name,
                wanted=len(waiting),
            )
        )
    for guest in waiting:
        guest.state = GuestState.GOING
    session.flush()
    receipts.owe_receipt(session, rsvp, to=None, now=now)
    logbook.note(session, by, "place-given", rsvp.invitation, now=now)
