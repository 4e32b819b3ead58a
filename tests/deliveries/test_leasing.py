"""Letters stay in a worker's hands while it lives; claiming more and opening gates do not wait for each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from mailer.deliveries.line import leasing
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.line.handing_over import open_gates
from mailer.deliveries.line.recording import Result, record
from mailer.deliveries.line.recovering import recover
from mailer.foundation.database import database_moment, is_sqlite
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent, states

OK = judge(Phase.AFTER_DOT, Reply(250, "2.0.0 Ok"))


def test_a_worker_takes_more_letters_while_its_gates_are_being_written(database):
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 4)
    with database.transaction() as session:
        first = claim(session, worker="a", limit=2, now=database_moment(session))
    with database.open() as window:
        if is_sqlite(window):
            pytest.skip("one writer at a time: there everything waits for its turn")
        open_gates(window, first, {}, now=database_moment(window))
        with database.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            more = claim(session, worker="a", limit=2, now=database_moment(session))
        window.commit()

    with database.transaction(writes=False) as session:
        assert sorted(states(session, mailing).values()) == ["claimed", "claimed", "handing_over", "handing_over"]
    assert len(more) == 2


def test_who_takes_up_letters_and_who_claims_more_of_them_come_one_after_the_other(database, now):
    with database.transaction() as session:
        a_mailing_being_sent(session, 4)
        claim(session, worker="a", limit=2, now=now)
    with database.open() as claiming:
        if is_sqlite(claiming):
            pytest.skip("one writer at a time")
        claim(claiming, worker="a", limit=2, now=now)
        with database.transaction() as session:
            # Passed over while somebody holds it: the next sweep sees what became of it.
            assert leasing.run_out(session, now=now + timedelta(hours=1)) == []
        claiming.commit()

    with database.transaction() as session:
        assert recover(session, now=now + timedelta(hours=1)).requeued == 4


def test_a_lease_that_ran_out_begins_anew_with_the_next_claim(session, now):
    a_mailing_being_sent(session, 3)
    claim(session, worker="a", limit=1, now=now)
    later = now + timedelta(hours=1)
    assert not leasing.renew(session, "a", now=later)

    assert claim(session, worker="a", limit=1, now=later)

    assert leasing.renew(session, "a", now=later)


def test_all_letters_of_a_worker_are_found_however_far_they_lie_apart(session, now, monkeypatch):
    monkeypatch.setattr(leasing, "AHEAD", 0)
    mailing = a_mailing_being_sent(session, 6)
    for _time in range(3):
        claim(session, worker="a", limit=2, now=now)

    assert recover(session, now=now + timedelta(hours=1)).requeued == 6
    assert set(states(session, mailing).values()) == {"queued"}


def test_letters_are_found_by_their_keys_although_all_were_queued_when_postgresql_last_looked(database):
    with database.transaction() as session:
        if is_sqlite(session):
            pytest.skip("it keeps no such statistics")
        a_mailing_being_sent(session, 300)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE delivery")

    with database.steady.transaction() as session:
        now = database_moment(session)
        claims = claim(session, worker="a", limit=100, now=now)
        gates = open_gates(session, claims, {}, now=now)
        record(session, [Result(one, OK) for one in gates.open], now=now)
        whole_reads = session.scalar(text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'delivery'"))

    assert len(gates.open) == 100
    assert whole_reads == 0
