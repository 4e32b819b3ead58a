"""Merging while others merge, send and answer: each in a transaction of its own on a real database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from mailer.deliveries.asking import GateQuestion, purpose_of
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.line.handing_over import open_gates
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import Mailbox, MailboxKind, Organisation
from mailer.events.answering import InvitationGone, Outcome, record_answer
from mailer.events.inviting import Invited, invite
from mailer.events.models import Answer, Door, Event, Guest, GuestState, Invitation, RsvpAnswer
from mailer.events.parties import GuestName
from mailer.foundation.database import Database
from mailer.foundation.errors import NotFound
from mailer.mailings.models import Mailing, MailingState
from mailer.records.forwarding import where_now
from mailer.records.merging import merge, unmerge
from mailer.records.models import Merge, MergeKind
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import Subscription, SubscriptionState, Topic
from tests.factories import (
    A_MOMENT,
    a_mailbox,
    a_mailing,
    a_person,
    a_topic,
    an_event,
    an_invitation,
    an_organisation,
)

LATER = A_MOMENT + timedelta(days=3)
EVERYBODY = {"rule": {"all": []}}
T = TypeVar("T")


def _at_once(deeds: list[Callable[[], T]]) -> list[T | BaseException]:
    """Start all deeds together, each in its own thread; return what each returned or raised."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], T]) -> T | BaseException:
        gate.wait()
        try:
            return deed()
        except BaseException as problem:
            return problem

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def _merges(database: Database, keep: int, lose: int, kind: MergeKind = MergeKind.ORGANISATION) -> Callable[[], int]:
    def deed() -> int:
        with database.transaction() as session:
            return merge(session, kind, keep, lose, now=LATER, by=None).id

    return deed


def _organisations(database: Database, number: int) -> list[int]:
    with database.transaction() as session:
        event = an_event(session, per_organisation=9)
        made = [an_organisation(session, themes=["groen"], member_of=["groen-lint"]) for _one in range(number)]
        for one in made:
            an_invitation(session, event, one)
        return [one.id for one in made]


def _left(database: Database) -> list[int]:
    with database.transaction(writes=False) as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))


@pytest.mark.parametrize("_round", range(3))
def test_two_people_merge_the_same_pair_and_it_is_done_once(database: Database, _round: int) -> None:
    keep, lose = _organisations(database, 2)

    done = _at_once([_merges(database, keep, lose)] * 2)

    assert sorted(type(one).__name__ for one in done) == ["NotFound", "int"]
    assert _left(database) == [keep]


@pytest.mark.parametrize("_round", range(3))
def test_two_people_merge_a_pair_either_way_and_one_of_them_wins(database: Database, _round: int) -> None:
    one, other = _organisations(database, 2)

    done = _at_once([_merges(database, one, other), _merges(database, other, one)])

    assert sorted(type(each).__name__ for each in done) == ["NotFound", "int"]
    assert len(_left(database)) == 1


@pytest.mark.parametrize("_round", range(3))
def test_a_chain_that_is_merged_at_once_ends_well_in_either_order(database: Database, _round: int) -> None:
    first, second, third = _organisations(database, 3)

    done = _at_once([_merges(database, second, first), _merges(database, third, second)])

    assert all(isinstance(one, int | NotFound) for one in done)
    assert isinstance(done[1], int)
    assert _left(database) == ([third] if isinstance(done[0], int) else [first, third])
    with database.transaction(writes=False) as session:
        assert where_now(session, "organisation", second) == third
        assert len(session.scalars(select(Invitation)).all()) == len(_left(database))


def test_two_people_take_the_same_merge_back_and_it_is_done_once(database: Database) -> None:
    keep, lose = _organisations(database, 2)
    merge_id = _merges(database, keep, lose)()

    def takes_back() -> int:
        with database.transaction() as session:
            return unmerge(session, merge_id, now=LATER, by=None).rows

    done = _at_once([takes_back] * 2)

    assert sorted(type(one).__name__ for one in done) == ["Conflict", "int"]
    assert _left(database) == [keep, lose]


def _claimed(session: Session) -> tuple[int, int, int]:
    """A mailing that is being sent, and a letter to the old address in a worker's hands."""
    old, new = a_mailbox(session, "samira@oud.example.org"), a_mailbox(session, "samira@nieuw.example.org")
    mailing = a_mailing(session)
    mailing.state = MailingState.SENDING
    letter = Delivery(
        mailing_id=mailing.id, mailbox_id=old.id, address=old.address, state=DeliveryState.QUEUED, created_at=A_MOMENT
    )
    session.add(letter)
    session.flush()
    return letter.id, old.id, new.id


def test_a_letter_at_its_gate_goes_to_the_old_address_once_and_the_merge_waits_for_it(database: Database) -> None:
    with database.transaction() as session:
        letter_id, old, new = _claimed(session)
    with database.transaction() as session:
        [mine] = claim(session, worker="w1", limit=1, now=LATER)
    at_the_gate = threading.Event()

    def passes() -> bool:
        with database.transaction() as session:
            mailing = session.get_one(Mailing, mine.mailing_id)
            questions = {mailing.id: GateQuestion(purpose_of(session, mailing))}
            answer = open_gates(session, [mine], questions, now=LATER)
            at_the_gate.set()
            # Long enough for the merge to arrive and wait.
            time.sleep(0.3)
            return bool(answer.open)

    def merges() -> int:
        at_the_gate.wait(10)
        return _merges(database, new, old, MergeKind.MAILBOX)()

    opened, merged = _at_once([passes, merges])

    assert opened is True
    assert isinstance(merged, int)
    with database.transaction(writes=False) as session:
        letter = session.get_one(Delivery, letter_id)
        assert (letter.state, letter.address, letter.mailbox_id) == (
            DeliveryState.HANDING_OVER,
            "samira@oud.example.org",
            new,
        )


def test_a_letter_that_comes_to_its_gate_after_the_merge_is_taken_anew_for_the_new_address(database: Database) -> None:
    with database.transaction() as session:
        letter_id, old, new = _claimed(session)
    with database.transaction() as session:
        [mine] = claim(session, worker="w1", limit=1, now=LATER)
    _merges(database, new, old, MergeKind.MAILBOX)()

    with database.transaction() as session:
        mailing = session.get_one(Mailing, mine.mailing_id)
        questions = {mailing.id: GateQuestion(purpose_of(session, mailing))}
        answer = open_gates(session, [mine], questions, now=LATER)
    with database.transaction() as session:
        [again] = claim(session, worker="w2", limit=1, now=LATER)

    assert not answer.open
    assert (again.delivery_id, again.mailbox_id) == (letter_id, new)
    with database.transaction(writes=False) as session:
        assert session.get_one(Delivery, letter_id).address == "samira@nieuw.example.org"


@pytest.mark.parametrize("_round", range(4))
def test_an_answer_for_the_lost_invitation_counts_or_is_refused_and_never_gets_lost(
    database: Database,
    _round: int,
) -> None:
    keep, lose = _organisations(database, 2)
    with database.transaction(writes=False) as session:
        invitation_id = session.scalars(select(Invitation.id).where(Invitation.organisation_id == lose)).one()

    def answers() -> Outcome:
        with database.transaction() as session:
            return record_answer(
                session,
                session.get_one(Invitation, invitation_id),
                Answer.YES,
                guests=[GuestName("Joost")],
                answered_by="Joost",
                answered_at=LATER,
                door=Door.LINK,
            )

    answered, merged = _at_once([answers, _merges(database, keep, lose)])

    assert isinstance(merged, int)
    # Whoever comes when it is all over does not even find the invitation.
    assert isinstance(answered, Outcome | InvitationGone | NoResultFound)
    with database.transaction(writes=False) as session:
        counted = len(session.scalars(select(RsvpAnswer)).all())
        going = session.scalars(select(Guest).where(Guest.state == GuestState.GOING)).all()
        assert counted == len(going) == (1 if isinstance(answered, Outcome) else 0)
        assert session.scalars(select(Invitation.organisation_id)).all() == [keep]
        assert len(session.scalars(select(Merge)).all()) == 1


def test_an_answer_that_waited_for_the_merge_is_told_that_its_invitation_is_gone(database: Database) -> None:
    keep, lose = _organisations(database, 2)
    with database.transaction(writes=False) as session:
        seen = session.scalars(select(Invitation).where(Invitation.organisation_id == lose)).one()
        event_id, invitation_id = seen.event_id, seen.id
    _merges(database, keep, lose)()

    with database.transaction() as session, pytest.raises(InvitationGone, match="nog een keer"):
        record_answer(
            session,
            Invitation(id=invitation_id, event_id=event_id),
            Answer.NO,
            answered_by="Joost",
            answered_at=LATER,
            door=Door.LINK,
        )


@pytest.mark.parametrize("kind", [MergeKind.ORGANISATION, MergeKind.PERSON])
def test_whoever_invites_while_two_become_one_invites_the_one(database: Database, kind: MergeKind) -> None:
    with database.transaction() as session:
        event_id = an_event(session, per_organisation=9).id
        of_this_kind = an_organisation if kind is MergeKind.ORGANISATION else a_person
        keep, lose = (of_this_kind(session, mailbox=a_mailbox(session)).id for _one in range(2))
    is_merged = threading.Event()

    def merges() -> int:
        with database.transaction() as session:
            made = merge(session, kind, keep, lose, now=LATER, by=None)
            is_merged.set()
            # Long enough for the other to choose both and to wait.
            time.sleep(0.3)
            return made.id

    def invites() -> Invited:
        is_merged.wait(10)
        with database.transaction() as session:
            return invite(session, session.get_one(Event, event_id), EVERYBODY, by=None, now=LATER)

    merged, invited = _at_once([merges, invites])

    assert isinstance(merged, int)
    assert invited == Invited(invitations=1, new=1)
    with database.transaction(writes=False) as session:
        invitation = session.scalars(select(Invitation)).one()
        assert keep in (invitation.organisation_id, invitation.person_id)


def test_whoever_merges_while_one_of_two_is_invited_waits_and_lets_the_invitation_follow(database: Database) -> None:
    with database.transaction() as session:
        event_id = an_event(session, per_organisation=9).id
        keep, lose = (an_organisation(session, mailbox=a_mailbox(session)).id for _one in range(2))
    is_invited = threading.Event()

    def invites() -> Invited:
        with database.transaction() as session:
            made = invite(session, session.get_one(Event, event_id), EVERYBODY, by=None, now=LATER)
            is_invited.set()
            time.sleep(0.3)
            return made

    def merges() -> int:
        is_invited.wait(10)
        return _merges(database, keep, lose)()

    invited, merged = _at_once([invites, merges])

    assert (invited, isinstance(merged, int)) == (Invited(invitations=2, new=2), True)
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Invitation.organisation_id)).all() == [keep]


@pytest.mark.parametrize("who_is_first", ["merge", "reader"])
def test_who_leaves_at_an_address_while_its_person_is_merged_is_believed_either_way(
    database: Database, who_is_first: str
) -> None:
    """The word said at one address is carried to the other one at that moment: one row, and no error for the reader."""
    with database.transaction() as session:
        topic = a_topic(session)
        old, new = (a_mailbox(session, one, kind=MailboxKind.PERSONAL) for one in ("s@oud.test", "s@nieuw.test"))
        keep, lose = a_person(session, mailbox=new).id, a_person(session, mailbox=old).id
        leave(session, old, topic, door="leave-page", now=A_MOMENT)
        new_id, topic_id = new.id, topic.id
    is_first = threading.Event()

    def done(name: str, deed: Callable[[Session], object]) -> None:
        if name != who_is_first:
            is_first.wait(10)
        with database.transaction() as session:
            deed(session)
            if name == who_is_first:
                is_first.set()
                # Long enough for the other to arrive and wait.
                time.sleep(0.3)

    def leaves(session: Session) -> None:
        leave(session, session.get_one(Mailbox, new_id), session.get_one(Topic, topic_id), door="one-click", now=LATER)

    def merges(session: Session) -> None:
        merge(session, MergeKind.PERSON, keep, lose, now=LATER, by=None)

    assert _at_once([lambda: done("merge", merges), lambda: done("reader", leaves)]) == [None, None]
    with database.transaction(writes=False) as session:
        word = session.scalars(select(Subscription).where(Subscription.mailbox_id == new_id)).one()
        assert word.state is SubscriptionState.ENDED
