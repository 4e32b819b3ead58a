"""Processes that live and end together: a fallen one is started again, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

GROUP = """
import sys
from mailer.cli.supervisor import Supervisor
folder = sys.argv[1]
child = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
group = Supervisor(settled_seconds=0.1)
for name in ("web", "worker"):
    group.add(name, [sys.executable, "-c", child, f"{folder}/{name}"], {})
group.start()
group.watch()
"""


@pytest.fixture
def group(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", GROUP, str(tmp_path)])
    yield process
    process.kill()
    process.wait()


def pid_of(path: Path, *, other_than: int = 0) -> int:
    def written() -> int:
        text = path.read_text() if path.exists() else ""
        return int(text) if text and int(text) != other_than else 0

    return eventually(written)


def eventually(look: Callable[[], int], seconds: float = 20) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        seen = look()
        if seen:
            return seen
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A child that ended and was not waited for still has a number: look at its state.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_one_signal_ends_every_process(group: subprocess.Popen[bytes], tmp_path: Path) -> None:
    children = [pid_of(tmp_path / "web"), pid_of(tmp_path / "worker")]

    group.send_signal(signal.SIGINT)
    group.wait(timeout=20)

    assert [pid for pid in children if is_alive(pid)] == []


def test_a_fallen_process_is_started_again(group: subprocess.Popen[bytes], tmp_path: Path) -> None:
    first = pid_of(tmp_path / "worker")

    os.kill(first, signal.SIGKILL)

    assert pid_of(tmp_path / "worker", other_than=first) != first
    assert group.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
def test_nobody_is_left_behind_when_the_supervisor_itself_is_killed(
    group: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    children = [pid_of(tmp_path / "web"), pid_of(tmp_path / "worker")]

    group.kill()
    group.wait()

    assert eventually(lambda: not any(is_alive(pid) for pid in children))
