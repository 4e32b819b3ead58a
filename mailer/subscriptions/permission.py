"""THE gate: may this mailbox be written to for this topic? One rule, asked in three ways.

``refusal`` is the rule as a SQL expression over ``Mailbox``, for counting and ``INSERT … SELECT``; ``refusals`` asks it
for given mailboxes; ``say_refusal`` says the outcome in words. Everything else here is the rule itself, written once
(decision 0036). Not for what a mailbox prefers to get: see ``subscriptions.queries``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from mailer.directory.models import Mailbox, MailboxKind, Neighbourhood
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _
from mailer.foundation.portions import portions
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

# The mailbox itself, inside a set of mailboxes.
_known = Mailbox.__table__.alias("known_mailbox")


class Refusal(enum.StrEnum):
    """Why a mailbox may not be written to. When several hold, the first of these is the answer.

    A new one: its question in ``refusal`` (above ``is_open`` when a mailbox with a basis can have it, else below; a
    table that it reads also goes on a shelf of ``audiences.recipients.mirroring``), its words in ``say_refusal`` and
    ``explain_refusal``, its look in ``web/office/states.py``, its advice in ``web/office/audiences/refused.py``, its
    word in docs/interfaces.md. What is forgotten, tests/test_house.py tells.
    """

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
    mailbox_id: ColumnElement[int] | None = None,
    few: bool = True,
    word: Callable[[Refusal], ColumnElement[Any]] | None = None,
) -> ColumnElement[Any]:
    """Return the gate as an expression over ``Mailbox``: a ``Refusal`` value, or NULL when it may be written to.

    ``themes`` and ``neighbourhoods`` are the ids the mailing is about; none: it is for everyone. ``participants``
    selects the mailboxes that take part in the meeting this is news of: only a suppression stops that. Without a
    topic the question is whether there is *any* topic it may be written to for.

    ``mailbox_id``: another column to ask it of. Not ``few``: it is asked of a large part of the directory, so every set
    is made once and hashed, instead of looked up for each mailbox. ``word``: what stands for a refusal, its value
    otherwise.
    """
    asked = _Asked(Mailbox.__table__.c.id if mailbox_id is None else mailbox_id, few)
    said = word or _word
    day, topic_id = today(now), None if topic is None else topic.id
    meets = and_(true(), *_theme_meets(asked, themes), *_neighbourhood_meets(asked, neighbourhoods))
    reasons: list[tuple[ColumnElement[bool], Any]] = [(_is_suppressed(asked), said(Refusal.SUPPRESSED))]
    if participants is not None:
        reasons.append((asked.is_among(participants), null()))
    is_open = _is_open(asked, topic_id, day)
    preferred = null() if meets is true() else case((~meets, said(Refusal.PREFERENCES)), else_=null())
    return case(
        *reasons,
        # Asked first because it nearly always holds; the order of the refusals is that of ``Refusal`` all the same:
        # whoever is refused for one of the others is not open.
        (is_open, preferred),
        (_has_subscription(asked, topic_id, _is_ended()), said(Refusal.LEFT)),
        (_has_subscription(asked, topic_id, _is_paused(day)), said(Refusal.PAUSED)),
        (_has_subscription(asked, topic_id, _is_pending()), said(Refusal.UNCONFIRMED)),
        else_=said(Refusal.NO_BASIS),
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
    for ids in portions(mailboxes, BATCH):
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


@dataclass(frozen=True)
class _Asked:
    """Which mailbox is asked about, and whether a few of them are or the whole directory."""

    mailbox_id: ColumnElement[int]
    few: bool

    def is_among(self, ids: Select[Any]) -> ColumnElement[bool]:
        if not self.few:
            return self.mailbox_id.in_(ids)
        # The offset keeps PostgreSQL from making the whole set for these few: it may not be turned into a hash then.
        here = ids.where(ids.selected_columns[0] == self.mailbox_id).offset(literal_column("0"))
        return here.correlate(self.mailbox_id.table).exists()


def _is_open(asked: _Asked, topic_id: int | None, day: date) -> ColumnElement[bool]:
    """There is a basis that covers the topic, and the mailbox did not leave it, pause it or forget to confirm."""
    blocked = or_(_is_ended(), _is_paused(day), _is_pending())
    if topic_id is not None:
        covers = or_(Consent.topic_id.is_(None), Consent.topic_id == topic_id)
        return and_(_has_basis(asked, covers), ~_has_subscription(asked, topic_id, blocked))
    return or_(
        and_(_has_basis(asked, Consent.topic_id.is_(None)), ~asked.is_among(_blocked_everywhere(blocked))),
        _has_basis(asked, and_(Consent.topic_id.is_not(None), ~_is_blocked(blocked))),
    )


def _blocked_everywhere(blocked: ColumnElement[bool]) -> Select[int]:
    """Mailboxes that get letters about no topic at all; a mailbox has one subscription to a topic at most."""
    topics = select(func.count()).select_from(Topic).scalar_subquery()
    found = select(Subscription.mailbox_id).where(blocked).group_by(Subscription.mailbox_id)
    return found.having(func.count() >= topics)


def _is_blocked(blocked: ColumnElement[bool]) -> ColumnElement[bool]:
    here = (Subscription.mailbox_id == Consent.mailbox_id, Subscription.topic_id == Consent.topic_id, blocked)
    return select(Subscription.id).where(*here).correlate(Consent).exists()


def _is_suppressed(asked: _Asked) -> ColumnElement[bool]:
    return asked.is_among(select(_known.c.id).join(Suppression, Suppression.address_hash == _known.c.address_hash))


def _has_subscription(asked: _Asked, topic_id: int | None, state: ColumnElement[bool]) -> ColumnElement[bool]:
    about = Subscription.topic_id == topic_id if topic_id is not None else true()
    return asked.is_among(select(Subscription.mailbox_id).where(state, about))


def _is_ended() -> ColumnElement[bool]:
    return Subscription.state == SubscriptionState.ENDED


def _is_paused(day: date) -> ColumnElement[bool]:
    # A pause ends by itself: ``paused_until`` is the first day letters come again.
    return and_(Subscription.state == SubscriptionState.PAUSED, Subscription.paused_until > day)


def _is_pending() -> ColumnElement[bool]:
    return Subscription.state == SubscriptionState.PENDING


def _has_basis(asked: _Asked, covers: ColumnElement[bool]) -> ColumnElement[bool]:
    """Asked for it, or an address made known for this, which counts for functional mailboxes only."""
    consent = select(Consent.mailbox_id).where(Consent.basis == Basis.CONSENT, covers)
    published = (
        select(Consent.mailbox_id)
        .join(_known, and_(_known.c.id == Consent.mailbox_id, _known.c.kind == MailboxKind.FUNCTIONAL))
        .where(Consent.basis == Basis.PUBLISHED, covers)
    )
    return or_(asked.is_among(consent), asked.is_among(published))


def _theme_meets(asked: _Asked, themes: Collection[int]) -> Iterator[ColumnElement[bool]]:
    if themes:
        chosen = select(PreferredTheme.mailbox_id)
        yield or_(~asked.is_among(chosen), asked.is_among(chosen.where(PreferredTheme.theme_id.in_(themes))))


def _neighbourhood_meets(asked: _Asked, neighbourhoods: Collection[int]) -> Iterator[ColumnElement[bool]]:
    """Somebody who wants Spangen also wants what is about the whole area, and the other way round."""
    if neighbourhoods:
        wanted, about = aliased(Neighbourhood), aliased(Neighbourhood)
        whole_area = exists().where(about.id.in_(neighbourhoods), about.covers_all)
        about_inside = exists().where(about.id.in_(neighbourhoods), or_(about.is_inside, about.covers_all))
        chosen = select(PreferredNeighbourhood.mailbox_id)
        fits = or_(
            wanted.id.in_(neighbourhoods),
            and_(wanted.covers_all, about_inside),
            and_(wanted.is_inside, whole_area),
        )
        fitting = chosen.join(wanted, wanted.id == PreferredNeighbourhood.neighbourhood_id).where(fits)
        yield or_(~asked.is_among(chosen), asked.is_among(fitting))


def _word(reason: Refusal) -> ColumnElement[str]:
    return literal(reason.value, String)
