"""A meeting as a calendar sees it, for one party: same entry for all its mailboxes, for ever."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.events.models import Event, EventState, Invitation
from mailer.events.receipts import COUNTED_OUT
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.outbox import OwedLetter
from mailer.subscriptions.queries import first_sender
from mailer.wire.calendar import Meeting, Party, as_cancellation, as_file


def party_uid(invitation: Invitation) -> str:
    """Return the UID of this party's entry: made of invitation and event, fixed for ever (decision 0020)."""
    return f"{invitation.id}.{invitation.event.uid}"


def calendar_file(session: Session, invitation: Invitation, *, now: datetime) -> bytes:
    """Write the file a party puts in its agenda; downloading it again updates the same entry."""
    return as_file(_meeting(session, invitation, now))


def cancellation_file(session: Session, invitation: Invitation, *, recipient: str, now: datetime) -> bytes:
    """Write what takes the entry out of one recipient's agenda: the meeting is off, or they do not come."""
    sender = first_sender(session)
    organizer = Party(sender.reply_to, sender.name) if sender else Party(recipient)
    meeting = _meeting(session, invitation, now)
    return as_cancellation(meeting, organizer=organizer, recipient=Party(recipient, invitation.party_name))


def _times_counted_out(session: Session, invitation: Invitation) -> int:
    """How often this party, or a guest of it, was told that they do not come.

    Each CANCEL goes one up (RFC 5546 §2.1.4), and what follows never goes down: else a program would leave out the
    entry of who comes after all.
    """
    told = (OwedLetter.letter.in_(COUNTED_OUT), OwedLetter.subject_id == invitation.id)
    return session.scalar(select(func.count()).select_from(OwedLetter).where(*told)) or 0


def _meeting(session: Session, invitation: Invitation, now: datetime) -> Meeting:
    event, sender = invitation.event, first_sender(session)
    return Meeting(
        uid=party_uid(invitation),
        sequence=event.sequence + _times_counted_out(session, invitation),
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
