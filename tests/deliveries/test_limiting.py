"""Limits are exact: over workers, over restarts, at the edges of a window, for a relay and for a domain."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

from sqlalchemy import func, select

from mailer.deliveries.line import leasing
from mailer.deliveries.line.sending import Sender, Until
from mailer.deliveries.models import Delivery, DeliveryState, SendingLimit, SentAllowance
from mailer.deliveries.regulating.limiting import Asking, room, take_allowances
from mailer.deliveries.regulating.spending import widened
from mailer.foundation.database import database_moment
from tests.deliveries.rows import a_mailing_being_sent, one_leaves, states
from tests.memory_crew import MemoryCrew

RELAY = "127.0.0.1:2525"


def asking(count: int, *, address: str = "a@x.example.org", relay: str = RELAY, **more) -> list[Asking]:
    return [Asking(number, relay, address, **more) for number in range(count)]


def test_without_limits_there_is_always_room(session, now):
    assert room(session, now=now) is None
    assert take_allowances(session, asking(1000), now=now).may_go == list(range(1000))
    assert session.scalars(select(SentAllowance)).all() == []


def test_a_full_window_says_how_long_to_wait(make_database, now):
    database = make_database(letters_per_minute=2)
    with database.transaction() as session:
        assert one_leaves(session, now=now) == 0
        assert one_leaves(session, now=now + timedelta(seconds=20)) == 0
        assert one_leaves(session, now=now + timedelta(seconds=30)) == 31
        assert one_leaves(session, now=now + timedelta(seconds=61)) == 0
        assert one_leaves(session, now=now + timedelta(seconds=62)) == 19
        assert room(session, now=now + timedelta(seconds=62)) == 0


def test_a_group_takes_its_allowances_in_one_row_and_the_rest_waits(make_database, now):
    database = make_database(letters_per_minute=5)
    with database.transaction() as session:
        first = take_allowances(session, asking(3), now=now)
        later = take_allowances(session, asking(4), now=now + timedelta(seconds=10))

        assert (first.may_go, first.wait_seconds) == ([0, 1, 2], 0)
        # The first three leave the window together, at 61 seconds.
        assert (later.may_go, later.waits) == ([0, 1], {2: 51, 3: 51})
        rows = session.execute(select(SentAllowance.letters, SentAllowance.total).order_by(SentAllowance.total))
        assert [tuple(row) for row in rows] == [(3, 3), (2, 5)]


def test_a_window_is_wider_than_its_limit_for_letters_that_are_under_way(make_database, now):
    """Allowed at 0.0 and in the server's hands at 0.3; the next one must not be counted in the same minute there."""
    database = make_database(letters_per_minute=1)
    with database.transaction() as session:
        one_leaves(session, now=now)

        assert one_leaves(session, now=now + timedelta(seconds=60)) == 1
        assert [widened(seconds) for seconds in (1, 60, 3600)] == [1.1, 61, 3601]


def test_the_tightest_limit_counts(make_database, now):
    database = make_database(letters_per_second=5, letters_per_day=2)
    with database.transaction() as session:
        assert room(session, now=now) == 2
        one_leaves(session, now=now)
        one_leaves(session, now=now)
        assert one_leaves(session, now=now + timedelta(seconds=2)) == 86_400 + 1 - 2


def test_a_clock_that_ran_behind_does_not_open_a_window_twice(make_database, now):
    """Two gates: the one that looked at the clock first got the lock last. Its letters count from the later moment."""
    database = make_database(letters_per_minute=2)
    with database.transaction() as session:
        one_leaves(session, now=now + timedelta(seconds=5))
        one_leaves(session, now=now)

        assert one_leaves(session, now=now + timedelta(seconds=61.5)) > 0
        moments = session.scalars(select(SentAllowance.at).order_by(SentAllowance.total)).all()
    assert moments == [now + timedelta(seconds=5)] * 2


def test_of_the_letters_of_a_day_some_are_kept_for_one_off_letters(make_database, now):
    database = make_database(letters_per_day=100)
    with database.transaction() as session:
        assert len(take_allowances(session, asking(200), now=now).may_go) == 95
        assert (room(session, now=now), room(session, now=now, is_urgent=True)) == (0, 5)

        sign_in_link = take_allowances(session, asking(1, is_urgent=True), now=now)

    assert sign_in_link.may_go == [0]


def test_each_relay_has_its_own_limits(make_database, now):
    database = make_database(
        smtp_url="smtp://a.example:25?name=groot&per_minute=3 smtp://b.example:25?name=klein&per_minute=1",
        letters_per_hour=50,
    )
    with database.transaction() as session:
        group = [Asking(number, relay, "a@x.example.org") for number, relay in enumerate(["groot", "klein"] * 3)]
        taken = take_allowances(session, group, now=now)

        assert taken.may_go == [0, 1, 2, 4]
        assert room(session, now=now, relay="klein") == 0


def test_a_domain_is_limited_by_itself_and_the_others_go_on(session, now):
    session.add(SendingLimit(scope="@traag.example.org", per_minute=1))
    session.flush()
    group = [
        Asking(n, RELAY, address) for n, address in enumerate(["A@Traag.example.ORG", "b@traag.example.org", "c@x.nl"])
    ]

    taken = take_allowances(session, group, now=now)

    assert (taken.may_go, taken.waits) == ([0, 2], {1: 61})


def test_a_domain_gets_no_more_letters_at_once_than_it_may(session, now):
    session.add(SendingLimit(scope="@smal.example.org", connections=2))
    a_mailing_being_sent(session, ["bezig@smal.example.org"])
    busy = session.scalars(select(Delivery)).one()
    busy.state, busy.worker = DeliveryState.HANDING_OVER, "a"
    leasing.hold(session, "a", [busy.id], now=now)
    session.flush()

    taken = take_allowances(session, asking(3, address="info@smal.example.org"), now=now)
    assert taken.may_go == [0]
    assert 0 < taken.wait_seconds < 1

    busy.state = DeliveryState.ACCEPTED
    session.flush()
    assert take_allowances(session, asking(3, address="info@smal.example.org"), now=now).may_go == [0, 1]


def test_what_the_office_set_goes_before_the_settings(make_database, now):
    database = make_database(letters_per_minute=100)
    with database.transaction() as session:
        session.add(SendingLimit(scope=RELAY, per_minute=7))
        session.flush()

        assert room(session, now=now) == 7


def test_any_window_of_a_random_history_holds_no_more_than_the_limit(make_database, now):
    """Groups of any size at any moment, by a clock that sometimes looks back: counted the slow way afterwards."""
    dice = random.Random(7)  # noqa: S311 - a history, not a secret
    database = make_database(letters_per_second=6, letters_per_minute=40)
    moment, sent = now, []
    with database.transaction() as session:
        for _ in range(400):
            moment += timedelta(seconds=dice.choice([0, 0.05, 0.3, 1.2, 9]))
            seen = moment - timedelta(seconds=dice.choice([0, 0, 0.08]))
            sent += [moment] * len(take_allowances(session, asking(dice.randint(1, 9)), now=seen).may_go)

    assert len(sent) > 500
    for seconds, letters in ((1, 6), (60, 40)):
        for first, later in zip(sent, sent[letters:], strict=False):
            assert (later - first).total_seconds() >= seconds


def test_gates_of_several_processes_never_take_more_than_there_is(make_database):
    """Real transactions beside each other; on PostgreSQL they wait for each other's locks."""
    database = make_database(letters_per_minute=50)

    def pass_gates() -> None:
        for _ in range(12):
            with database.transaction() as session:
                take_allowances(session, asking(3), now=database_moment(session))

    threads = [threading.Thread(target=pass_gates) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.sum(SentAllowance.letters))) == 50
        assert session.scalar(select(func.max(SentAllowance.total))) == 50


def test_workers_never_send_more_than_the_limit_and_nothing_is_lost(make_database):
    database = make_database(letters_per_second=5)
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 12)
    crew = MemoryCrew()
    while len(crew.letters) < 12:
        Sender(database, {RELAY: crew}, "worker").run(Until(5))

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"accepted"}
        gates = [at for at, n in session.execute(select(SentAllowance.at, SentAllowance.letters)) for _ in range(n)]
    assert len(crew.letters) == len(gates) == 12
    gates.sort()
    # Any six gates in a row span more than a second, by the database's clock that all workers share.
    assert min(later - earlier for earlier, later in zip(gates, gates[5:], strict=False)) > timedelta(seconds=1)


def test_a_limit_of_the_day_leaves_the_rest_waiting(make_database):
    database = make_database(letters_per_day=2)
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 5)

    Sender(database, {RELAY: MemoryCrew()}, "worker").run(Until(5))

    with database.transaction(writes=False) as session:
        found = sorted(states(session, mailing).values())
    assert found == ["accepted", "accepted", "queued", "queued", "queued"]
