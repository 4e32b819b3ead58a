"""What a mailbox gets, and why: for its own preferences page and for the office. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, Neighbourhood, Theme
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.subscriptions.models import (
    Consent,
    PreferredNeighbourhood,
    PreferredTheme,
    Sender,
    Subscription,
    Suppression,
    Topic,
)
from mailer.subscriptions.permission import Refusal, refusals


@dataclass(frozen=True)
class TopicStanding:
    """One topic for one mailbox: what it chose (``subscription``, may be missing) and what the gate says."""

    topic: Topic
    subscription: Subscription | None
    refusal: Refusal | None

    @property
    def is_received(self) -> bool:
        """Letters about this topic come, or will after a pause."""
        return self.refusal in (None, Refusal.PAUSED)


@dataclass(frozen=True)
class Standing:
    """All we know of what a mailbox allowed. Consents newest first; preferences empty: about everything."""

    mailbox: Mailbox
    topics: list[TopicStanding]
    consents: list[Consent]
    themes: list[Theme]
    neighbourhoods: list[Neighbourhood]
    suppression: Suppression | None


def all_topics(session: Session) -> Sequence[Topic]:
    """Return every topic in the order people see them."""
    return session.scalars(select(Topic).order_by(Topic.position, Topic.id)).all()


def find_sender(session: Session, slug: str) -> Sender:
    """Return the sender with this slug. Raises ``NotFound``."""
    found = session.scalars(select(Sender).where(Sender.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(_("Er is geen afzender die %(slug)s heet.", slug=slug))
    return found


def first_sender(session: Session) -> Sender | None:
    """Return on whose behalf to speak where no list says it; None while nobody was filled in."""
    return session.scalars(select(Sender).order_by(Sender.id).limit(1)).one_or_none()


def topic_of_slug(session: Session, slug: str) -> Topic:
    """Return the topic of this slug; raises ``BadInput`` when there is none."""
    topic = session.scalars(select(Topic).where(Topic.slug == slug)).one_or_none()
    if topic is None:
        raise BadInput(_("De verzendlijst ‘%(slug)s’ bestaat niet.", slug=slug), field="topic")
    return topic


def standing(session: Session, mailbox: Mailbox, *, now: datetime) -> Standing:
    """Return what this mailbox gets and why."""
    subscriptions = {
        row.topic_id: row for row in session.scalars(select(Subscription).where(Subscription.mailbox_id == mailbox.id))
    }
    topics = [
        TopicStanding(
            topic=topic,
            subscription=subscriptions.get(topic.id),
            refusal=refusals(session, [mailbox.id], topic, now=now).get(mailbox.id),
        )
        for topic in all_topics(session)
    ]
    return Standing(
        mailbox=mailbox,
        topics=topics,
        consents=list(consents_of(session, mailbox)),
        themes=list(_preferred_themes(session, mailbox)),
        neighbourhoods=list(_preferred_neighbourhoods(session, mailbox)),
        suppression=suppression_of(session, mailbox),
    )


def consents_of(session: Session, mailbox: Mailbox) -> Sequence[Consent]:
    """Return every proof for this mailbox, the newest first."""
    return session.scalars(
        select(Consent).where(Consent.mailbox_id == mailbox.id).order_by(Consent.given_on.desc(), Consent.id.desc())
    ).all()


def suppression_of(session: Session, mailbox: Mailbox) -> Suppression | None:
    """Return why this address is never written to, when it is not."""
    return session.scalars(select(Suppression).where(Suppression.address_hash == mailbox.address_hash)).one_or_none()


def _preferred_themes(session: Session, mailbox: Mailbox) -> Sequence[Theme]:
    return session.scalars(
        select(Theme)
        .join(PreferredTheme, PreferredTheme.theme_id == Theme.id)
        .where(PreferredTheme.mailbox_id == mailbox.id)
        .order_by(Theme.position, Theme.name)
    ).all()


def _preferred_neighbourhoods(session: Session, mailbox: Mailbox) -> Sequence[Neighbourhood]:
    return session.scalars(
        select(Neighbourhood)
        .join(PreferredNeighbourhood, PreferredNeighbourhood.neighbourhood_id == Neighbourhood.id)
        .where(PreferredNeighbourhood.mailbox_id == mailbox.id)
        .order_by(Neighbourhood.position, Neighbourhood.name)
    ).all()
