"""A meeting as a calendar sees it, for one party: same entry for all its mailboxes, for ever."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.events.models import Event, EventState, Invitation
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.subscriptions.queries import first_sender
from mailer.wire.calendar import Meeting, Party, as_cancellation, as_file


def party_uid(invitation: Invitation) -> str:
    """Return the UID of this party's entry: made of invitation and event, fixed for ever (decision 0020)."""
    return f"{invitation.id}.{invitation.event.uid}"


def calendar_file(session: Session, invitation: Invitation, *, now: datetime) -> bytes:
    """Write the file a party puts in its agenda; downloading it again updates the same entry."""
    return as_file(_meeting(session, invitation, now))


def cancellation_file(session: Session, invitation: Invitation, *, recipient: str, now: datetime) -> bytes:
    """Write what takes the entry out of the agenda of one recipient."""
    return _taken_out(session, invitation, _meeting(session, invitation, now), recipient)


def withdrawal_file(session: Session, invitation: Invitation, *, recipient: str, now: datetime) -> bytes:
    """Write the same for a party that does not come, while the meeting goes on."""
    meeting = _meeting(session, invitation, now)
    # Each CANCEL goes one up (RFC 5546 §2.1.4). The meeting itself stays: a file that comes after a new yes is taken
    # from the mail by hand, and programs then look at what is newer only.
    return _taken_out(session, invitation, replace(meeting, sequence=meeting.sequence + 1), recipient)


def _taken_out(session: Session, invitation: Invitation, meeting: Meeting, recipient: str) -> bytes:
    sender = first_sender(session)
    organizer = Party(sender.reply_to, sender.name) if sender else Party(recipient)
    return as_cancellation(meeting, organizer=organizer, recipient=Party(recipient, invitation.party_name))


def _meeting(session: Session, invitation: Invitation, now: datetime) -> Meeting:
    event, sender = invitation.event, first_sender(session)
    return Meeting(
        uid=party_uid(invitation),
        sequence=event.sequence,
        stamp=now,
        title=f"{event.title} ({sender.name})" if sender else event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        location=", ".join(filter(None, [event.venue_name, event.venue_address])),
        description=_description(event),
        link=settings_of(session).links.party(invitation.id),
        cancelled=event.state is EventState.CANCELLED,
    )


def _description(event: Event) -> str:
    if event.state is EventState.CANCELLED:
        return " ".join(filter(None, [_("Deze bijeenkomst gaat niet door."), event.cancelled_because]))
    change = _("Iets veranderen, of toch niet komen? Dat kan op deze pagina:")
    return "\n\n".join(filter(None, [event.description, event.venue_note, change]))
