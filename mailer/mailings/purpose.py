"""What a mailing is about, as the gate asks it: its topic, its themes and neighbourhoods, and for news of a meeting who
takes part."""

from __future__ import annotations

from sqlalchemy import Select, select

from mailer.audiences.purpose import Purpose
from mailer.events.models import Answer, Invitation, InvitationMailbox, Rsvp
from mailer.mailings.models import Mailing, MailingKind


def purpose_of(mailing: Mailing) -> Purpose:
    """Return what the gate is asked about this mailing."""
    return Purpose(
        topic=mailing.topic,
        themes=tuple(entry.theme_id for entry in mailing.themes),
        neighbourhoods=tuple(entry.neighbourhood_id for entry in mailing.neighbourhoods),
        participants=_participants(mailing),
    )


def _participants(mailing: Mailing) -> Select[int] | None:
    """The mailboxes through which somebody said to come: they get news of that meeting also without a subscription."""
    if mailing.kind is not MailingKind.EVENT_NEWS or mailing.event_id is None:
        return None
    return (
        select(InvitationMailbox.mailbox_id)
        .join(Invitation, Invitation.id == InvitationMailbox.invitation_id)
        .join(Rsvp, Rsvp.invitation_id == Invitation.id)
        .where(Invitation.event_id == mailing.event_id, Rsvp.answer == Answer.YES)
    )
