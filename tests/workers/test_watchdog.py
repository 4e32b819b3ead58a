"""A worker that hears no clock any more ends itself; one that works does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.servers import wait_until
from workers.watchdog import Watchdog


class Hands:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_silence_is_that_nothing_was_done_for_too_long():
    clock = Hands()
    dog = Watchdog(60, 900, clock)

    clock.now += 59
    dog.began("sweep")
    dog.ended("sweep")
    clock.now += 60
    assert not dog.is_silent()
    clock.now += 1
    assert dog.is_silent()


def test_a_task_that_runs_long_is_no_silence_and_one_that_never_ends_is():
    clock = Hands()
    dog = Watchdog(60, 900, clock)
    dog.began("prepare a large mailing")

    clock.now += 899
    assert not dog.is_silent()
    clock.now += 2
    assert dog.is_silent()


def test_what_comes_from_the_broker_and_what_children_do_are_signs_of_life():
    clock = Hands()
    dog = Watchdog(60, 900, clock)

    clock.now += 59
    dog.heard()
    clock.now += 59
    dog.sees(["sweep"])
    clock.now += 800
    dog.sees(["sweep", "drain"])
    assert not dog.is_silent()
    dog.sees([])
    clock.now += 61
    assert dog.is_silent()


def test_a_worker_whose_children_do_the_work_goes_on(tmp_path: Path):
    """A pool of processes: what happens in a child is not heard by its parent, where the watchdog is."""
    worker = celery(
        tmp_path, "worker", "-P", "prefork", "-c", "1", "-B", "--without-gossip", "--without-mingle", "-n", "kind@here"
    )
    try:
        wait_until(lambda: (tmp_path / "sending.lock").exists(), seconds=150, what="a sweep")
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(15)
    finally:
        worker.terminate()
        worker.wait(60)


def test_a_worker_without_a_clock_ends_itself(tmp_path: Path):
    """A real process: nothing ever asks it to sweep."""
    worker = celery(tmp_path, "worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle")
    try:
        # Mostly for starting, on a machine that does much else; from then on it takes a few seconds.
        assert worker.wait(150) is not None
    finally:
        worker.kill()


def celery(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "MAILER_DATA_DIR": str(folder),
        "MAILER_TICK_SECONDS": "0.2",
        "MAILER_WATCHDOG_SECONDS": "3",
        "PYTHONWARNINGS": "ignore",
    }
    if not (folder / "tegelpost.sqlite3").exists():
        subprocess.run([sys.executable, "-m", "mailer", "migrate"], env=environment, check=True, capture_output=True)
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "workers.app", *arguments, "-l", "ERROR"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
