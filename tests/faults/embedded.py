"""The house of one machine, as ``mailer up`` makes it; and the same with a clock that can be moved."""

from __future__ import annotations

import shutil
import signal
import struct
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.faults import processes
from tests.faults.disks import SmallDisk
from tests.faults.house import SETTINGS, House
from tests.faults.orders import Orders
from tests.faults.servers import START_SECONDS, free_port, hears, make_certificates, wait_until


class Embedded(House):
    """``mailer up`` on SQLite: its supervisor starts again what falls. Letters leave over STARTTLS."""

    kind = "embedded"

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.authority, self.right, self.wrong = make_certificates(folder)
        self.web_port = free_port()
        self._disk = SmallDisk(self.data, megabytes=64)
        super().__init__(folder)

    @property
    def settings(self) -> dict[str, str]:
        return {
            **SETTINGS,
            "MAILER_DATA_DIR": str(self.data),
            "MAILER_SMTP_URL": f"smtp+starttls://127.0.0.1:{self.mail_port}",
            "MAILER_BASE_URL": f"http://127.0.0.1:{self.web_port}",
            "SSL_CERT_FILE": str(self.authority),
        }

    @property
    def file(self) -> Path:
        return self.data / "tegelpost.sqlite3"

    @cached_property
    def engine(self) -> Engine:
        return create_engine(f"sqlite:///{self.file}", poolclass=NullPool, connect_args={"timeout": 30})

    def misbehave(self, orders: Orders | None = None) -> None:
        certificates = {"": str(self.right), "wrong": str(self.wrong), "none": ""}
        super().misbehave(orders or Orders(), certificates)

    def repair(self) -> None:
        super().repair()
        self.free_disk()
        if not self.find("up"):
            self.end_processes()
            self.start(
                [sys.executable, "-m", "mailer", "up", "--port", str(self.web_port)], "up", self.environment_of_up
            )
        wait_until(lambda: self.find("worker") and self.find("clock"), what="worker and clock")
        wait_until(lambda: hears(self.web_port), seconds=START_SECONDS, what="the web")

    @property
    def environment_of_up(self) -> dict[str, str]:
        return self.settings

    def end_processes(self) -> None:
        """``kill -9`` of all of it."""
        pids = self.find()
        processes.send(pids, signal.SIGKILL)
        wait_until(lambda: not any(map(processes.is_alive, pids)), what="dying")

    def fill_disk(self) -> None:
        self._disk.fill(self.find())

    def free_disk(self) -> None:
        self._disk.free(self.find())

    def close(self) -> None:
        super().close()
        self._disk.close()


class Clocked(Embedded):
    """The same, with processes that believe the clock which a file moves (``clock.c``)."""

    kind = "clocked"

    def __init__(self, folder: Path) -> None:
        if shutil.which("cc") is None:
            raise LookupError("no C compiler on this machine, which the movable clock needs")
        self._library = folder / "clock.so"
        source = str(Path(__file__).with_name("clock.c"))
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(self._library), source], check=True)
        self._told = folder / "clock"
        self.set_clock(0)
        super().__init__(folder)

    def set_clock(self, offset_seconds: float) -> None:
        """Let the clock jump to so many seconds from the real time."""
        self.offset = offset_seconds
        # In place: every process has this file before it.
        with open(self._told, "r+b" if self._told.exists() else "wb") as file:
            file.write(struct.pack("d", offset_seconds))

    def start_at(self, offset_seconds: float) -> None:
        """Start everything anew with the clock so many seconds from the real time."""
        self.end_processes()
        self.set_clock(offset_seconds)
        super().repair()

    def repair(self) -> None:
        if self.offset:
            self.start_at(0)
        super().repair()

    @property
    def settings(self) -> dict[str, str]:
        # In clear: certificates have a clock of their own.
        return {**super().settings, "MAILER_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}"}

    @property
    def environment_of_up(self) -> dict[str, str]:
        return {**self.settings, "LD_PRELOAD": str(self._library), "FAULTS_CLOCK": str(self._told)}
