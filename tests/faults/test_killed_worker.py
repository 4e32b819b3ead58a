"""Kill real processes in the middle of a send, and compare the rows with the mail server's own log.

What is promised is in decision 0008: I1 the sums hold · I2 nobody twice · I3 accepted means taken · I4 doubt is at most
one letter a connection · I7 no zombies.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.queries import Figures, figures
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingState
from tests.deliveries.rows import a_mailing_being_sent
from tests.faults.mail_log import MailLog
from tests.faults.orders import Orders
from tests.faults.servers import answers, free_port, wait_until

pytestmark = pytest.mark.faults

CONNECTIONS = 3
LETTERS = 150
LEASE_SECONDS = 2.0


class House:
    """An installation with a mail server and workers as processes, all ended afterwards."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.log = MailLog(folder / "server.log")
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []

    def start_server(self, *, delay: float = 0.0) -> subprocess.Popen[bytes]:
        port, orders = self.database.settings.smtp_url.rpartition(":")[2], self._folder / "orders.json"
        Orders(delay=delay).write(orders)
        server = self._start("tests.faults.mail_server", port, str(self._folder / "server.log"), str(orders))
        wait_until(lambda: answers(int(port)))
        return server

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("tests.faults.worker")

    def freeze(self, worker: subprocess.Popen[bytes]) -> None:
        """Stop a worker between two of its transactions: one that stops inside keeps its locks, and others wait."""
        while True:
            worker.send_signal(signal.SIGSTOP)
            if self._can_write():
                return
            worker.send_signal(signal.SIGCONT)
            time.sleep(0.005)

    def _can_write(self) -> bool:
        """Nobody else is inside a transaction: the server ends one of a stopped process only after 40 seconds."""
        with self.database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            if self.database.engine.dialect.name == "postgresql":
                return self._server_has_no_other_transaction(raw)
            try:
                raw.execute("PRAGMA busy_timeout = 50")
                raw.execute("BEGIN IMMEDIATE")
                raw.rollback()
            except sqlite3.OperationalError:
                return False
        return True

    def _server_has_no_other_transaction(self, raw: Any) -> bool:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        # What was asked before the stop is answered first.
        asked = f"SELECT count(*) {others} AND state = 'active'"
        wait_until(lambda: raw.execute(asked).fetchone()[0] == 0 or raw.rollback())
        inside = raw.execute(f"SELECT count(*) {others} AND xact_start IS NOT NULL").fetchone()[0]
        raw.rollback()
        return bool(inside == 0)

    def taken(self) -> list[str]:
        """The recipients of every dot the server saw, in order."""
        return [dot.recipient for dot in self.log.seen().dots]

    def figures(self, mailing: Mailing) -> Figures:
        with self.database.transaction(writes=False) as session:
            return figures(session, mailing.id)

    def addresses(self, mailing: Mailing, state: DeliveryState) -> set[str]:
        question = select(Delivery.address).where(Delivery.mailing_id == mailing.id, Delivery.state == state)
        with self.database.transaction(writes=False) as session:
            return set(session.scalars(question))

    def state(self, mailing: Mailing) -> MailingState:
        with self.database.transaction(writes=False) as session:
            return session.get_one(Mailing, mailing.id).state

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        settings = self.database.settings
        environment = {
            **os.environ,
            "MAILER_DATABASE_URL": settings.effective_database_url,
            "MAILER_DATA_DIR": str(settings.data_dir),
            "MAILER_SECRET_KEY": settings.secret_key.get_secret_value(),
            "MAILER_SMTP_URL": settings.smtp_url,
            "MAILER_CONNECTIONS": str(CONNECTIONS),
            "MAILER_LEASE_SECONDS": str(LEASE_SECONDS),
            "MAILER_REPLY_DEADLINE_SECONDS": "5",
            "MAILER_TRANSACTION_DEADLINE_SECONDS": "5",
            "MAILER_HOLD_RETRY_SECONDS": "0.5",
            "MAILER_RETRY_SECONDS": "0.2",
            "MAILER_TICK_SECONDS": "0.1",
        }
        started = subprocess.Popen([sys.executable, "-m", module, *arguments], env=environment)
        self._processes.append(started)
        return started


@pytest.fixture
def house(make_database, tmp_path: Path) -> Iterator[House]:
    opened = House(make_database(smtp_url=f"smtp://127.0.0.1:{free_port()}", connections=CONNECTIONS), tmp_path)
    yield opened
    opened.end()


def test_a_worker_killed_again_and_again_sends_everything_once_and_tells_its_doubts(house: House):
    mailing = begin(house)
    house.start_server(delay=0.01)
    kills = 4
    for number in range(1, kills + 1):
        worker = house.start_worker()
        seen = number * LETTERS // (kills + 2)
        wait_until(lambda seen=seen: len(house.taken()) >= seen)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    assert house.start_worker().wait(120) == 0

    counted = house.figures(mailing)
    taken = Counter(house.taken())
    accepted, uncertain = (house.addresses(mailing, s) for s in (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN))
    assert counted.planned == LETTERS == counted.accepted + counted.uncertain
    assert max(taken.values()) == 1
    assert counted.uncertain <= kills * CONNECTIONS
    assert accepted <= set(taken)
    assert set(taken) <= accepted | uncertain
    assert house.state(mailing) is MailingState.SENT


def test_a_killed_workers_doubts_are_shown_by_name_within_a_minute(house: House):
    mailing = begin(house)
    # A server that answers nothing in time: every connection is after its dot when the worker dies.
    house.start_server(delay=60)
    worker = house.start_worker()
    wait_until(lambda: len(house.taken()) == CONNECTIONS)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    died = time.monotonic()

    house.start_worker()
    wait_until(lambda: house.figures(mailing).uncertain >= CONNECTIONS)

    assert time.monotonic() - died < 60
    assert house.addresses(mailing, DeliveryState.UNCERTAIN) >= set(house.taken()[:CONNECTIONS])


def test_a_server_that_dies_holds_the_mailing_and_nothing_is_lost(house: House):
    mailing = begin(house)
    server = house.start_server(delay=0.01)
    worker = house.start_worker()
    wait_until(lambda: len(house.taken()) >= LETTERS // 3)
    server.send_signal(signal.SIGKILL)
    server.wait()
    wait_until(lambda: house.state(mailing) is MailingState.HELD)
    held = house.figures(mailing)
    worker.wait(120)

    house.start_server()
    wait_until(lambda: house.start_worker().wait(120) == 0 and house.state(mailing) is MailingState.SENT)

    counted = house.figures(mailing)
    # Whom the server took just before it died is uncertain, and not sent again.
    assert held.planned == counted.planned == LETTERS == counted.accepted + counted.uncertain
    assert counted.uncertain <= CONNECTIONS
    assert max(Counter(house.taken()).values()) == 1
    assert house.addresses(mailing, DeliveryState.ACCEPTED) <= set(house.taken())


def test_a_worker_stopped_past_its_lease_and_resumed_sends_nothing_twice(house: House):
    mailing = begin(house)
    house.start_server(delay=0.01)
    zombie = house.start_worker()
    wait_until(lambda: len(house.taken()) >= LETTERS // 4)
    house.freeze(zombie)
    time.sleep(LEASE_SECONDS + 0.5)

    assert house.start_worker().wait(120) == 0
    zombie.send_signal(signal.SIGCONT)
    zombie.wait(120)

    counted = house.figures(mailing)
    assert counted.planned == LETTERS == counted.accepted + counted.uncertain
    assert max(Counter(house.taken()).values()) == 1
    assert counted.uncertain <= CONNECTIONS


def begin(house: House) -> Mailing:
    with house.database.transaction() as session:
        return a_mailing_being_sent(session, LETTERS)
