"""A PostgreSQL server of one's own for the length of a measurement, from the programs that are on this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What a server with a gigabyte to spare is given; durable as always, so that written rows cost what they cost.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "listen_addresses": "127.0.0.1"}


def find_postgresql() -> Path | None:
    """Return the folder of PostgreSQL's programs: on PATH, else where Debian keeps them; None when there are none."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def postgresql(programs: Path) -> Iterator[str]:
    """Start an empty server; lend the address of its database; throw it away."""
    folder = Path(tempfile.mkdtemp(prefix="tegelpost-bench."))
    data, port = folder / "data", free_port()
    data.mkdir()
    folder.chmod(0o755)
    if _is_root():
        shutil.chown(data, "postgres")
    settings = SETTINGS | {"port": str(port), "unix_socket_directories": str(data)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log, control = ["-l", str(data / "log")], [str(programs / "pg_ctl"), "-D", str(data), "-w"]
    _as_postgres([str(programs / "initdb"), "-D", str(data), "-U", "tegelpost", "--auth=trust", "-E", "UTF8"])
    _as_postgres([*control, *log, "-o", options, "start"])
    try:
        yield f"postgresql+psycopg://tegelpost@127.0.0.1:{port}/postgres"
    finally:
        _as_postgres([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder)


def _as_postgres(command: list[str]) -> None:
    """PostgreSQL refuses to run as root."""
    drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if _is_root() else []
    subprocess.run([*drop, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)


def _is_root() -> bool:
    return os.name != "nt" and os.geteuid() == 0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, *, seconds: float = 10.0) -> None:
    """Wait until somebody listens on this port of this machine. Raises ``RuntimeError`` when nobody does in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port}")
