"""A PostgreSQL and a Redis of the harness' own, to be killed and emptied; and certificates for its mail server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import redis

from benchmarks.servers import find_postgresql
from tests.faults import processes
from tests.faults.disks import SmallDisk

# Room for what a pass writes, and little enough to be filled in a moment.
DISK_MEGABYTES = 384
# A machine that is busy takes its time to start a house.
START_SECONDS = 240.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def hears(port: int) -> bool:
    """Return whether the web answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def wait_until(true: Callable[[], object], *, seconds: float = 90.0, what: str = "it") -> None:
    """Wait for something that another process does. Raises ``TimeoutError``."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.04)


class PostgreSQL:
    """An empty, durable server in a folder."""

    def __init__(self, folder: Path) -> None:
        programs = find_postgresql()
        if programs is None:
            raise LookupError("no PostgreSQL on this machine")
        self.port = free_port()
        self._log = folder / "postgresql.log"
        self._log.touch()
        self._log.chmod(0o666)
        self._programs, disk = programs, folder / "postgresql"
        disk.mkdir()
        self._disk = SmallDisk(disk, megabytes=DISK_MEGABYTES)
        # A folder on that disk: what fills it belongs to another user, as a disk's other files do.
        self._data = disk / "data"
        self._data.mkdir()
        if _is_root():
            shutil.chown(self._data, "postgres")
        self._run("initdb", "-D", str(self._data), "-U", "tegelpost", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    def settings(self, port: int | None = None) -> dict[str, str]:
        """Return how to reach it, as environment. Whichever wire leads there, its address is the same for all hosts."""
        address = "postgresql+psycopg://tegelpost@database/postgres?hostaddr=127.0.0.1"
        return {"MAILER_DATABASE_URL": address, "PGPORT": str(port or self.port)}

    def start(self) -> None:
        listens = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._data}"
        options = f"{listens} -c max_connections=200 -c max_wal_size=48MB -c min_wal_size=32MB"
        # Beside the disk: what it says when that is full is worth reading.
        self._control("-w", "-l", str(self._log), "-o", options, "start")

    def stop(self) -> None:
        """End it as a power cut would: no transaction that is open, no word that is under way."""
        self._control("-m", "immediate", "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

    def fill_disk(self) -> None:
        """Let nothing more be written to its disk, until it says so.

        Files it made beforehand have room for a while; it is asked to begin another one.
        """
        self._disk.fill(self._pids())
        said = self._log.stat().st_size
        wait_until(lambda: self._complains(said), what="PostgreSQL's disk being full")

    def _complains(self, since: int) -> bool:
        with suppress(psycopg.OperationalError), self._open() as connection:
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CREATE TABLE IF NOT EXISTS nothing ()")
        with open(self._log, "rb") as log:
            log.seek(since)
            told = log.read()
        return b"No space left" in told or b"File too large" in told

    def _open(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="tegelpost", dbname="postgres", autocommit=True, connect_timeout=5
        )

    def free_disk(self) -> None:
        """Let there be room again, and see that it works: without room to write it may have fallen."""
        self._disk.free(self._pids())
        until = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if time.monotonic() > until:
                raise TimeoutError("PostgreSQL did not come back when its disk had room")
            if not self._pids():
                self.start()
            time.sleep(0.1)

    def close(self) -> None:
        """End it, and give its disk back."""
        if self._pids():
            self.stop()
        self._disk.close()

    def _pids(self) -> list[int]:
        """The server and its children; nothing when it fell."""
        try:
            server = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return []
        return processes.family(server) if processes.is_alive(server) else []

    def _is_ready(self) -> bool:
        try:
            self._open().close()
        except psycopg.OperationalError:
            return False
        return True

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self._data), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        """PostgreSQL refuses to run as root."""
        drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if _is_root() else []
        command = [*drop, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Redis:
    """A broker that keeps nothing on the disk."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("redis-server") is None:
            raise LookupError("no Redis on this machine")
        self.port = free_port()
        self._folder = folder
        self.start()

    def url(self, port: int | None = None) -> str:
        return f"redis://127.0.0.1:{port or self.port}/0"

    def start(self) -> None:
        words = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self._folder),
        ]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, start_new_session=True)
        wait_until(lambda: answers(self.port), what="Redis")

    def flush(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def limit_memory(self, size_bytes: int) -> None:
        """Refuse to keep more than this; 0: no limit."""
        with redis.Redis(port=self.port) as client:
            client.config_set("maxmemory", size_bytes)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def make_certificates(folder: Path) -> tuple[Path, Path, Path]:
    """Make an authority, a certificate for 127.0.0.1 and one for another name; return their files in that order."""
    if shutil.which("openssl") is None:
        raise LookupError("no openssl on this machine")
    authority, right, wrong = (folder / f"{name}.pem" for name in ("authority", "right", "wrong"))
    key = folder / "authority.key"
    _openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "400"),
        *("-keyout", str(key), "-out", str(authority), "-subj", "/CN=faults"),
    )
    for path, name in ((right, "IP:127.0.0.1"), (wrong, "DNS:elsewhere.example.org")):
        _certify(path, name, authority=authority, key=key)
    return authority, right, wrong


def _certify(path: Path, name: str, *, authority: Path, key: Path) -> None:
    own_key, request, extensions = (path.with_suffix(end) for end in (".key", ".csr", ".cnf"))
    extensions.write_text(f"subjectAltName={name}\n")
    _openssl(
        *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=server"),
        *("-keyout", str(own_key), "-out", str(request)),
    )
    _openssl(
        *("x509", "-req", "-in", str(request), "-CA", str(authority), "-CAkey", str(key), "-days", "300"),
        *("-extfile", str(extensions), "-out", str(path)),
    )
    path.write_bytes(own_key.read_bytes() + path.read_bytes())


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def _is_root() -> bool:
    return os.geteuid() == 0
