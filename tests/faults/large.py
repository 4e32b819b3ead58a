"""The house of several machines: PostgreSQL, Redis, and hosts with a prefork worker and a clock each."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine

from tests.faults import processes
from tests.faults.house import SETTINGS, House
from tests.faults.servers import START_SECONDS, PostgreSQL, Redis, answers, free_port, hears, wait_until
from tests.faults.wires import Wire


@dataclass
class Host:
    """One machine of a large house, with a data folder and a wire of its own to each server."""

    name: str
    data: Path
    database: Wire
    broker: Wire
    mail: Wire

    @property
    def wires(self) -> tuple[Wire, ...]:
        return self.database, self.broker, self.mail


class Large(House):
    """The first host also serves the web; others come and go with the faults that need them."""

    kind = "large"

    def __init__(self, folder: Path) -> None:
        self.redis = Redis(folder)
        try:
            self.postgresql = PostgreSQL(folder)
        except LookupError:
            self.redis.stop()
            raise
        self.web_port = free_port()
        self.hosts: dict[str, Host] = {}
        self._can_name_hosts = subprocess.run(["unshare", "--uts", "true"], capture_output=True).returncode == 0
        super().__init__(folder)
        self.add_host("one")

    @property
    def settings(self) -> dict[str, str]:
        return {
            **SETTINGS,
            "MAILER_DATA_DIR": str(self.folder / "data-one"),
            **self.postgresql.settings(),
            "MAILER_BROKER_URL": self.redis.url(),
            "MAILER_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "MAILER_BASE_URL": f"http://127.0.0.1:{self.web_port}",
        }

    @property
    def mail_ports(self) -> tuple[int, ...]:
        return tuple(host.mail.port for host in self.hosts.values())

    @cached_property
    def engine(self) -> Engine:
        return create_engine(
            f"postgresql+psycopg://tegelpost@127.0.0.1:{self.postgresql.port}/postgres", pool_pre_ping=True
        )

    def add_host(self, name: str) -> Host:
        # Machines that have one name share one disk: they cannot be told apart.
        data = self.folder / f"data-{name if self._can_name_hosts else 'one'}"
        data.mkdir(exist_ok=True)
        host = Host(name, data, Wire(self.postgresql.port), Wire(self.redis.port), Wire(self.mail_port))
        self.hosts[name] = host
        return host

    def drop_host(self, name: str) -> None:
        """Take a host away again: its processes end at once, its wires are cut."""
        processes.send(self.find(host=name), signal.SIGKILL)
        for wire in self.hosts.pop(name).wires:
            wire.close()

    def grow(self, hosts: int) -> None:
        wanted = ("one", "two", "three")[:hosts]
        for name in set(self.hosts) - set(wanted):
            self.drop_host(name)
        for name in wanted:
            self.run_host(self.hosts.get(name) or self.add_host(name))

    def tend(self) -> None:
        """Start again what fell, as the supervisor of ``mailer work`` would."""
        for host in self.hosts.values():
            self.run_host(host, patiently=False)

    def repair(self) -> None:
        super().repair()
        self.postgresql.free_disk()
        if not answers(self.redis.port):
            self.redis.start()
        self.redis.limit_memory(0)
        for host in self.hosts.values():
            for wire in host.wires:
                wire.at_commit(None)
                wire.mend()
            self.run_host(host)
        if not self.find("web"):
            self.start([sys.executable, "-m", "mailer", "web", "--port", str(self.web_port)], "web", self.settings)
            wait_until(lambda: hears(self.web_port), seconds=START_SECONDS, what="the web")

    def run_host(self, host: Host, *, patiently: bool = True) -> None:
        """Start the worker and the clock of this host when they do not run; patiently: until the worker works."""
        if not self.find("worker", host=host.name):
            words = ["worker", "-P", "prefork", "-c", "2", "-n", f"{host.name}@faults", "-l", "WARNING"]
            self._celery(host, "worker", [*words, "--without-gossip", "--without-mingle"])
            if patiently:
                wait_until(lambda: processes.children(self.find("worker", host=host.name)), what="the worker")
        if not self.find("clock", host=host.name):
            self._celery(host, "clock", ["beat", "-l", "WARNING", "--pidfile="])

    def close(self) -> None:
        super().close()
        for host in self.hosts.values():
            for wire in host.wires:
                wire.close()
        self.redis.stop()
        self.postgresql.close()

    def _celery(self, host: Host, role: str, words: list[str]) -> None:
        settings = {
            **self.settings,
            processes.HOST: host.name,
            "MAILER_DATA_DIR": str(host.data),
            **self.postgresql.settings(host.database.port),
            "MAILER_BROKER_URL": self.redis.url(host.broker.port),
            "MAILER_SMTP_URL": f"smtp://127.0.0.1:{host.mail.port}",
            "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms,ignore::RuntimeWarning",
        }
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "workers.app", *words]
        self.start([*self._named(host.name), *command], f"{role}-{host.name}", settings)

    def _named(self, name: str) -> list[str]:
        """Return what gives a process the host name of its own that each machine has."""
        return ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', name] if self._can_name_hosts else []
