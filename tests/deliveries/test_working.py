"""Sweep and drain over a real SMTP connection: from a schedule to letters in a server's hands."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.deliveries import working
from mailer.deliveries.holding import stop
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.queries import figures, letters, status
from mailer.deliveries.showing.fates import fates_of
from mailer.deliveries.showing.register import letters_of
from mailer.deliveries.working import answer, drain, sweep, work
from mailer.foundation.bell import FileBell
from mailer.foundation.clock import now
from mailer.foundation.database import database_moment
from mailer.foundation.outbox import owe_letter
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.models import Operator, OperatorRole, SignInLink
from tests.deliveries.rows import a_mailing_being_sent, states
from tests.factories import a_mailing, a_person, a_sender
from tests.smtp_server import SmtpServer, wait_until


@pytest.fixture
def house(make_database):
    def make(server: SmtpServer, **more):
        return make_database(smtp_url=server.url, transaction_deadline_seconds=5, reply_deadline_seconds=5, **more)

    return make


def run(database) -> None:
    work(database, bell=FileBell(database.settings.data_dir / "bell"), until_idle=True)


def run_until(database, true) -> None:
    """Work again and again, as the clock lets workers do, until this is so."""

    def is_true_after_work() -> bool:
        run(database)
        return true()

    wait_until(is_true_after_work, seconds=30)


def schedule(database, people: int = 5) -> Mailing:
    with database.transaction() as session:
        mailing = a_mailing(session)
        for number in range(people):
            a_person(session, f"Naam{number}", mailbox=f"mens{number}@example.org")
        mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, database_moment(session)
    return mailing


def test_a_ring_is_answered_with_what_somebody_waits_for_and_the_rest_is_left_to_the_sweep(house):
    with SmtpServer() as server:
        database = house(server)
        schedule(database, people=2)
        with database.transaction() as session:
            stray = a_mailing_being_sent(session, 1, state=MailingState.HELD, held_until=database_moment(session)).id
            owe_letter(session, "sign-in-link", subject_id=2, address="nu@x.example.org", now=database_moment(session))

        assert answer(database)
        assert not answer(database)

        with database.transaction(writes=False) as session:
            made = session.scalars(select(Delivery).where(Delivery.mailing_id.is_distinct_from(stray))).all()
            assert {"mens0@example.org", "mens1@example.org", "nu@x.example.org"} <= {one.address for one in made}
            assert session.get_one(Mailing, stray).state is MailingState.HELD


class BellThatRingsOnce:
    """Rings when somebody waits for it the first time."""

    def __init__(self, deed):
        self._deeds = [deed]

    def ring(self) -> None: ...

    def wait(self, _seconds: float) -> bool:
        if self._deeds:
            self._deeds.pop()()
            return True
        return False


def test_a_worker_that_hears_the_bell_sends_before_its_housekeeping(house, monkeypatch):
    stop_working, has_asked, sent = threading.Event(), threading.Event(), []
    with SmtpServer() as server:
        database = house(server)

        def ask() -> None:
            with database.transaction() as session:
                owe_sign_in_link(session)
            has_asked.set()

        def swept(*given, **more):
            # The clock beside a drain sweeps too, in a thread of its own.
            if has_asked.is_set() and threading.current_thread() is threading.main_thread():
                sent.append(len(server.taken))
                stop_working.set()
            return sweep(*given, **more)

        monkeypatch.setattr(working, "sweep", swept)
        work(database, bell=BellThatRingsOnce(ask), stop=stop_working)

    assert sent == [1]


def test_a_scheduled_mailing_is_prepared_sent_and_closed(house):
    with SmtpServer() as server:
        database = house(server)
        mailing = schedule(database, 9)

        run(database)

    with database.transaction(writes=False) as session:
        found = status(session, session.get_one(Mailing, mailing.id))
    assert found == {
        "state": "sent",
        "planned": 9,
        "skipped": 0,
        "queued": 0,
        "claimed": 0,
        "handing_over": 0,
        "accepted": 9,
        "deferred": 0,
        "rejected": 0,
        "uncertain": 0,
        "cancelled": 0,
        "expired": 0,
    }
    assert sorted(one.recipient for one in server.taken) == [f"mens{n}@example.org" for n in range(9)]
    assert b"Beste Naam" in server.taken[0].message


def test_letters_leave_over_several_connections_at_once(house):
    with SmtpServer() as server:
        database = house(server, connections=3)
        with database.transaction() as session:
            a_mailing_being_sent(session, 30)

        drain(database)

    assert len({one.recipient for one in server.taken}) == len(server.taken) == 30
    assert server.connections <= 3


def test_a_one_off_letter_leaves_before_a_mailing(house):
    with SmtpServer() as server:
        database = house(server, connections=1)
        with database.transaction() as session:
            a_sender(session)
            a_mailing_being_sent(session, 20)
            owe_sign_in_link(session)

        sweep(database)
        drain(database)

    assert server.taken[0].recipient == "marit@example.org"
    assert b"Auto-Submitted: auto-generated" in server.taken[0].message
    assert len(server.taken) == 21


def owe_sign_in_link(session):
    now = database_moment(session)
    operator = Operator(
        address="marit@example.org",
        address_key="marit@example.org",
        name="Marit",
        role=OperatorRole.ADMIN,
        created_at=now,
    )
    session.add(operator)
    session.flush()
    link = SignInLink(operator_id=operator.id, asked_at=now, valid_until=now + timedelta(minutes=30))
    session.add(link)
    session.flush()
    owe_letter(session, "sign-in-link", subject_id=link.id, address=operator.address, now=now)


def test_a_one_off_letter_waits_for_a_relay_in_trouble_and_leaves_later(house):
    with SmtpServer({"mail": "451 4.3.0 later"}) as server:
        database = house(server, hold_retry_seconds=0.3)
        with database.transaction() as session:
            a_sender(session)
            owe_sign_in_link(session)
        run(database)
        with database.transaction(writes=False) as session:
            waiting = session.scalars(select(Delivery)).one()

        server.orders.clear()
        run_until(database, lambda: server.taken)

    assert (waiting.state, waiting.reason) == (DeliveryState.DEFERRED, "relay")
    assert [one.recipient for one in server.taken] == ["marit@example.org"]


def test_a_relay_that_is_down_holds_the_mailing_and_everything_leaves_when_it_is_back(house):
    with SmtpServer({"banner": "drop"}) as server:
        database = house(server, hold_retry_seconds=0.3)
        mailing = schedule(database)
        run(database)
        with database.transaction(writes=False) as session:
            held = session.get_one(Mailing, mailing.id)
            waiting = figures(session, mailing.id)

        server.orders.clear()
        run_until(database, lambda: len(server.taken) == 5)

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"accepted"}
    assert held.state is MailingState.HELD
    assert "De mailserver is niet te bereiken" in held.held_because
    assert (waiting.planned, waiting.queued) == (5, 5)
    assert len(server.taken) == 5


def test_a_deferred_letter_is_tried_again_and_counts_its_tries(house):
    with SmtpServer({"rcpt": "451 4.7.1 greylisted"}, only_for="mens1@") as server:
        database = house(server, retry_seconds=2)
        mailing = schedule(database, 3)
        run(database)
        with database.transaction(writes=False) as session:
            first = states(session, mailing)

        server.orders.clear()
        time.sleep(2.1)
        run(database)

    with database.transaction(writes=False) as session:
        listed = {row["address"]: (row["state"], row["attempts"]) for row in letters(session, mailing.id)}
    assert first["mens1@example.org"] == "deferred"
    assert listed == {
        "mens0@example.org": ("accepted", 1),
        "mens1@example.org": ("accepted", 2),
        "mens2@example.org": ("accepted", 1),
    }


def test_what_did_not_arrive_is_listed_by_name_with_a_sentence(house):
    with SmtpServer({"dot": "drop"}, only_for="mens1@") as server:
        database = house(server)
        mailing = schedule(database, 3)

        run(database)

    with database.transaction(writes=False) as session:
        letters = session.scalars(letters_of(mailing.id, [DeliveryState.UNCERTAIN])).all()
        (fate,) = fates_of(session, letters, now=now())
        assert (fate.delivery.address, fate.tries) == ("mens1@example.org", 1)
        assert fate.why.startswith("De mail is overgedragen, maar er kwam geen duidelijk antwoord.")


def test_a_worker_that_is_told_to_stop_finishes_its_letter_and_no_more(house):
    with SmtpServer() as server:
        database = house(server, connections=1)
        mailing = schedule(database, 40)
        sweep(database)
        home = threading.Event()
        home.set()

        assert drain(database, stop=home) == 0

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"queued"}
    assert server.taken == []


def test_two_workers_at_once_send_every_letter_once(house):
    with SmtpServer() as server:
        database = house(server, connections=2)
        with database.transaction() as session:
            mailing = a_mailing_being_sent(session, 60)
        workers = [threading.Thread(target=drain, args=(database,)) for _ in range(2)]

        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    with database.transaction(writes=False) as session:
        assert set(states(session, mailing).values()) == {"accepted"}
    assert len({one.recipient for one in server.taken}) == len(server.taken) == 60


def test_a_stop_in_the_middle_of_the_rush_leaves_every_letter_sent_or_stopped(house):
    with SmtpServer() as server:
        database = house(server, connections=3)
        with database.transaction() as session:
            mailing = a_mailing_being_sent(session, 1000)
        workers = [threading.Thread(target=drain, args=(database,)) for _ in range(2)]
        for worker in workers:
            worker.start()
        wait_until(lambda: len(server.taken) >= 20, seconds=20)

        with database.transaction() as session:
            stop(session, session.get_one(Mailing, mailing.id), now=database_moment(session))
        for worker in workers:
            worker.join()

    with database.transaction(writes=False) as session:
        found = states(session, mailing)
    accepted = {address for address, state in found.items() if state == "accepted"}
    assert set(found.values()) == {"accepted", "cancelled"}
    assert sorted(one.recipient for one in server.taken) == sorted(accepted)
