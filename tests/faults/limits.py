"""A limit under a restart, in real time: so many letters a minute, workers killed half-way, judged by the server's log.

    python3 dev.py limits [--letters 75] [--per-minute 30] [--workers 2]

Real worker processes, a real mail server in a process of its own that writes down the moment of every dot. On SQLite,
or on the PostgreSQL that TEST_DATABASE_URL names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from mailer.deliveries.models import SentAllowance
from mailer.deliveries.queries import Figures, figures
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from tests.conftest import SERVER, _fresh_url, make_settings
from tests.deliveries.rows import a_mailing_being_sent
from tests.faults.mail_log import MailLog
from tests.faults.orders import Orders
from tests.faults.servers import answers, free_port, wait_until


@dataclass(frozen=True)
class Account:
    """What was seen: seconds since the first dot for each one, as the server counted; and how the mailing ended."""

    dots: Sequence[float]
    gates: Sequence[float]
    killed_at: float
    counted: Figures


def most_in_a_window(moments: Sequence[float], seconds: float) -> int:
    """Return how many of these moments lie in the fullest window, wherever it begins."""
    ordered = sorted(moments)
    return max(sum(begin <= one < begin + seconds for one in ordered) for begin in ordered)


def send_under(
    limits: Mapping[str, int], folder: Path, *, letters: int, workers: int, kill_when: int, url: str
) -> Account:
    """Send so many letters under these limits; kill all workers when so many arrived, and start others."""
    port, log, orders = free_port(), folder / "mail.log", folder / "orders.json"
    Orders().write(orders)
    database = Database(make_settings(folder, database_url=url, smtp_url=f"smtp://127.0.0.1:{port}", **limits))
    migrate(database)
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, letters).id
    seen = MailLog(log)
    environment = _environment(database, limits)
    with _processes() as started:
        arguments = [str(port), str(log), str(orders)]
        started.append(subprocess.Popen([sys.executable, "-m", "tests.faults.mail_server", *arguments]))
        wait_until(lambda: answers(port), what="the mail server")
        first = [_worker(environment) for _ in range(workers)]
        started += first
        wait_until(lambda: len(seen.seen().dots) >= kill_when, seconds=600, what="the first letters")
        for one in first:
            one.send_signal(signal.SIGKILL)
            one.wait()
        killed_at = time.time()
        second = [_worker(environment) for _ in range(workers)]
        started += second
        for one in second:
            one.wait(600)
    with database.transaction(writes=False) as session:
        rows = session.execute(select(SentAllowance.at, SentAllowance.letters))
        gates = [at.timestamp() for at, number in rows for _ in range(number)]
        counted = figures(session, mailing)
    database.close()
    dots = [dot.at for dot in seen.seen().dots]
    begin = min(dots)
    return Account([one - begin for one in dots], [one - begin for one in gates], killed_at - begin, counted)


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py limits", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--letters", type=int, default=75)
    parser.add_argument("--per-minute", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tegelpost-limits."))
    limits, half = {"letters_per_minute": asked.per_minute}, asked.letters // 2
    began = time.monotonic()
    try:
        with _fresh_url(folder) as url:
            account = send_under(limits, folder, letters=asked.letters, workers=asked.workers, kill_when=half, url=url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _print(account, asked.per_minute, seconds=time.monotonic() - began)
    sys.exit(most_in_a_window(account.dots, 60) > asked.per_minute)


def _print(account: Account, limit: int, *, seconds: float) -> None:
    print(f"{'PostgreSQL' if SERVER else 'SQLite'}, {len(account.dots)} dots, {limit} a minute, {seconds:.0f} s")
    print(f"every worker killed (kill -9) {account.killed_at:.1f} s after the first dot, and others started")
    for begin in range(0, int(max(account.dots)) + 1, 15):
        number = sum(begin <= one < begin + 15 for one in account.dots)
        print(f"  {begin:4}–{begin + 15:<4} s  {number:3}  {'·' * number}")
    for name, moments in (("dots at the server", account.dots), ("gates", account.gates)):
        print(f"most {name} in any sliding 60 s: {most_in_a_window(moments, 60)} (limit {limit})")
    counted = account.counted
    print(f"planned {counted.planned} = accepted {counted.accepted} + uncertain {counted.uncertain}")


def _environment(database: Database, limits: Mapping[str, int]) -> dict[str, str]:
    settings = database.settings
    return {
        **os.environ,
        "MAILER_DATABASE_URL": settings.effective_database_url,
        "MAILER_DATA_DIR": str(settings.data_dir),
        "MAILER_SECRET_KEY": settings.secret_key.get_secret_value(),
        "MAILER_SMTP_URL": settings.smtp_url,
        "MAILER_CONNECTIONS": "3",
        "MAILER_LEASE_SECONDS": "5",
        "MAILER_TICK_SECONDS": "0.2",
        **{f"MAILER_{name.upper()}": str(number) for name, number in limits.items()},
    }


def _worker(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.faults.worker"], env=environment)


@contextmanager
def _processes():  # type: ignore[no-untyped-def]
    started: list[subprocess.Popen[bytes]] = []
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
