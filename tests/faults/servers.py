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
from pathlib import Path

import redis

from benchmarks.servers import find_postgresql

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
        self._programs, self._data = programs, folder / "postgresql"
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
        self._control("-w", "-l", str(self._data / "log"), "-o", f"{listens} -c max_connections=200", "start")

    def stop(self) -> None:
        """End it as a power cut would: no transaction that is open, no word that is under way."""
        self._control("-m", "immediate", "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

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
