"""Of the processes of one data folder one at a time has the turn; who stands still with it loses it. Real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailer.deliveries.restored import guarding, marks
from mailer.deliveries.restored.guarding import stand_guard
from mailer.deliveries.restored.marks import Mark, read_mark, turn, write_mark

STANDS_STILL = """
import os, signal, sys
from pathlib import Path
from mailer.deliveries.restored.marks import turn
with turn(Path(sys.argv[1])) as is_ours:
    os.kill(os.getpid(), signal.SIGSTOP)
    print(is_ours())
"""


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the turn of ``tmp_path`` and stands still."""
    command = [sys.executable, "-c", STANDS_STILL, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        yield process
        process.kill()


def test_a_process_that_stands_still_loses_its_turn_and_finds_out(stopped: subprocess.Popen[str], tmp_path: Path):
    with turn(tmp_path, patience=0.3) as is_ours:
        assert is_ours()
        stopped.send_signal(signal.SIGCONT)
        assert stopped.communicate(timeout=30)[0] == "False\n"
        assert is_ours()
    # And nobody waits for it any more.
    with turn(tmp_path, patience=1000) as is_ours:
        assert is_ours()


def test_nobody_takes_the_turn_of_who_has_it_a_little_longer(tmp_path: Path):
    """Each of four has it for less than anybody's patience; together they take longer."""
    inside, most = [0], [0]

    def take() -> None:
        with turn(tmp_path, patience=0.5) as is_ours:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.25)
            assert is_ours()
            inside[0] -= 1

    threads = [threading.Thread(target=take) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert most == [1]


def test_the_guard_goes_on_beside_a_process_that_stands_still(
    stopped: subprocess.Popen[str], make_database, tmp_path: Path, monkeypatch
):
    database = make_database(data_dir=tmp_path)
    monkeypatch.setattr(guarding, "turn", lambda folder: turn(folder, patience=0.3))

    assert stand_guard(database, sends=True)

    assert read_mark(tmp_path).count == 1


def test_who_lost_its_turn_leaves_the_mark_as_the_others_wrote_it(make_database, tmp_path: Path, monkeypatch):
    """It stood still between its commit and the file: the number it holds is one of long ago."""
    database = make_database(data_dir=tmp_path)
    assert stand_guard(database, sends=True)
    read = guarding.read_mark

    def others_come_first(folder: Path) -> marks.Mark | None:
        (folder / "sending.lock").unlink()
        return read(folder)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(guarding, "read_mark", others_come_first)
        assert stand_guard(database, sends=True)

    assert read_mark(tmp_path).count == 1
    assert stand_guard(database, sends=True)
    assert read_mark(tmp_path).count == 3


def test_two_threads_that_write_the_mark_at_once_leave_one_of_both(tmp_path):
    one, other = Mark("een", 1), Mark("ander", 2)

    def write(mark):
        for _time in range(100):
            write_mark(tmp_path, mark)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write, mark) for mark in (one, other)]:
            done.result()

    assert read_mark(tmp_path) in (one, other)
    assert [path.name for path in tmp_path.iterdir()] == ["sending.json"]
