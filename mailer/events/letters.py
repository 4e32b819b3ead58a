"""What the one-off letters about an answer say; their words are in templates/emails, a folder per letter.

`deliveries.letters.notices` asks here when it writes such a letter, so the letter tells how things are then. The
subject of each is the invitation.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from mailer.events import places
from mailer.events.calendars import calendar_file, cancellation_file
from mailer.events.models import Invitation
from mailer.events.receipts import has_calendar_file
from mailer.foundation.database import settings_of
from mailer.foundation.errors import NotFound
from mailer.foundation.outbox import CalendarFile, NoticeContent, OwedLetter


def rsvp_confirmed(session: Session, owed: OwedLetter) -> NoticeContent:
    """Who comes, when and where, with the file for the agenda: `organisation`, `guests`, `event`, `link`."""
    invitation = _invitation(session, owed)
    file = calendar_file(session, invitation, now=owed.owed_at)
    return NoticeContent(_values(session, invitation), calendar=CalendarFile(file))


def rsvp_waiting(session: Session, owed: OwedLetter) -> NoticeContent:
    """The same without a file, and the `number` on the waiting list as it is now (None when it waits no more)."""
    invitation = _invitation(session, owed)
    rsvp = invitation.rsvp
    number = places.position_of(session, invitation.event, rsvp) if rsvp else None
    return NoticeContent({**_values(session, invitation), "number": number})


def rsvp_declined(session: Session, owed: OwedLetter) -> NoticeContent:
    """That nobody comes, and how to come after all; ``in_agenda``: they got the file once, this takes it out."""
    invitation = _invitation(session, owed)
    return _taken_out(session, owed, invitation, _values(session, invitation))


def guest_left_out(session: Session, owed: OwedLetter) -> NoticeContent:
    """To a guest who had an own letter: the party comes without them, or not at all. Its page is not for them."""
    invitation = _invitation(session, owed)
    values = {"organisation": invitation.party_name, "event": invitation.event}
    return _taken_out(session, owed, invitation, values)


def event_cancelled(session: Session, owed: OwedLetter) -> NoticeContent:
    """That the meeting is off and why, with what takes it out of the agenda."""
    invitation = _invitation(session, owed)
    file = cancellation_file(session, invitation, recipient=owed.address, now=owed.owed_at)
    return NoticeContent(_values(session, invitation), calendar=CalendarFile(file, method="CANCEL"))


NOTICES: Mapping[str, Callable[[Session, OwedLetter], NoticeContent]] = {
    "rsvp-confirmed": rsvp_confirmed,
    "rsvp-waiting": rsvp_waiting,
    "rsvp-declined": rsvp_declined,
    "guest-left-out": guest_left_out,
    "event-cancelled": event_cancelled,
}


def _invitation(session: Session, owed: OwedLetter) -> Invitation:
    invitation = session.get(Invitation, owed.subject_id)
    if invitation is None:
        raise NotFound("The invitation of this letter is gone.")
    return invitation


def _taken_out(
    session: Session, owed: OwedLetter, invitation: Invitation, values: Mapping[str, object]
) -> NoticeContent:
    if not has_calendar_file(session, owed):
        return NoticeContent({**values, "in_agenda": False})
    file = cancellation_file(session, invitation, recipient=owed.address, now=owed.owed_at)
    return NoticeContent({**values, "in_agenda": True}, calendar=CalendarFile(file, method="CANCEL"))


def _values(session: Session, invitation: Invitation) -> dict[str, object]:
    return {
        "organisation": invitation.party_name,
        # Given names only: a letter is forwarded sooner than a page.
        "guests": [guest.given_name for guest in invitation.listed],
        "event": invitation.event,
        "link": settings_of(session).links.party(invitation.id),
    }
