"""Several relays: each gets its share, one in trouble waits by itself, and only when none works the mailing is held."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.deliveries.holding import hold_for_relay, resume
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.models import Delivery, DeliveryAttempt, SendingTrouble
from mailer.deliveries.regulating.routing import connections_of, open_routes, turns
from mailer.deliveries.working import drain, sweep
from mailer.foundation.database import database_moment
from mailer.mailings.models import Mailing, MailingState
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent, states
from tests.memory_crew import MemoryCrew
from tests.smtp_server import SmtpServer

TWO = "smtp://a.example.org?name=groot&weight=3 smtp://b.example.org?name=klein"
BOTH = ("groot", "klein")
SHUT = judge(Phase.CONNECT, Reply(0, "Connection refused"))


@pytest.fixture
def two_relays(make_database):
    return make_database(smtp_url=TWO, hold_retry_seconds=60)


def names(routes) -> list[str]:
    return [route.name for route in routes]


def test_each_relay_gets_its_share_by_weight_and_every_letter_has_one(two_relays, now):
    with two_relays.transaction() as session:
        a_mailing_being_sent(session, 40)
        among, _most = open_routes(session, among=BOTH, now=now)
        taken = claim(session, worker="w", limit=99, now=now, relay_of=turns(among))

    assert Counter(one.relay for one in taken) == {"groot": 30, "klein": 10}


def test_letters_are_taken_only_for_relays_that_one_has_and_as_many_as_have_room(make_database, now):
    with make_database(smtp_url=f"{TWO}&per_hour=3").transaction() as session:
        by_both, without_end = open_routes(session, among=BOTH, now=now)
        by_one, most = open_routes(session, among=["klein"], now=now)

    assert (names(by_both), without_end) == (["groot", "klein"], None)
    assert (names(by_one), most) == (["klein"], 3)


def test_connections_follow_the_weights_and_every_relay_has_one(make_database):
    with make_database(smtp_url=TWO, connections=8).transaction() as session:
        assert connections_of(session) == {"groot": 6, "klein": 2}
    with make_database(smtp_url=f"{TWO}&connections=5", connections=1).transaction() as session:
        assert connections_of(session) == {"groot": 1, "klein": 5}


def test_a_relay_in_trouble_waits_by_itself_and_the_other_takes_all(two_relays, now):
    with two_relays.transaction() as session:
        mailing = a_mailing_being_sent(session, 8)

        hold_for_relay(session, SHUT, relay="groot", now=now)

        assert mailing.state is MailingState.SENDING
        among, _most = open_routes(session, among=BOTH, now=now)
        (klein,) = among
        assert klein.name == "klein"
        assert {turns(among)(number) for number in range(8)} == {"klein"}


def test_it_waits_longer_each_time_and_several_connections_are_one_time(two_relays, now):
    waited = []
    with two_relays.transaction() as session:
        for _ in range(7):
            hold_for_relay(session, SHUT, relay="groot", now=now)
            hold_for_relay(session, SHUT, relay="groot", now=now + timedelta(seconds=1))
            until = session.get_one(SendingTrouble, "groot").waits_until
            waited.append((until - now).total_seconds())
            now = until

    assert waited == [60, 120, 240, 480, 900, 900, 900]


def test_only_when_no_relay_works_what_is_being_sent_waits_for_the_first(two_relays, now):
    with two_relays.transaction() as session:
        mailing, other = a_mailing_being_sent(session, 2), a_mailing_being_sent(session, ["x@x.example.org"])
        hold_for_relay(session, SHUT, relay="groot", now=now)
        hold_for_relay(session, SHUT, relay="klein", now=now + timedelta(seconds=20))

        for one in (mailing, other):
            assert (one.state, one.held_until) == (MailingState.HELD, now + timedelta(seconds=60))
        assert "De mailserver is niet te bereiken" in mailing.held_because

        resume(session, mailing, now=now + timedelta(seconds=30))
        assert names(open_routes(session, among=BOTH, now=now + timedelta(seconds=30))[0]) == ["groot", "klein"]


def test_a_relay_without_room_leaves_its_share_to_the_other(make_database):
    database = make_database(smtp_url=f"{TWO}&per_hour=2")
    crews = {"groot": MemoryCrew(), "klein": MemoryCrew()}
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 24)

    for _ in range(3):
        drain(database, lambda _settings, route, _number: crews[route.name])

    with database.transaction(writes=False) as session:
        assert Counter(states(session, mailing).values()) == {"accepted": 24}
        by_relay = Counter(session.scalars(select(Delivery.relay)))
    assert by_relay == {"groot": 22, "klein": 2}


def test_letters_of_a_dead_relay_leave_by_the_other_and_remember_it(make_database):
    with SmtpServer() as living, SmtpServer(orders={"banner": "554 no"}) as dead:
        database = make_database(smtp_url=f"{dead.url}?name=dood&weight=9 {living.url}?name=levend", connections=2)
        with database.transaction() as session:
            mailing = a_mailing_being_sent(session, 20)

        drain(database)
        drain(database)

        with database.transaction(writes=False) as session:
            assert set(states(session, mailing).values()) == {"accepted"}
            assert set(session.scalars(select(Delivery.relay))) == {"levend"}
            tried = Counter(map(tuple, session.execute(select(DeliveryAttempt.relay, DeliveryAttempt.outcome))))
            trouble = session.scalars(select(SendingTrouble)).one()
        assert tried[("levend", "accepted")] == 20
        assert 1 <= tried[("dood", "temporary")] <= 4
        assert (trouble.scope, trouble.reply_code) == ("dood", 554)
        assert len(living.taken) == 20


def test_a_relay_that_takes_letters_again_is_trusted_again(make_database):
    with SmtpServer() as server:
        database = make_database(smtp_url=server.url, hold_retry_seconds=0.1)
        with database.transaction() as session:
            a_mailing_being_sent(session, 2)
            hold_for_relay(session, SHUT, now=database_moment(session) - timedelta(seconds=1))
        sweep(database)

        drain(database)

        with database.transaction(writes=False) as session:
            assert session.scalars(select(SendingTrouble)).all() == []
            assert session.scalars(select(Mailing.state)).one() is not MailingState.HELD
