"""THE gate: may this mailbox be written to for this topic? One rule, asked in three ways.

``refusal`` is the rule as a SQL expression over ``Mailbox``, for counting and ``INSERT … SELECT``; ``refusals`` asks it
for given mailboxes; ``say_refusal`` says the outcome in words. Everything else here is the rule itself, written once
(decision 0036). Not for what a mailbox prefers to get: see ``subscriptions.queries``.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from sqlalchemy import ColumnElement, Select, String, and_, case, exists, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import SQLCoreOperations

from mailer.directory.models import Mailbox, MailboxKind, Neighbourhood
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _
from mailer.subscriptions.models import (
    Basis,
    Consent,
    PreferredNeighbourhood,
    PreferredTheme,
    Subscription,
    SubscriptionState,
    Suppression,
    Topic,
)

BATCH = 1000

# The id of a topic, or of the row of ``topic`` that an outer query looks at.
TopicId = int | SQLCoreOperations[int]


class Refusal(enum.StrEnum):
    """Why a mailbox may not be written to. When several hold, the first of these is the answer."""

    SUPPRESSED = "suppressed"
    LEFT = "left"
    PAUSED = "paused"
    UNCONFIRMED = "unconfirmed"
    NO_BASIS = "no_basis"
    PREFERENCES = "preferences"


def refusal(
    topic: Topic | None,
    *,
    now: datetime,
    themes: Collection[int] = (),
    neighbourhoods: Collection[int] = (),
    participants: Select[int] | None = None,
) -> ColumnElement[str | None]:
    """Return the gate as an expression over ``Mailbox``: a ``Refusal`` value, or NULL when it may be written to.

    ``themes`` and ``neighbourhoods`` are the ids the mailing is about; none: it is for everyone. ``participants``
    selects the mailboxes that take part in the meeting this is news of: only a suppression stops that. Without a
    topic the question is whether there is *any* topic it may be written to for.
    """
    spared = Mailbox.id.in_(participants) if participants is not None else None
    reasons = [
        *(_for_topic(topic.id, today(now)) if topic is not None else _for_any_topic(today(now))),
        (~_meets_preferences(themes, neighbourhoods), Refusal.PREFERENCES),
    ]
    return case(
        (_is_suppressed(), _word(Refusal.SUPPRESSED)),
        *((condition if spared is None else and_(~spared, condition), _word(reason)) for condition, reason in reasons),
        else_=null(),
    )


def refusals(
    session: Session,
    mailboxes: Iterable[int],
    topic: Topic | None,
    *,
    now: datetime,
    themes: Collection[int] = (),
    neighbourhoods: Collection[int] = (),
    participants: Select[int] | None = None,
) -> dict[int, Refusal]:
    """Return mailbox id → Refusal for those of the given ids that are refused; who has no entry may be written to."""
    asked = refusal(topic, now=now, themes=themes, neighbourhoods=neighbourhoods, participants=participants)
    found: dict[int, Refusal] = {}
    for ids in _batches(mailboxes):
        rows = session.execute(select(Mailbox.id, asked).where(Mailbox.id.in_(ids)))
        found.update((mailbox_id, Refusal(reason)) for mailbox_id, reason in rows if reason is not None)
    return found


def say_refusal(reason: Refusal | str) -> str:
    """Return the refusal in a few Dutch words, as staff reads them."""
    return {
        Refusal.SUPPRESSED: _("Niet meer mailen"),
        Refusal.LEFT: _("Uitgeschreven"),
        Refusal.PAUSED: _("Pauze"),
        Refusal.UNCONFIRMED: _("Inschrijving nog niet bevestigd"),
        Refusal.NO_BASIS: _("Nog geen toestemming"),
        Refusal.PREFERENCES: _("Andere voorkeuren"),
    }[Refusal(reason)]


def explain_refusal(reason: Refusal | str) -> str:
    """Return the refusal as a whole Dutch sentence."""
    return {
        Refusal.SUPPRESSED: _("Dit adres staat op de lijst ‘niet meer mailen’."),
        Refusal.LEFT: _("Dit postvak is uitgeschreven."),
        Refusal.PAUSED: _("Dit postvak heeft een pauze ingesteld."),
        Refusal.UNCONFIRMED: _("Dit postvak heeft de inschrijving nog niet bevestigd."),
        Refusal.NO_BASIS: _("We hebben van dit postvak nog geen toestemming."),
        Refusal.PREFERENCES: _("Dit postvak wil mail over andere thema’s of wijken."),
    }[Refusal(reason)]


Reasons = list[tuple[ColumnElement[bool], Refusal]]


def _for_topic(topic_id: TopicId, day: date) -> Reasons:
    return [
        (_has_subscription(topic_id, _is_ended()), Refusal.LEFT),
        (_has_subscription(topic_id, _is_paused(day)), Refusal.PAUSED),
        (_has_subscription(topic_id, _is_pending()), Refusal.UNCONFIRMED),
        (~_has_basis(topic_id), Refusal.NO_BASIS),
    ]


def _for_any_topic(day: date) -> Reasons:
    blocked = or_(_is_ended(), _is_paused(day), _is_pending())
    open_topic = exists().where(_has_basis(Topic.id), ~_has_subscription(Topic.id, blocked)).select_from(Topic)
    open_topic = open_topic.correlate(Mailbox)
    nowhere = and_(~open_topic, exists(select(Topic.id).correlate(None)))
    return [
        (and_(nowhere, _has_subscription(None, _is_ended())), Refusal.LEFT),
        (and_(nowhere, _has_subscription(None, _is_paused(day))), Refusal.PAUSED),
        (and_(nowhere, _has_subscription(None, _is_pending())), Refusal.UNCONFIRMED),
        (~_has_basis(None), Refusal.NO_BASIS),
    ]


def _is_suppressed() -> ColumnElement[bool]:
    return exists().where(Suppression.address_hash == Mailbox.address_hash)


def _has_subscription(topic_id: TopicId | None, state: ColumnElement[bool]) -> ColumnElement[bool]:
    about = Subscription.topic_id == topic_id if topic_id is not None else true()
    found = exists().where(Subscription.mailbox_id == Mailbox.id, about, state).select_from(Subscription)
    return found.correlate(Mailbox, Topic)


def _is_ended() -> ColumnElement[bool]:
    return Subscription.state == SubscriptionState.ENDED


def _is_paused(day: date) -> ColumnElement[bool]:
    # A pause ends by itself: ``paused_until`` is the first day letters come again.
    return and_(Subscription.state == SubscriptionState.PAUSED, Subscription.paused_until > day)


def _is_pending() -> ColumnElement[bool]:
    return Subscription.state == SubscriptionState.PENDING


def _has_basis(topic_id: TopicId | None) -> ColumnElement[bool]:
    covers = or_(Consent.topic_id.is_(None), Consent.topic_id == topic_id) if topic_id is not None else true()
    lawful = or_(
        Consent.basis == Basis.CONSENT,
        and_(Consent.basis == Basis.PUBLISHED, Mailbox.kind == MailboxKind.FUNCTIONAL),
    )
    found = exists().where(Consent.mailbox_id == Mailbox.id, covers, lawful).select_from(Consent)
    return found.correlate(Mailbox, Topic)


def _meets_preferences(themes: Collection[int], neighbourhoods: Collection[int]) -> ColumnElement[bool]:
    return and_(true(), *_theme_meets(themes), *_neighbourhood_meets(neighbourhoods))


def _theme_meets(themes: Collection[int]) -> Iterator[ColumnElement[bool]]:
    if themes:
        chosen = exists().where(PreferredTheme.mailbox_id == Mailbox.id)
        yield or_(~chosen, chosen.where(PreferredTheme.theme_id.in_(themes)))


def _neighbourhood_meets(neighbourhoods: Collection[int]) -> Iterator[ColumnElement[bool]]:
    """Somebody who wants Spangen also wants what is about the whole area, and the other way round."""
    if neighbourhoods:
        wanted, about = aliased(Neighbourhood), aliased(Neighbourhood)
        whole_area = exists().where(about.id.in_(neighbourhoods), about.covers_all)
        about_inside = exists().where(about.id.in_(neighbourhoods), or_(about.is_inside, about.covers_all))
        chosen = exists().where(PreferredNeighbourhood.mailbox_id == Mailbox.id)
        fits = or_(
            wanted.id.in_(neighbourhoods),
            and_(wanted.covers_all, about_inside),
            and_(wanted.is_inside, whole_area),
        )
        yield or_(~chosen, chosen.where(wanted.id == PreferredNeighbourhood.neighbourhood_id, fits))


def _word(reason: Refusal) -> ColumnElement[str]:
    return literal(reason.value, String)


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
