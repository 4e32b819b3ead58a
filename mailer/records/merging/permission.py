"""What a mailbox allowed, from two: both proofs stay, and the stricter word wins (decision 0051)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from mailer.directory.models import Mailbox, MailboxKind, Neighbourhood, PersonMailbox
from mailer.foundation.clock import today
from mailer.records.merging.subject import Merging
from mailer.subscriptions.models import (
    PreferredNeighbourhood,
    PreferredTheme,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from mailer.subscriptions.suppressing import suppress_hash

STRICTEST_FIRST = (
    SubscriptionState.ENDED,
    SubscriptionState.PAUSED,
    SubscriptionState.PENDING,
    SubscriptionState.ACTIVE,
)
# What the reader said, and not what a machine found out about one address.
SAID = (SuppressionReason.REQUEST, SuppressionReason.COMPLAINT)
# What somebody chose as a person, whatever address they chose it with.
OF_A_PERSON = (SubscriptionState.ENDED, SubscriptionState.PAUSED)


def join_subscriptions(merging: Merging) -> None:
    """Per topic one subscription, the stricter of the two."""
    session, keep = merging.session, merging.keep
    ours = _subscriptions(session, keep.id)
    for topic_id, theirs in _subscriptions(session, merging.lose.id).items():
        standing = ours.get(topic_id)
        if standing is None:
            theirs.mailbox_id = keep.id
        else:
            if is_stricter(theirs, standing, day=today(merging.now)):
                _say_the_same(standing, theirs)
            session.delete(theirs)
    session.flush()


def join_preferences(merging: Merging) -> None:
    """The narrower choice of themes and neighbourhoods; where two choices share nothing, that of the one that stays."""
    covering = set(merging.session.scalars(select(Neighbourhood.id).where(Neighbourhood.covers_all)))
    inside = set(merging.session.scalars(select(Neighbourhood.id).where(Neighbourhood.is_inside)))
    _join_preferences(merging, PreferredTheme, "theme_id", set(), set())
    _join_preferences(merging, PreferredNeighbourhood, "neighbourhood_id", covering, inside)


def carry_suppression(merging: Merging) -> None:
    """Who asked never to be mailed again is not mailed at another address either; an address that died is only dead."""
    session = merging.session
    said = _suppression(session, merging.lose.address_hash)
    if said is not None and said.reason in SAID:
        suppress_hash(session, merging.keep.address_hash, said.reason, since=said.since, note=said.note)


def carry_to_own_mailboxes(merging: Merging, *, before: tuple[set[int], set[int]]) -> None:
    """What either said at an address of their own holds for all their own addresses; shared ones decide for themselves.

    ``before`` holds the own mailboxes (``own_mailboxes``) of the one that stays and of the one that goes.
    """
    kept, lost = before
    for said_at, holds_for in ((kept, lost - kept), (lost, kept - lost)):
        for source in sorted(said_at):
            for target in sorted(holds_for - {source}):
                carry_word(merging.session, source, target, now=merging.now)
    merging.session.flush()


def own_mailboxes(session: Session, person_id: int, *, but_for: int) -> set[int]:
    """Return the mailboxes of this person that nobody else reads, but for the one they are merged with.

    An organisation's function (info@) is nobody's own.
    """
    elsewhere = aliased(PersonMailbox)
    others = exists().where(
        elsewhere.mailbox_id == PersonMailbox.mailbox_id, elsewhere.person_id.not_in((person_id, but_for))
    )
    own = (
        select(PersonMailbox.mailbox_id)
        .join(Mailbox, Mailbox.id == PersonMailbox.mailbox_id)
        .where(PersonMailbox.person_id == person_id, Mailbox.kind != MailboxKind.FUNCTIONAL, ~others)
    )
    return set(session.scalars(own))


def carry_word(session: Session, source_id: int, target_id: int, *, now: datetime) -> None:
    """Let what somebody said at one mailbox hold at another one of theirs, where it is stricter."""
    source, target = session.get_one(Mailbox, source_id), session.get_one(Mailbox, target_id)
    # Its reader may be leaving at this moment (``subscriptions.leaving`` holds it too).
    session.execute(select(Mailbox.id).where(Mailbox.id == target_id).with_for_update(key_share=True))
    standing = _subscriptions(session, target_id)
    for topic_id, theirs in _subscriptions(session, source_id).items():
        if theirs.state not in OF_A_PERSON or _strictness(theirs, today(now))[0] > 1:
            continue
        ours = standing.get(topic_id)
        if ours is None:
            ours = Subscription(mailbox_id=target_id, topic_id=topic_id, state=theirs.state)
            session.add(ours)
            _say_the_same(ours, theirs)
        elif is_stricter(theirs, ours, day=today(now)):
            _say_the_same(ours, theirs)
    said = _suppression(session, source.address_hash)
    if said is not None and said.reason in SAID:
        suppress_hash(session, target.address_hash, said.reason, since=said.since, note=said.note)


def is_stricter(one: Subscription, other: Subscription, *, day: date) -> bool:
    """Tell whether the first allows less than the second. A pause that is over allows as much as an active one."""
    return _strictness(one, day) < _strictness(other, day)


def _strictness(one: Subscription, day: date) -> tuple[int, int]:
    is_over = one.state is SubscriptionState.PAUSED and one.paused_until is not None and one.paused_until <= day
    state = SubscriptionState.ACTIVE if is_over else one.state
    # Of two pauses the longer one.
    until = one.paused_until.toordinal() if one.paused_until and state is SubscriptionState.PAUSED else 0
    return STRICTEST_FIRST.index(state), -until


def _say_the_same(ours: Subscription, theirs: Subscription) -> None:
    ours.state, ours.paused_until = theirs.state, theirs.paused_until
    # When and by which door it was said stays true.
    ours.changed_at, ours.door = theirs.changed_at, theirs.door


def _subscriptions(session: Session, mailbox_id: int) -> dict[int, Subscription]:
    rows = session.scalars(select(Subscription).where(Subscription.mailbox_id == mailbox_id))
    return {row.topic_id: row for row in rows}


def _suppression(session: Session, key: str) -> Suppression | None:
    return session.scalars(select(Suppression).where(Suppression.address_hash == key)).one_or_none()


def _join_preferences(merging: Merging, kind: type[Any], column: str, covering: set[int], inside: set[int]) -> None:
    session, keep, lose = merging.session, merging.keep, merging.lose
    rows = session.scalars(select(kind).where(kind.mailbox_id.in_((keep.id, lose.id)))).all()
    ours = {getattr(row, column): row for row in rows if row.mailbox_id == keep.id}
    theirs = {getattr(row, column) for row in rows if row.mailbox_id == lose.id}
    wanted = narrower(set(ours), theirs, covering=covering, inside=inside)
    for row in rows:
        if row.mailbox_id == lose.id or getattr(row, column) not in wanted:
            session.delete(row)
    session.flush()
    session.add_all(kind(mailbox_id=keep.id, **{column: word}) for word in sorted(wanted - set(ours)))
    session.flush()


def narrower(ours: set[int], theirs: set[int], *, covering: Iterable[int] = (), inside: Iterable[int] = ()) -> set[int]:
    """Return what both want. Nothing chosen is everything; what covers the whole area covers each part of it."""
    if not ours or not theirs:
        return ours or theirs
    both = {word for word in ours if word in _reach(theirs, covering, inside)}
    both |= {word for word in theirs if word in _reach(ours, covering, inside)}
    return both or ours


def _reach(words: set[int], covering: Iterable[int], inside: Iterable[int]) -> set[int]:
    return words | set(inside) if words & set(covering) else words
