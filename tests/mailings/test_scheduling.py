"""Scheduling: what is not right cannot leave, and only one of two may change a state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.database import Database
from mailer.foundation.errors import BadInput, Conflict
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.scheduling import TRANSITIONS, become, schedule, unschedule
from mailer.staff.models import LogbookEntry
from tests.factories import a_mailbox, a_mailing, a_person, a_topic, an_event


def a_ready_mailing(session: Session, **more: object) -> Mailing:
    a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))
    return a_mailing(session, **more)


def test_a_scheduled_mailing_leaves_at_its_moment(session: Session, now: datetime) -> None:
    mailing = a_ready_mailing(session)
    at = now + timedelta(days=2)

    schedule(session, mailing, at=at, now=now)

    assert mailing.state is MailingState.SCHEDULED
    assert mailing.scheduled_at == at
    assert mailing.expires_at == at + timedelta(hours=48)
    assert session.scalars(select(LogbookEntry.action)).all() == ["mailing-scheduled"]


def test_send_now_waits_for_the_grace_period(make_database: Callable[..., Database], now: datetime) -> None:
    with make_database(grace_seconds=600).transaction() as session:
        mailing = schedule(session, a_ready_mailing(session), now=now)

        assert mailing.scheduled_at == now + timedelta(minutes=10)


def test_the_grace_period_can_be_skipped(make_database: Callable[..., Database], now: datetime) -> None:
    with make_database(grace_seconds=600).transaction() as session:
        mailing = schedule(session, a_ready_mailing(session), now=now, grace_seconds=0)

        assert mailing.scheduled_at == now


def test_an_invitation_makes_sense_until_the_meeting_begins(session: Session, now: datetime) -> None:
    a_topic(session, "uitnodigingen")
    event = an_event(session)
    mailing = a_ready_mailing(session, kind="invitation", event=event.id, blocks=[{"type": "event", "event": event.id}])

    schedule(session, mailing, now=now)

    assert mailing.expires_at == event.starts_at


def test_what_stops_is_told_in_full(session: Session, now: datetime) -> None:
    mailing = a_ready_mailing(session, subject="", blocks=[{"type": "heading"}])

    with pytest.raises(BadInput) as refusal:
        schedule(session, mailing, now=now)

    assert refusal.value.sentence == "Je kunt nog niet verzenden. Los eerst 2 punten op."
    assert len(refusal.value.problems) == 2
    assert mailing.state is MailingState.DRAFT


def test_a_moment_that_is_past_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(BadInput) as refusal:
        schedule(session, a_ready_mailing(session), at=now - timedelta(minutes=1), now=now)

    assert refusal.value.field == "at"


def test_a_scheduled_mailing_can_be_taken_back(session: Session, now: datetime) -> None:
    mailing = schedule(session, a_ready_mailing(session), now=now)

    unschedule(session, mailing, now=now)

    assert (mailing.state, mailing.scheduled_at, mailing.expires_at) == (MailingState.DRAFT, None, None)


def test_a_mailing_is_scheduled_once(session: Session, now: datetime) -> None:
    mailing = schedule(session, a_ready_mailing(session), now=now)

    with pytest.raises(Conflict):
        schedule(session, mailing, now=now)


def test_taking_back_loses_from_a_worker_that_began(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        mailing_id = schedule(session, a_ready_mailing(session), now=now).id
    stale = database.open()
    seen = stale.get_one(Mailing, mailing_id)
    stale.commit()
    with database.transaction() as worker:
        become(worker, worker.get_one(Mailing, mailing_id), MailingState.PREPARING)

    with pytest.raises(Conflict):
        unschedule(stale, seen, now=now)

    stale.close()
    with database.transaction(writes=False) as session:
        assert session.get_one(Mailing, mailing_id).state is MailingState.PREPARING


@pytest.mark.parametrize("before", list(MailingState))
@pytest.mark.parametrize("after", list(MailingState))
def test_only_the_transitions_of_the_table_happen(session: Session, before: MailingState, after: MailingState) -> None:
    mailing = a_mailing(session)
    mailing.state = before
    session.flush()

    if after in TRANSITIONS[before]:
        assert become(session, mailing, after).state is after
    else:
        with pytest.raises(Conflict):
            become(session, mailing, after)
        assert mailing.state is before


def test_what_is_sent_or_stopped_stays_so() -> None:
    assert {state for state, after in TRANSITIONS.items() if not after} == {MailingState.SENT, MailingState.CANCELLED}
    assert set(TRANSITIONS) == set(MailingState)
