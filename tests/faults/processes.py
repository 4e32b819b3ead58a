"""The processes of one installation, found by the environment they were started with, whoever started them.

Nothing here knows how a worker is made: only Linux' own account of what runs (/proc).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

ROLES = {"worker": ("celery", "worker"), "clock": ("celery", "beat"), "web": ("mailer", "web"), "up": ("mailer", "up")}
MARK = "FAULTS_HOUSE"
HOST = "FAULTS_HOST"
ESTABLISHED = "01"


def find(mark: str, role: str = "", *, host: str = "") -> list[int]:
    """Return the processes of this house, of one role or all, of one host or all; the oldest first."""
    words = ROLES.get(role, ())
    return sorted(pid for pid in _of(mark, host) if all(word in _command(pid) for word in words))


def parents(pids: Iterable[int]) -> list[int]:
    """Return those that are not a child of another among them."""
    known = set(pids)
    return [pid for pid in sorted(known) if _parent(pid) not in known]


def children(pids: Iterable[int]) -> list[int]:
    """Return those that are a child of another among them."""
    known = set(pids)
    return [pid for pid in sorted(known) if _parent(pid) in known]


def family(pid: int) -> list[int]:
    """Return this process and its children."""
    running = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid, *(one for one in running if _parent(one) == pid)]


def send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def is_alive(pid: int) -> bool:
    """Return whether the process runs; a dead one that nobody buried does not."""
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def connections(pids: Iterable[int], port: int) -> set[int]:
    """Return the local ports of the open connections of these processes to this port."""
    sockets = {link for pid in pids for link in _sockets(pid)}
    return {near for near, far, inode in _established() if far == port and inode in sockets}


def _of(mark: str, host: str) -> Iterator[int]:
    wanted = {f"{MARK}={mark}".encode(), *([f"{HOST}={host}".encode()] if host else [])}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            if wanted <= set((entry / "environ").read_bytes().split(b"\0")) and is_alive(int(entry.name)):
                yield int(entry.name)


def _command(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    return []


def _stat(pid: int) -> list[str]:
    """Return the fields after the name: state, parent …"""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _sockets(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                name = os.readlink(descriptor)
                if name.startswith("socket:["):
                    yield name[8:-1]


def _established() -> Iterator[tuple[int, int, str]]:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == ESTABLISHED:
            yield int(fields[1].rpartition(":")[2], 16), int(fields[2].rpartition(":")[2], 16), fields[9]
