"""The two houses: ``Embedded`` as ``mailer up`` makes it, and ``Large`` on PostgreSQL and Redis with several hosts."""

from __future__ import annotations

import signal
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.faults import processes
from tests.faults.house import SETTINGS, House
from tests.faults.orders import Orders
from tests.faults.servers import PostgreSQL, Redis, free_port, make_certificates, wait_until
from tests.faults.wires import Wire


class Embedded(House):
    """``mailer up`` on SQLite: its supervisor starts again what falls. Letters leave over STARTTLS."""

    kind = "embedded"

    def __init__(self, folder: Path, *, clock: dict[str, str] | None = None) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.authority, self.right, self.wrong = make_certificates(folder)
        self.web_port = free_port()
        self._clock = clock or {}
        super().__init__(folder)
        self.mailer("migrate")
        self.repair()

    @property
    def settings(self) -> dict[str, str]:
        return {
            **SETTINGS,
            "MAILER_DATA_DIR": str(self.data),
            "MAILER_SMTP_URL": f"smtp+starttls://127.0.0.1:{self.mail_port}",
            "MAILER_BASE_URL": f"http://127.0.0.1:{self.web_port}",
            "SSL_CERT_FILE": str(self.authority),
        }

    def misbehave(self, orders: Orders | None = None) -> None:
        told = orders or Orders()
        certificates = {"": str(self.right), "wrong": str(self.wrong), "none": ""}
        super().misbehave(replace(told, certificate=certificates[told.certificate]))

    def repair(self) -> None:
        processes.send(self.find(), signal.SIGCONT)
        if not self.find("up"):
            processes.send(self.find(), signal.SIGKILL)
            self.start(
                [sys.executable, "-m", "mailer", "up", "--port", str(self.web_port)],
                "up",
                {**self.settings, **self._clock},
            )
        wait_until(lambda: self.find("worker") and self.find("clock"), what="worker and clock")
        wait_until(lambda: hears(self.web_port), what="the web")

    @cached_property
    def engine(self) -> Engine:
        return create_engine(
            f"sqlite:///{self.data / 'tegelpost.sqlite3'}", poolclass=NullPool, connect_args={"timeout": 30}
        )


@dataclass
class Host:
    """One machine of a large house, with a wire of its own to each server."""

    name: str
    database: Wire
    broker: Wire
    mail: Wire

    @property
    def wires(self) -> tuple[Wire, ...]:
        return self.database, self.broker, self.mail


class Large(House):
    """PostgreSQL, Redis, and hosts with a prefork worker and a clock each; the first also serves the web."""

    kind = "large"

    def __init__(self, folder: Path) -> None:
        self.postgresql = PostgreSQL(folder)
        self.redis = Redis(folder)
        self.data = folder / "data"
        self.web_port = free_port()
        self.hosts: dict[str, Host] = {}
        super().__init__(folder)
        self.mailer("migrate")
        self.add_host("one")
        self.repair()

    @property
    def settings(self) -> dict[str, str]:
        return {
            **SETTINGS,
            "MAILER_DATA_DIR": str(self.data),
            "MAILER_DATABASE_URL": self.postgresql.url(),
            "MAILER_BROKER_URL": self.redis.url(),
            "MAILER_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "MAILER_BASE_URL": f"http://127.0.0.1:{self.web_port}",
        }

    @property
    def mail_ports(self) -> tuple[int, ...]:
        return tuple(host.mail.port for host in self.hosts.values())

    def add_host(self, name: str) -> Host:
        host = Host(name, Wire(self.postgresql.port), Wire(self.redis.port), Wire(self.mail_port))
        self.hosts[name] = host
        return host

    def grow(self, hosts: int) -> None:
        for name in ("two", "three")[: hosts - 1]:
            self.run_host(self.add_host(name))

    def drop_host(self, name: str) -> None:
        """Take a host away again: its processes end at once, its wires are cut."""
        processes.send(self.find(host=name), signal.SIGKILL)
        for wire in self.hosts.pop(name).wires:
            wire.close()

    def start_worker(self, host: Host) -> None:
        words = ["worker", "-P", "prefork", "-c", "2", "-n", f"{host.name}@faults", "-l", "WARNING"]
        self._celery(host, [*words, "--without-gossip", "--without-mingle"], "worker")

    def start_clock(self, host: Host) -> None:
        self._celery(host, ["beat", "-l", "WARNING", "--pidfile="], "clock")

    def start_web(self) -> None:
        command = [sys.executable, "-m", "mailer", "web", "--port", str(self.web_port)]
        self.start(command, "web", self.settings)
        wait_until(lambda: hears(self.web_port), what="the web")

    def repair(self) -> None:
        processes.send(self.find(), signal.SIGCONT)
        for name in [name for name in self.hosts if name != "one"]:
            self.drop_host(name)
        host = self.hosts["one"]
        for wire in host.wires:
            wire.at_commit(None)
            wire.mend()
        self.run_host(host)
        if not self.find("web"):
            self.start_web()

    def run_host(self, host: Host) -> None:
        """Start the worker and the clock of this host when they do not run, and wait until the worker works."""
        if not self.find("worker", host=host.name):
            self.start_worker(host)
            wait_until(lambda: processes.children(self.find("worker", host=host.name)), what="the worker")
        if not self.find("clock", host=host.name):
            self.start_clock(host)

    def close(self) -> None:
        super().close()
        for host in self.hosts.values():
            for wire in host.wires:
                wire.close()
        self.redis.stop()
        self.postgresql.stop()

    @cached_property
    def engine(self) -> Engine:
        return create_engine(self.postgresql.url(), poolclass=NullPool)

    def _celery(self, host: Host, words: list[str], role: str) -> None:
        settings = {
            **self.settings,
            processes.HOST: host.name,
            "MAILER_DATABASE_URL": self.postgresql.url(host.database.port),
            "MAILER_BROKER_URL": self.redis.url(host.broker.port),
            "MAILER_SMTP_URL": f"smtp://127.0.0.1:{host.mail.port}",
            "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms,ignore::RuntimeWarning",
        }
        self.start(
            [sys.executable, "-m", "celery", "--quiet", "-A", "workers.app", *words], f"{role}-{host.name}", settings
        )


def hears(port: int) -> bool:
    """Return whether the web answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
