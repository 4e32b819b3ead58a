"""The archive: newsletters that were sent, per topic, for everybody to read. Only reads.

Invitations and news of a meeting are between us and those who got them; a call goes to whom it was meant for. So only
newsletters are here, from the moment they were frozen.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mailer.mailings.models import CompiledLetter, Mailing, MailingKind, MailingState
from mailer.subscriptions.models import Topic

SHOWN_STATES = (MailingState.SENDING, MailingState.SENT)
MOST_IN_FEED = 20


def archived_topics(session: Session) -> Sequence[Topic]:
    """Return the topics that have a newsletter to read."""
    has_one = select(Mailing.topic_id).join(CompiledLetter, CompiledLetter.mailing_id == Mailing.id).where(*_shown())
    return session.scalars(select(Topic).where(Topic.id.in_(has_one)).order_by(Topic.position, Topic.id)).all()


def archived(session: Session, topic: Topic, *, most: int | None = None) -> Sequence[Mailing]:
    """Return the newsletters of a topic, the newest first."""
    query = (
        select(Mailing)
        .join(CompiledLetter, CompiledLetter.mailing_id == Mailing.id)
        .where(Mailing.topic_id == topic.id, *_shown())
        .order_by(Mailing.prepared_at.desc(), Mailing.id.desc())
    )
    return session.scalars(query.limit(most) if most else query).all()


def find_archived(session: Session, topic: str, mailing_id: int) -> Mailing | None:
    """Return a newsletter of this topic (slug), or None when it is not in the archive."""
    query = (
        select(Mailing)
        .join(CompiledLetter, CompiledLetter.mailing_id == Mailing.id)
        .join(Topic, Topic.id == Mailing.topic_id)
        .where(Mailing.id == mailing_id, Topic.slug == topic, *_shown())
    )
    return session.scalars(query).one_or_none()


def _shown() -> tuple[ColumnElement[bool], ...]:
    return (
        Mailing.kind == MailingKind.NEWSLETTER,
        Mailing.state.in_(SHOWN_STATES),
        Mailing.prepared_at.is_not(None),
    )
