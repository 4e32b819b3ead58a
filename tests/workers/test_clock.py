"""The clock of the workers: it starts on a machine that has settings and nothing else."""

from __future__ import annotations

from pathlib import Path

from celery.beat import Service

from mailer.foundation.settings import Settings
from workers.app import make_app


def test_the_clock_needs_no_file_of_its_own(tmp_path: Path) -> None:
    """On PostgreSQL and Redis nothing has made the data folder yet; and two clocks may share one."""
    folder = tmp_path / "not-made-yet"

    app = make_app(Settings(data_dir=folder, broker_url="memory://"))

    clock = Service(app, scheduler_cls=app.Beat().scheduler_cls)
    clock.sync()

    assert "sweep" in clock.scheduler.schedule
    assert not folder.exists()


def test_the_clock_looks_by_day_whom_to_ask(tmp_path: Path) -> None:
    """Letters to organisations are planned on working days, and the task only says: look what is due."""
    app = make_app(Settings(data_dir=tmp_path, broker_url="memory://"))

    entry = app.conf.beat_schedule["check-letters"]

    assert entry["task"] == "workers.upkeep.ask_organisations"
    assert "args" not in entry
    assert (sorted(entry["schedule"].day_of_week), min(entry["schedule"].hour)) == ([1, 2, 3, 4, 5], 9)
