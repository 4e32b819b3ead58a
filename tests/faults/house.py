"""An installation under test: real processes, real servers, and a mail server that misbehaves on order.

The harness knows the product by what is stable: settings, ``mailer`` commands, workers as processes, and rows to judge
by. Two houses are made of this: ``Embedded`` and ``Large`` (see ``houses``).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import Engine, text

from mailer.cli.frame import mailer
from mailer.foundation.database import Database
from mailer.foundation.settings import load_settings
from tests.factories import a_topic, an_organisation
from tests.faults import processes
from tests.faults.mail_log import MailLog
from tests.faults.orders import Orders
from tests.faults.servers import answers, free_port, wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
CONNECTIONS = 3
LEASE_SECONDS = 5.0

# Shortened, so that a pass takes minutes; long enough that a busy machine is not mistaken for a dead one.
SETTINGS = {
    "MAILER_BASE_URL": "http://127.0.0.1",
    "MAILER_SECRET_KEY": "only for the harness",
    "MAILER_CONNECTIONS": str(CONNECTIONS),
    "MAILER_LEASE_SECONDS": str(LEASE_SECONDS),
    "MAILER_REPLY_DEADLINE_SECONDS": "4",
    "MAILER_TRANSACTION_DEADLINE_SECONDS": "4",
    "MAILER_CONNECT_DEADLINE_SECONDS": "4",
    "MAILER_HOLD_RETRY_SECONDS": "0.5",
    # A dozen troubles in a row, one a deed, must not wait for minutes in the end.
    "MAILER_HOLD_LONGEST_SECONDS": "0.5",
    "MAILER_RETRY_SECONDS": "0.5",
    "MAILER_GRACE_SECONDS": "0",
    "MAILER_TICK_SECONDS": "0.5",
    "MAILER_WATCHDOG_SECONDS": "10",
}
SPEC: dict[str, Any] = {
    "kind": "newsletter",
    "topic": "nieuwsbrief",
    "subject": "Wat er te doen is",
    "blocks": [{"type": "text", "html": "<p>[[mailbox.greeting]]</p><p>Tot donderdag!</p>"}],
}
LETTERS = """
SELECT id, address, message_id, state, reason, attempt, handovers FROM delivery WHERE mailing_id = :mailing ORDER BY id
"""


@dataclass(frozen=True)
class Letter:
    """A row of the account: one delivery as the database has it."""

    id: int
    address: str
    message_id: str
    state: str
    reason: str
    attempt: int
    handovers: int


class House:
    """What both houses share."""

    kind = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = folder.name
        self.mail_port = free_port()
        self.log = MailLog(folder / "mail.log")
        self._orders_path = folder / "orders.json"
        self._started: list[subprocess.Popen[bytes]] = []
        self._runs = 0
        self.misbehave()

    def begin(self) -> None:
        """Start all of it. Whoever calls this also closes the house, come what may."""
        self.start_mail_server()
        self.mailer("migrate")
        self.repair()

    # What a house has of its own

    @property
    def settings(self) -> dict[str, str]:
        """The settings of this installation, as environment."""
        raise NotImplementedError

    @property
    def mail_ports(self) -> tuple[int, ...]:
        """Where workers connect to hand letters over."""
        return (self.mail_port,)

    def repair(self) -> None:
        """Make everything run again that a fault may have ended, cut or moved."""
        processes.send(self.find(), signal.SIGCONT)
        if self.mail_server.poll() is not None:
            self.start_mail_server()

    def tend(self) -> None:
        """Start again what fell by itself, where nobody else does."""

    def grow(self, hosts: int) -> None:
        """Have so many hosts at work; a house of one machine has one."""

    # Servers

    def start_mail_server(self) -> None:
        arguments = [str(self.mail_port), str(self.folder / "mail.log"), str(self._orders_path)]
        self.mail_server = self.start([sys.executable, "-m", "tests.faults.mail_server", *arguments], "mail_server", {})
        wait_until(lambda: answers(self.mail_port), what="the mail server")

    def stop_mail_server(self) -> None:
        self.mail_server.kill()
        self.mail_server.wait()

    def misbehave(self, orders: Orders | None = None, certificates: Mapping[str, str] | None = None) -> None:
        """Tell the mail server what to do from now on; nothing: behave. ``certificates``: their names → their files."""
        told = orders or Orders()
        told = replace(told, certificate=(certificates or {}).get(told.certificate, ""))
        replace(told, bounces=str(self.folder / "bounces")).write(self._orders_path)

    # Processes

    def start(self, command: Sequence[str], name: str, settings: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start a process of this house; it is found again by its mark."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("MAILER_")}
        marked = {processes.MARK: self.mark} if settings else {}
        with open(self.folder / f"{name}.log", "ab") as output:
            started = subprocess.Popen(
                list(command),
                cwd=CHECKOUT,
                env={**clean, **settings, **marked},
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._started.append(started)
        return started

    def bury(self) -> None:
        """Take note of processes that ended."""
        self._started = [one for one in self._started if one.poll() is None]

    def find(self, role: str = "", *, host: str = "") -> list[int]:
        self.bury()
        return processes.find(self.mark, role, host=host)

    def open_connections(self, pids: Sequence[int] | None = None) -> set[int]:
        """Return the ports from which these processes (all, unless told otherwise) talk to the mail server."""
        pids = self.find() if pids is None else pids
        return set().union(*(processes.connections(pids, port) for port in self.mail_ports))

    def close(self) -> None:
        processes.send(self.find(), signal.SIGCONT)
        processes.send(self.find(), signal.SIGKILL)
        for process in self._started:
            process.kill()
            process.wait()
        self.engine.dispose()

    # The product's own doors

    def mailer(self, *arguments: str) -> str:
        """Run a ``mailer`` command and return what it printed. Raises ``AssertionError`` when it was refused."""
        with self.environment():
            done = CliRunner().invoke(mailer, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0, f"mailer {' '.join(arguments)}: {done.output}"
        return done.output

    @contextmanager
    def environment(self) -> Iterator[None]:
        """Let this process see the settings of the house for a moment."""
        before = dict(os.environ)
        for name in [key for key in os.environ if key.startswith("MAILER_")]:
            del os.environ[name]
        os.environ.update(self.settings)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def plant(self, names: Sequence[str]) -> list[str]:
        """Put an organisation in the directory for each name; return their addresses, each at a domain of its own."""
        self._runs += 1
        addresses = [f"{name}@w{number}.run{self._runs}.example.org" for number, name in enumerate(names)]
        with self.environment():
            database = Database(load_settings())
            with database.transaction() as session:
                a_topic(session)
                for address in addresses:
                    an_organisation(session, mailbox=address)
            database.close()
        return addresses

    def compose(self, addresses: Sequence[str], *, kilobytes: int = 0) -> int:
        """Make a mailing to these addresses, with so much more to read; return its number."""
        spec = self.folder / "spec.json"
        audience = {"rule": {"address": list(addresses)}, "reach": "everyone"}
        more = [{"type": "text", "html": f"<p>{'Tot donderdag! ' * 1000}</p>"}] * (kilobytes // 15)
        spec.write_text(json.dumps({**SPEC, "blocks": [*SPEC["blocks"], *more], "audience": audience}))
        made: dict[str, int] = json.loads(self.mailer("mailing", "create", str(spec), "--json"))
        return made["id"]

    # The account

    @property
    def engine(self) -> Engine:
        raise NotImplementedError

    def letters(self, mailing_id: int) -> list[Letter]:
        """Return every letter of the mailing as the database has it now."""
        return [Letter(*row) for row in self.ask(LETTERS, mailing=mailing_id)]

    def state(self, mailing_id: int) -> str:
        return str(self.ask("SELECT state FROM mailing WHERE id = :mailing", mailing=mailing_id)[0][0])

    def ask(self, question: str, **values: object) -> list[Any]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question), values)]
