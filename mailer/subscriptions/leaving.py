"""Leaving, coming back, and choosing what to get: what a mailbox decides for itself.

A letter that is already queued asks the gate again before it leaves, so making the state right here is enough.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, Neighbourhood, Person, PersonMailbox, Theme
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.subscriptions.models import (
    Basis,
    Consent,
    PreferredNeighbourhood,
    PreferredTheme,
    Subscription,
    SubscriptionState,
    Topic,
)
from mailer.subscriptions.permission import Refusal, refusals
from mailer.subscriptions.queries import all_topics

RETURN_DAYS = 30


def leave(session: Session, mailbox: Mailbox, topic: Topic | None, *, door: str, now: datetime) -> list[Subscription]:
    """End the subscription to this topic, or to every topic; return those that ended now.

    Leaving twice changes nothing: the first moment and door stay.
    """
    # The gate before a letter's dot locks the mailbox too: no letter leaves after this was committed.
    _hold(session, mailbox)
    topics = [topic] if topic is not None else all_topics(session)
    standing = _subscriptions(session, mailbox)
    ended = []
    for each in topics:
        subscription = standing.get(each.id)
        if subscription is None or subscription.state is not SubscriptionState.ENDED:
            # The day of a pause stays on the row: undoing must not bring more mail than there was.
            until = subscription.paused_until if subscription is not None else None
            state = SubscriptionState.ENDED
            ended.append(_set(session, mailbox, each, subscription, state, paused_until=until, door=door, now=now))
    session.flush()
    return ended


def return_to(
    session: Session, mailbox: Mailbox, topic: Topic | None, *, door: str, now: datetime, also: Topic | None = None
) -> list[Subscription]:
    """Undo leaving this topic, or (None) all that was left last and ``also`` that topic, within 30 days.

    Everything becomes as it was and no more: what had ended before stays so, and a pause goes on to its day.
    Return what came back. Raises ``BadInput`` when there is nothing to undo any more.
    """
    since = now - timedelta(days=RETURN_DAYS)
    ended = [
        subscription
        for subscription in _subscriptions(session, mailbox).values()
        if subscription.state is SubscriptionState.ENDED and subscription.changed_at >= since
    ]
    # One press of the button ends all of its topics at one moment.
    last = max((subscription.changed_at for subscription in ended), default=None)
    meant = {each.id for each in (topic, also) if each is not None}
    back = [one for one in ended if one.topic_id in meant or (topic is None and one.changed_at == last)]
    if not back:
        raise BadInput(_("Dit is niet meer terug te draaien. Kies opnieuw welke mail je wilt krijgen."))
    for subscription in back:
        until = subscription.paused_until if (subscription.paused_until or date.min) > today(now) else None
        state = _state_of(True, until)
        _set(session, mailbox, subscription.topic, subscription, state, paused_until=until, door=door, now=now)
    session.flush()
    return back


def choose(
    session: Session,
    mailbox: Mailbox,
    *,
    topics: Collection[Topic],
    themes: Collection[Theme] = (),
    neighbourhoods: Collection[Neighbourhood] = (),
    paused_until: date | None = None,
    door: str,
    wording: str = "",
    now: datetime,
) -> list[Subscription]:
    """Make it so that the mailbox gets these topics and no others, about these themes and neighbourhoods (none: all).

    ``paused_until`` is the first day letters come again. A topic it may not be written to for yet (it had left, or
    there was no basis) is chosen by the mailbox itself, so consent is recorded with ``wording`` as what was shown.
    """
    if paused_until is not None and paused_until <= today(now):
        raise BadInput(_("Kies een dag in de toekomst waarop we weer mogen mailen."), field="paused_until")
    standing = _subscriptions(session, mailbox)
    chosen = {topic.id for topic in topics}
    for topic in topics:
        _record_choice(session, mailbox, topic, door=door, wording=wording, now=now)
    result = [
        _set(
            session,
            mailbox,
            topic,
            standing.get(topic.id),
            _state_of(topic.id in chosen, paused_until),
            paused_until=paused_until if topic.id in chosen else None,
            door=door,
            now=now,
        )
        for topic in all_topics(session)
    ]
    _replace_preferences(session, mailbox, themes, neighbourhoods)
    session.flush()
    return result


def take_name_out(session: Session, mailbox: Mailbox, person: Person) -> None:
    """Stop greeting this person in a shared mailbox; the mailbox goes on getting its letters.

    Raises ``NotFound`` when the person does not read this mailbox.
    """
    _use(session, mailbox, person).is_addressed = False
    session.flush()


def _set(
    session: Session,
    mailbox: Mailbox,
    topic: Topic,
    subscription: Subscription | None,
    state: SubscriptionState,
    *,
    paused_until: date | None = None,
    door: str,
    now: datetime,
) -> Subscription:
    if subscription is None:
        subscription = Subscription(mailbox_id=mailbox.id, topic_id=topic.id, topic=topic)
        session.add(subscription)
    elif subscription.state is state and (
        state is SubscriptionState.ENDED or subscription.paused_until == paused_until
    ):
        # What has ended keeps its first moment and door.
        return subscription
    subscription.state = state
    subscription.paused_until = paused_until
    subscription.changed_at = now
    subscription.door = door
    return subscription


def _state_of(is_chosen: bool, paused_until: date | None) -> SubscriptionState:
    if not is_chosen:
        return SubscriptionState.ENDED
    return SubscriptionState.PAUSED if paused_until else SubscriptionState.ACTIVE


def _record_choice(session: Session, mailbox: Mailbox, topic: Topic, *, door: str, wording: str, now: datetime) -> None:
    needs_proof = (Refusal.LEFT, Refusal.UNCONFIRMED, Refusal.NO_BASIS)
    if refusals(session, [mailbox.id], topic, now=now).get(mailbox.id) in needs_proof:
        session.add(
            Consent(
                mailbox_id=mailbox.id,
                topic_id=topic.id,
                basis=Basis.CONSENT,
                given_on=today(now),
                source=door,
                wording=wording,
                recorded_at=now,
            )
        )


def _replace_preferences(
    session: Session, mailbox: Mailbox, themes: Collection[Theme], neighbourhoods: Collection[Neighbourhood]
) -> None:
    session.execute(delete(PreferredTheme).where(PreferredTheme.mailbox_id == mailbox.id))
    session.execute(delete(PreferredNeighbourhood).where(PreferredNeighbourhood.mailbox_id == mailbox.id))
    session.add_all(PreferredTheme(mailbox_id=mailbox.id, theme_id=theme.id) for theme in themes)
    session.add_all(
        PreferredNeighbourhood(mailbox_id=mailbox.id, neighbourhood_id=neighbourhood.id)
        for neighbourhood in neighbourhoods
    )


def _subscriptions(session: Session, mailbox: Mailbox) -> dict[int, Subscription]:
    # One at a time per mailbox: mail providers press the one-click button twice at once.
    _hold(session, mailbox)
    found = session.scalars(select(Subscription).where(Subscription.mailbox_id == mailbox.id))
    return {subscription.topic_id: subscription for subscription in found}


def _hold(session: Session, mailbox: Mailbox) -> None:
    session.execute(select(Mailbox.id).where(Mailbox.id == mailbox.id).with_for_update(key_share=True))


def _use(session: Session, mailbox: Mailbox, person: Person) -> PersonMailbox:
    use = session.get(PersonMailbox, (person.id, mailbox.id))
    if use is None:
        raise NotFound(_("Deze naam hoort niet bij dit postvak."))
    return use
