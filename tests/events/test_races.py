"""Many answers at the same moment, each in a transaction of its own on a real database."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from mailer.events.answering import Outcome, Result, record_answer
from mailer.events.models import Answer, Door, Guest, GuestState, Invitation, Rsvp, RsvpAnswer
from mailer.events.parties import GuestName
from mailer.events.places import pool_of, waiting_parties
from mailer.foundation.database import Database
from tests.factories import an_event, an_invitation

MONDAY = datetime(2027, 1, 4, 10, 0, tzinfo=UTC)


def invited(database: Database, parties: int, **event: object) -> list[int]:
    with database.transaction() as session:
        meeting = an_event(session, **event)
        return [an_invitation(session, meeting).id for _party in range(parties)]


def at_once(deeds: list[Callable[[], Outcome]]) -> list[Outcome]:
    """Start all deeds together, each in its own thread."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Outcome]) -> Outcome:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def answers(database: Database, invitation_id: int, said: Answer, *names: str) -> Callable[[], Outcome]:
    def deed() -> Outcome:
        with database.transaction() as session:
            invitation = session.get_one(Invitation, invitation_id)
            # What a page would have read before it answers: it must not be believed after the lock.
            _seen = invitation.rsvp, invitation.event.capacity
            return record_answer(
                session,
                invitation,
                said,
                guests=[GuestName(name) for name in names],
                answered_by="Samira",
                answered_at=MONDAY + timedelta(seconds=1),
                door=Door.LINK,
            )

    return deed


def test_thirty_parties_race_for_ten_places(database: Database) -> None:
    invitations = invited(database, 30, capacity=10)

    outcomes = at_once([answers(database, one, Answer.YES, "Samira") for one in invitations])

    assert Counter(outcome.result for outcome in outcomes) == {Result.GOING: 10, Result.WAITING: 20}
    assert sorted(outcome.position for outcome in outcomes if outcome.position) == list(range(1, 21))
    with database.transaction(writes=False) as session:
        assert Counter(session.scalars(select(Guest.state))) == {GuestState.GOING: 10, GuestState.WAITING: 20}
        assert len(session.scalars(select(Rsvp)).all()) == 30


def test_parties_of_three_race_and_the_places_are_never_split_or_exceeded(database: Database) -> None:
    invitations = invited(database, 8, capacity=10)

    outcomes = at_once([answers(database, one, Answer.YES, "Noor", "Ömer", "Zoë") for one in invitations])

    assert Counter(outcome.result for outcome in outcomes) == {Result.GOING: 3, Result.WAITING: 5}
    with database.transaction(writes=False) as session:
        assert Counter(session.scalars(select(Guest.state))) == {GuestState.GOING: 9, GuestState.WAITING: 15}


def test_two_people_of_one_organisation_answer_at_the_same_moment(database: Database) -> None:
    [invitation] = invited(database, 1, capacity=10, per_organisation=1)

    outcomes = at_once(
        [
            answers(database, invitation, Answer.YES, "Samira"),
            answers(database, invitation, Answer.YES, "Joost"),
        ]
    )

    assert [outcome.result for outcome in outcomes] == [Result.GOING, Result.GOING]
    with database.transaction(writes=False) as session:
        assert Counter(session.scalars(select(Guest.state))) == {GuestState.GOING: 1, GuestState.WITHDRAWN: 1}
        assert len(session.scalars(select(RsvpAnswer)).all()) == 2


def test_who_leaves_and_who_comes_at_once_never_meet_on_one_place(database: Database) -> None:
    invitations = invited(database, 20, capacity=10)
    for one in invitations[:10]:
        answers(database, one, Answer.YES, "Noor")()

    at_once(
        [answers(database, one, Answer.NO) for one in invitations[:5]]
        + [answers(database, one, Answer.YES, "Gloria") for one in invitations[10:]]
    )

    with database.transaction(writes=False) as session:
        invitation = session.get_one(Invitation, invitations[0])
        count = Counter(session.scalars(select(Guest.state)))
        waiting = waiting_parties(session, pool_of(invitation.event, None))
    assert count[GuestState.WITHDRAWN] == 5
    assert 5 <= count[GuestState.GOING] <= 10
    assert count[GuestState.GOING] + len(waiting) == 15
