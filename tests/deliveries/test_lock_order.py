"""Lease, mailing, mailbox, delivery: who takes locks in this order never waits in a circle (decision 0067).

Only where several write at once: SQLite has one writer at a time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from mailer.deliveries.holding import lock, stop
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.line.recovering import recover
from mailer.deliveries.models import Delivery
from mailer.foundation.database import is_sqlite
from mailer.mailings.models import Mailing
from tests.deliveries.rows import PATIENCE_SECONDS, a_mailing_being_sent, states, wait_until_somebody_waits


@pytest.fixture
def mailing(database, now):
    with database.transaction() as session:
        if is_sqlite(session):
            pytest.skip("SQLite has one writer at a time")
        return a_mailing_being_sent(session, 3)


def test_a_claim_leaves_a_mailing_alone_that_somebody_is_stopping(database, now, mailing):
    with database.transaction() as stopping:
        lock(stopping, stopping.get_one(Mailing, mailing.id))
        with database.transaction() as claiming:
            claiming.execute(text("SET LOCAL lock_timeout = '5s'"))
            assert claim(claiming, worker="a", limit=3, now=now) == []


def test_who_stops_a_mailing_waits_for_a_claim_before_it_holds_the_mailing(database, now, mailing):
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as claiming:
            assert len(claim(claiming, worker="a", limit=2, now=now)) == 2
            stopped = pool.submit(_stop, database, mailing.id, now)
            wait_until_somebody_waits(database)
            # A gate of that worker does not wait for who waits for us: the circle of three that this was.
            claiming.execute(text("SELECT id FROM mailing FOR SHARE NOWAIT"))
        stopped.result(PATIENCE_SECONDS)

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"cancelled"}


def test_the_sweep_holds_no_letter_while_it_waits_for_its_mailing(database, now, mailing):
    with database.transaction() as session:
        assert len(claim(session, worker="gone", limit=3, now=now)) == 3
    later = now + timedelta(hours=1)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as stopping:
            lock(stopping, stopping.get_one(Mailing, mailing.id))
            swept = pool.submit(_recover, database, later)
            wait_until_somebody_waits(database)
            free = stopping.scalars(select(Delivery.id).with_for_update(nowait=True)).all()
        found = swept.result(PATIENCE_SECONDS)

    assert len(free) == 3
    assert found.requeued == 3


def _stop(database, mailing_id, now):
    with database.transaction() as session:
        stop(session, session.get_one(Mailing, mailing_id), now=now)


def _recover(database, now):
    with database.transaction() as session:
        return recover(session, now=now)
