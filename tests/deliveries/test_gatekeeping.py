"""Lanes share a commit, and each letter still passes its own gate."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import event, select

from mailer.deliveries.claiming import claim
from mailer.deliveries.gatekeeping import Gatekeeper
from mailer.deliveries.models import Delivery
from mailer.foundation.database import database_moment
from tests.deliveries.rows import a_mailing_being_sent, states


def test_letters_that_wait_together_share_one_transaction(database):
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 6)
        claims = claim(session, worker="a", limit=6, now=database_moment(session))
    keeper = Gatekeeper(database)
    commits: list[int] = []
    event.listen(database.engine, "commit", lambda _connection: commits.append(1))

    # While somebody holds the turn, the six gather; then one of them answers all.
    with keeper._turn:
        lanes = [threading.Thread(target=keeper.ask, args=(one, None, [])) for one in claims]
        for lane in lanes:
            lane.start()
        while len(keeper._waiting) < 6:
            pass
    for lane in lanes:
        lane.join()

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"handing_over"}
    assert len(commits) == 2  # One for all gates, one for this look.


def test_one_closed_gate_closes_no_other(database):
    with database.transaction() as session:
        a_mailing_being_sent(session, 2)
        first, second = claim(session, worker="a", limit=2, now=database_moment(session))
        session.get_one(Delivery, second.delivery_id).attempt = 7
    keeper = Gatekeeper(database)

    answers = [keeper.ask(one, None, []).is_open for one in (first, second)]

    assert answers == [True, False]


def test_when_the_database_fails_every_lane_hears_it_and_no_dot_goes(database):
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 1)
        (claimed,) = claim(session, worker="a", limit=1, now=database_moment(session))
    keeper = Gatekeeper(database, clock=_broken_clock)

    with pytest.raises(RuntimeError, match="the database is gone"):
        keeper.ask(claimed, None, [])

    with database.transaction(writes=False) as session:
        assert states(session, mailing) == {session.scalars(select(Delivery.address)).one(): "claimed"}


def _broken_clock(_session):
    raise RuntimeError("the database is gone")
