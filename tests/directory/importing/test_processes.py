"""Real processes on one database: two that import at once, and one that is killed while it applies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from mailer.directory.dumping import directory_lines
from mailer.directory.importing import import_file
from mailer.directory.models import ImportBatch, ImportRow, Mailbox, Organisation, Person
from mailer.foundation.database import Database
from mailer.foundation.journal import RecordedDeed, RowChange
from mailer.foundation.settings import CHECKOUT
from tests.directory.importing.lists import organisation, organisations, people, person


def start(database: Database, file: Path, *more: str) -> subprocess.Popen[str]:
    """Import the file in a process of its own."""
    settings = database.settings
    environment = {
        **os.environ,
        "MAILER_DATABASE_URL": settings.effective_database_url,
        "MAILER_DATA_DIR": str(settings.data_dir),
        "MAILER_SECRET_KEY": settings.secret_key.get_secret_value() if settings.secret_key else "",
    }
    command = [sys.executable, "-m", "tests.directory.importing.importer", str(file), *more]
    return subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> dict[str, int]:
    out, _err = process.communicate(timeout=120)
    assert process.returncode == 0
    counts: dict[str, int] = json.loads(out)
    return counts


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def numbers(database: Database, *models: Any) -> list[int]:
    with database.transaction(writes=False) as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_two_processes_with_the_same_file_make_everything_once(
    make_database: Callable[..., Database], tmp_path: Path
) -> None:
    database = make_database()
    rows = [organisation(f"Koor {n}e Steen", mail=f"koor{n}@x.test", telefoon=f"010-000 {n:04}") for n in range(60)]
    file = written(tmp_path, "koren.csv", organisations(*rows))

    both = [start(database, file) for _ in range(2)]
    counts = [ended(process) for process in both]

    assert sorted(one["new"] for one in counts) == [0, 60]
    assert sorted(one["same"] for one in counts) == [0, 60]
    assert numbers(database, Organisation, Mailbox, ImportBatch, RecordedDeed) == [60, 60, 2, 2]


def test_the_second_process_sees_what_the_first_wrote(make_database: Callable[..., Database], tmp_path: Path) -> None:
    database = make_database()
    workplaces = [f"Koor {n}e Steen" for n in range(30)]
    first = written(tmp_path, "koren.csv", organisations(*[organisation(name) for name in workplaces]))
    singers = [person(f"Zanger{n}", organisatie=name, werk=f"z{n}@x.test") for n, name in enumerate(workplaces)]
    second = written(tmp_path, "mensen.csv", people(*singers))

    both = [start(database, first), start(database, second)]
    counts = [ended(process) for process in both]

    # Whoever comes first, a workplace is there once.
    assert [one["doubtful"] + one["rejected"] for one in counts] == [0, 0]
    assert numbers(database, Organisation, Person) == [30, 30]


def test_a_process_that_is_killed_while_it_applies_leaves_nothing(
    make_database: Callable[..., Database], tmp_path: Path, now: datetime
) -> None:
    database = make_database()
    data = organisations(*[organisation(f"Koor {n}e Steen", mail=f"koor{n}@x.test") for n in range(60)])
    file = written(tmp_path, "koren.csv", data)
    with database.transaction(writes=False) as session:
        before = list(directory_lines(session))

    process = start(database, file, "hang")
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)

    assert process.returncode == -signal.SIGKILL
    with database.transaction(writes=False) as session:
        assert list(directory_lines(session)) == before
    assert numbers(database, ImportBatch, ImportRow, RecordedDeed, RowChange) == [0, 0, 0, 0]
    with database.transaction() as session:
        again = import_file(session, data, file_name="koren.csv", now=now, apply=True)
    assert again.counts["new"] == 60
