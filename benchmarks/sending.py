"""Sending a mailing: our whole send path against a naive loop, and Postfix's smtp-source where it is installed.

Ours does everything: claim, permission, greeting and links, the gate before each dot, and the record of each try. All
send letters of about 40 kB to the same sink on this machine, in turn, and the medians are compared. The sink and the
sender share the cores, so look at the ratios more than at the figures.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import insert, select, update

from benchmarks import naive
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.working import drain
from mailer.directory.models import Mailbox, MailboxKind
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind, MailingState
from mailer.subscriptions.models import Basis, Consent, Sender, Topic

PARAGRAPH = (
    "<p style='margin:0 0 16px;font-size:18px'>In Bospolder-Tussendijken wordt deze maand weer samen gekookt.</p>\n"
)
HTML = "<html><body><p>{greeting}</p>" + PARAGRAPH * 320 + "<a href='{leave}'>Uitschrijven</a></body></html>"
TEXT = "{greeting}\n\n" + "In Bospolder-Tussendijken wordt deze maand weer samen gekookt.\n" * 60 + "{leave}\n"


@dataclass
class Runner:
    """One way of sending, and how it did in each round."""

    name: str
    send: Callable[[], int]
    per_second: list[float] = field(default_factory=list)
    cpu_micros: list[float] = field(default_factory=list)

    def go(self) -> None:
        began, cpu = time.perf_counter(), _cpu_seconds()
        letters = self.send()
        self.per_second.append(letters / (time.perf_counter() - began))
        self.cpu_micros.append((_cpu_seconds() - cpu) / letters * 1e6)


def run(arguments: list[str]) -> None:
    """Measure, and print a table."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder, _sink() as port:
        database = _database(Path(folder), port, options.database, options.letters)
        runners = [
            Runner("naive loop, 1 connection", lambda: _naive(port, Path(folder), options.letters // 4)),
            Runner("ours, 1 connection", lambda: _ours(database, lanes=1)),
            Runner(f"ours, {options.lanes} connections", lambda: _ours(database, lanes=options.lanes)),
        ]
        if shutil.which("smtp-source"):
            runners.append(Runner("smtp-source -d, 1 connection", lambda: _smtp_source(port, options.letters)))
        for _ in range(options.rounds):
            for runner in runners:
                runner.go()
        database.close()
    _print(runners, options)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks sending")
    parser.add_argument("--letters", type=int, default=400)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite in a folder by default")
    return parser.parse_args(arguments)


def _naive(port: int, folder: Path, letters: int) -> int:
    html = HTML.format(greeting="{{ greeting }}", leave="{{ leave }}")
    text = TEXT.format(greeting="{{ greeting }}", leave="{{ leave }}")
    naive.send_all(port, folder, letters=letters, html=html, text=text)
    return letters


def _ours(database: Database, *, lanes: int) -> int:
    with database.transaction() as session:
        session.execute(update(Delivery).values(state=DeliveryState.QUEUED, attempt=0, next_attempt_at=None))
        session.execute(update(Mailing).values(state=MailingState.SENDING))
    letters = drain(database, connections=lanes, seconds=600)
    with database.transaction(writes=False) as session:
        waiting = session.scalars(select(Delivery.id).where(Delivery.state != DeliveryState.ACCEPTED)).all()
        assert not waiting, f"{len(waiting)} letters were not accepted"
    return letters


def _smtp_source(port: int, letters: int) -> int:
    command = ["smtp-source", "-d", "-s", "1", "-m", str(letters), "-l", "38000", f"127.0.0.1:{port}"]
    subprocess.run(command, check=True)
    return letters


def _database(folder: Path, port: int, url: str, letters: int) -> Database:
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=url,
        secret_key=SecretStr("benchmark"),
        smtp_url=f"smtp://127.0.0.1:{port}",
        base_url="https://tegelpost.example.org",
    )
    database = Database(settings)
    migrate(database)
    with database.transaction() as session:
        _fill(session, letters)
    return database


def _fill(session, letters: int) -> None:
    now = datetime.now(UTC)
    sender = Sender(
        slug="delfshaven-lokaal",
        name="Delfshaven Lokaal",
        from_address="post@tegelpost.example.org",
        reply_to="team@tegelpost.example.org",
        postal_address="Voegstraat 12",
        list_id_domain="tegelpost.example.org",
    )
    topic = Topic(slug="meting", name="Nieuwsbrief", sender=sender)
    mailing = Mailing(
        kind=MailingKind.NEWSLETTER,
        subject="Wat er te doen is",
        topic=topic,
        state=MailingState.SENDING,
        prepared_at=now,
        expires_at=now + timedelta(days=2),
        created_at=now,
        changed_at=now,
    )
    session.add(mailing)
    session.flush()
    slots = {"greeting": "[[mailbox.greeting]]", "leave": "[[link.leave]]"}
    html, text = HTML.format(**slots), TEXT.format(**slots)
    letter = {"subject": mailing.subject, "html": html, "text": text, "compiled_at": now}
    session.add(CompiledLetter(mailing_id=mailing.id, **letter))
    addresses = [f"info{number}@devoeg{number}.example.org" for number in range(letters)]
    session.execute(
        insert(Mailbox),
        [
            {
                "address": address,
                "address_key": address,
                "address_hash": f"{number:032x}",
                "domain": address.partition("@")[2],
                "kind": MailboxKind.FUNCTIONAL,
                "added_at": now,
            }
            for number, address in enumerate(addresses)
        ],
    )
    mailboxes = session.execute(select(Mailbox.id, Mailbox.address).where(Mailbox.address.in_(addresses))).all()
    given = {"basis": Basis.PUBLISHED, "given_on": now.date(), "source": "website", "recorded_at": now}
    session.execute(insert(Consent), [{"mailbox_id": one.id, **given} for one in mailboxes])
    session.execute(
        insert(Delivery),
        [
            {
                "mailing_id": mailing.id,
                "mailbox_id": one.id,
                "address": one.address,
                "state": DeliveryState.QUEUED,
                "message_id": f"<m{one.id}@tegelpost.example.org>",
                "created_at": now,
            }
            for one in mailboxes
        ],
    )


@contextmanager
def _sink() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    sink = subprocess.Popen([sys.executable, "-m", "benchmarks.sink", str(port)])
    try:
        _wait_for(port)
        yield port
    finally:
        sink.kill()
        sink.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the sink did not start")


def _cpu_seconds() -> float:
    """This process and the children it waited for; the sink is none of those yet."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _print(runners: list[Runner], options: argparse.Namespace) -> None:
    where = "PostgreSQL" if options.database else "SQLite, synchronous FULL"
    print(f"{os.cpu_count()} cores · Python {platform.python_version()} · {where} · median of {options.rounds} rounds")
    base = statistics.median(runners[0].per_second)
    for runner in runners:
        rate = statistics.median(runner.per_second)
        cpu = statistics.median(runner.cpu_micros)
        low, high = min(runner.per_second), max(runner.per_second)
        speed = f"{rate:7.0f} letters/s [{low:.0f}–{high:.0f}]"
        print(f"{runner.name:30} {speed}  {cpu:6.0f} µs CPU  {rate / base:5.1f} × naive")
