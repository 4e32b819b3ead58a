"""From a meeting to the draft of its invitation, ready to be read over and sent. Who is invited: `events.inviting`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.events.models import Event
from mailer.foundation.clock import say_day_month, say_moment
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.drafts.composing import LONGEST_SUBJECT, create_mailing
from mailer.mailings.models import Mailing, MailingKind
from mailer.staff.models import Operator
from mailer.subscriptions.models import Topic

INVITATIONS = "uitnodigingen"


def draft_invitation(
    session: Session, event: Event, audience: Mapping[str, Any], *, by: Operator | None, now: datetime
) -> Mailing:
    """Make the draft: what it is, when and where, and two buttons; staff changes what it likes."""
    topic = invitation_topic(session)
    # Letters are Dutch, whatever language the office speaks.
    with speaking("nl"):
        # What it is about stands in the block of the meeting: once, and as it is on the day of sending.
        please = _("We nodigen jullie uit. Laat weten of jullie komen.")
        spec = {
            "kind": MailingKind.INVITATION.value,
            "topic": topic.slug if topic else None,
            "title": _("Uitnodiging %(title)s", title=event.title)[:LONGEST_SUBJECT],
            "subject": _subject(event),
            "preheader": _preheader(event),
            "event": event.id,
            "audience": dict(audience),
            "blocks": [
                {"type": "heading", "level": 1, "text": _("Kom je ook?")},
                {"type": "text", "html": f"<p>[[mailbox.greeting]]</p><p>{please}</p>"},
                {"type": "event", "event": event.id},
            ],
        }
    return create_mailing(session, spec, now=now, by=by)


def draft_reminder(session: Session, event: Event, *, by: Operator | None, now: datetime) -> Mailing:
    """Make the draft of a reminder to everybody who was invited and did not answer yet.

    Who that is, is looked up again when it is sent: whoever answers in the meantime does not get it.
    """
    topic = invitation_topic(session)
    with speaking("nl"):
        subject = _("Komen jullie? %(title)s, %(day)s", title=event.title, day=say_day_month(event.starts_at))
        heard_nothing = _("We hebben nog niets van jullie gehoord.")
        spec = {
            "kind": MailingKind.INVITATION.value,
            "topic": topic.slug if topic else None,
            "title": _("Herinnering %(title)s", title=event.title)[:LONGEST_SUBJECT],
            "subject": subject[:LONGEST_SUBJECT],
            "preheader": _preheader(event),
            "event": event.id,
            "audience": {
                "rule": {"answer": {"event": event.id, "is": "none"}},
                "reach": Reach.ONE_PER_ORGANISATION.value,
            },
            "blocks": [
                {"type": "heading", "level": 1, "text": event.title},
                {"type": "text", "html": f"<p>[[mailbox.greeting]]</p><p>{heard_nothing}</p>"},
                {"type": "event", "event": event.id},
            ],
        }
    return create_mailing(session, spec, now=now, by=by)


def invitation_topic(session: Session) -> Topic | None:
    """Return the topic invitations belong to: by its name, else the first there is."""
    by_name = select(Topic).where(Topic.slug == INVITATIONS)
    return session.scalars(by_name).one_or_none() or session.scalars(select(Topic).order_by(Topic.position)).first()


def _subject(event: Event) -> str:
    return _("Kom je ook? %(title)s, %(day)s", title=event.title, day=say_day_month(event.starts_at))[:LONGEST_SUBJECT]


def _preheader(event: Event) -> str:
    if event.rsvp_closes_at:
        return _("Laat voor %(moment)s weten of jullie komen.", moment=say_moment(event.rsvp_closes_at))
    return _("Laat weten of jullie komen.")
