"""What comes back from the past: a backup put back, a schedule that was missed. A person is asked first (I8)."""

from __future__ import annotations

import sqlite3

from tests.faults.running import Fault, Run
from tests.faults.table.clock_faults import HOUR

ASKED = frozenset({"I8"})


def restore_backup(run: Run) -> None:
    """Copy the database while letters leave; when all have gone, put the copy back: it knows only of the first ones."""
    house = run.embedded
    run.wait_for_dots()
    backup = house.folder / "backup.sqlite3"
    with sqlite3.connect(house.file) as now, sqlite3.connect(backup) as kept:
        now.backup(kept)
    run.wait_for_rest()
    house.end_processes()
    for leftover in house.data.glob(f"{house.file.name}*"):
        leftover.unlink()
    house.file.write_bytes(backup.read_bytes())
    house.repair()
    see_it_held(run)
    house.mailer("mailing", "stop", str(run.mailing_id))


def miss_schedule(run: Run) -> None:
    """Everything is off when the moment comes, and for two hours more."""
    run.clocked.start_at(3 * HOUR)
    see_it_held(run)
    run.clocked.start_at(0)
    run.house.mailer("mailing", "resume", str(run.mailing_id))


def see_it_held(run: Run) -> None:
    run.be_quiet("I8", for_seconds=4)
    if run.house.state(run.mailing_id) != "held":
        run.blame("I8", f"the mailing is {run.house.state(run.mailing_id)}: nobody was asked")


FAULTS = (
    Fault(
        "backup put back",
        "a backup of the database from the middle of the mailing is put back",
        restore_backup,
        houses=("embedded",),
        delay=0.2,
        # What it forgot, it cannot know: only that it keeps still is judged.
        judged=ASKED,
        may_end=frozenset({"sent", "cancelled"}),
    ),
    Fault(
        "schedule missed",
        "everything was off for hours when the mailing was to leave",
        miss_schedule,
        send=("--at", "{in_two_minutes}"),
        houses=("clocked",),
        occasions=ASKED,
    ),
)
