"""Waking up: how long from the click to the first dot, of a sign-in letter and of a newsletter that is due now.

Worker and clock as they run anywhere (``mailer work``), idle; then a deed is committed and the bell is rung. With the
embedded default, and with PostgreSQL and Redis where they are on this machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from queue import Queue

from pydantic import SecretStr

from benchmarks.servers import find_postgresql, free_port, postgresql, wait_for
from benchmarks.sink import serve
from mailer.cli.sample import create_sample
from mailer.foundation.bell import make_bell
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.sample import newsletter_spec
from mailer.mailings.scheduling import schedule
from mailer.staff.models import OperatorRole
from mailer.staff.operators import add_operator
from mailer.staff.signing_in import ask_sign_in_link

# Between two deeds, so that the worker sleeps; and how long a dot is waited for.
REST_SECONDS, PATIENCE_SECONDS = 1.7, 60.0


def run(arguments: list[str]) -> None:
    """Measure, and print a line for each way of running."""
    parser = argparse.ArgumentParser(prog="dev.py bench waking", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--people", type=int, default=100)
    options = parser.parse_args(arguments)
    print(f"{os.cpu_count()} cores · Python {platform.python_version()} · from the commit to the first dot")
    print(f"medians of {options.times} [least–most]; the first of each was thrown away\n")
    for name, start in _ways().items():
        with ExitStack() as stack:
            house = _House(Path(stack.enter_context(tempfile.TemporaryDirectory())), *start(stack), options.people)
            stack.enter_context(house.at_work())
            for what, deed in (("sign-in letter", house.ask_to_sign_in), ("newsletter", house.send_newsletter)):
                took = [house.until_dot(deed) for _ in range(options.times + 1)][1:]
                told = f"{statistics.median(took):5.0f} ms [{min(took):.0f}–{max(took):.0f}]"
                print(f"{name:22} {what:16} {told}", flush=True)


def _ways() -> dict[str, Callable[[ExitStack], tuple[str, str]]]:
    """Return name → what starts its servers and tells their addresses: of the database, and of the broker."""
    ways: dict[str, Callable[[ExitStack], tuple[str, str]]] = {"the embedded default": lambda _stack: ("", "")}
    programs = find_postgresql()
    if programs is not None and shutil.which("redis-server"):
        ways["PostgreSQL and Redis"] = lambda stack: (
            stack.enter_context(postgresql(programs)),
            stack.enter_context(_redis()),
        )
    return ways


class _House:
    """An installation with a small directory, and a sink that tells when the dots come."""

    def __init__(self, folder: Path, url: str, broker: str, people: int) -> None:
        self._dots: Queue[float] = Queue()
        self._settings = Settings(
            _env_file=None,
            data_dir=folder,
            database_url=url,
            broker_url=broker,
            secret_key=SecretStr("benchmark"),
            smtp_url=f"smtp://127.0.0.1:{self._listen()}",
        )
        self._database = Database(self._settings)
        migrate(self._database)
        with self._database.transaction() as session:
            create_sample(session, organisations=people // 4, people=people)
        # One person gets no more than a few of these letters in a quarter of an hour.
        self._people = (f"medewerker{number}@tegelpost.example.org" for number in count())
        self._bell = make_bell(broker, folder)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Keep worker and clock running."""
        told = self._settings
        environment = {
            "MAILER_DATA_DIR": str(told.data_dir),
            "MAILER_DATABASE_URL": told.database_url,
            "MAILER_BROKER_URL": told.broker_url,
            "MAILER_SMTP_URL": told.smtp_url,
            "MAILER_SECRET_KEY": "benchmark",
        }
        given = {name: value for name, value in environment.items() if value}
        worker = subprocess.Popen([sys.executable, "-m", "mailer", "work"], env={**os.environ, **given})
        try:
            time.sleep(8)
            yield
        finally:
            worker.terminate()
            worker.wait()
            self._database.close()

    def until_dot(self, deed: Callable[[], None]) -> float:
        """Do it, and return the milliseconds from its commit to the first dot. Then let all come to rest."""
        deed()
        began = time.perf_counter()
        self._bell.ring()
        first = self._dots.get(timeout=PATIENCE_SECONDS)
        time.sleep(REST_SECONDS)
        while not self._dots.empty():
            self._dots.get()
        return (first - began) * 1000

    def ask_to_sign_in(self) -> None:
        """Owe somebody a letter."""
        who = next(self._people)
        with self._database.transaction() as session:
            add_operator(session, who, role=OperatorRole.READER, name="Marit", now=now())
            assert ask_sign_in_link(session, who, now=now())

    def send_newsletter(self) -> None:
        """Make a newsletter that leaves now, without a grace period."""
        with self._database.transaction() as session:
            mailing = create_mailing(session, newsletter_spec(), now=now())
            schedule(session, mailing, now=now(), grace_seconds=0, skips_quiet_hours=True)

    def _listen(self) -> int:
        listening = socket.create_server(("127.0.0.1", 0), backlog=64)

        def accept() -> None:
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0], self._saw_dot), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return int(listening.getsockname()[1])

    def _saw_dot(self) -> None:
        self._dots.put(time.perf_counter())


@contextmanager
def _redis() -> Iterator[str]:
    port = free_port()
    server = subprocess.Popen(["redis-server", "--port", str(port), "--save", ""], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()
