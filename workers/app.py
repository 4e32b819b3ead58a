"""The Celery app and its timetable, on one page.

The database is the queue; Celery is the clock and the hands. A task carries no truth: it says "look what is due",
lasts under a minute, may run twice or not at all, and is acknowledged early. So a broker that is flushed, or gone for
a while, changes only when letters leave (decision 0005).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery import Celery
from celery.schedules import crontab

from mailer.foundation.settings import Settings, load_settings
from mailer.wire.signing import signer_from
from workers.folder import SCHEME


def make_app(settings: Settings) -> Celery:
    """Return the Celery app of this installation. Raises ``BadInput`` when it cannot sign as it is told to."""
    signer_from(settings)
    app = Celery(
        "tegelpost",
        include=[
            f"workers.{name}" for name in ("sending", "listening", "watchdog", "upkeep", "forgetting", "importing")
        ],
    )
    app.conf.update(
        **_broker(settings),
        task_ignore_result=True,
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        # The clock remembers nothing: what is due stands in the database, so no file of its own can be missing or torn.
        beat_scheduler="celery.beat:Scheduler",
        beat_max_loop_interval=settings.tick_seconds,
        timezone="Europe/Amsterdam",
        beat_schedule={
            # What is due? Schedules, retries, expired leases, one-off letters owed.
            "sweep": {
                "task": "workers.sending.sweep",
                "schedule": settings.tick_seconds,
                # A tick nobody took in time is worth nothing: the next one says the same.
                "options": {"expires": 5 * settings.tick_seconds},
            },
            # Which organisations were not looked at for a year? Their letters are planned, and leave by the sweep.
            "check-letters": {
                "task": "workers.upkeep.ask_organisations",
                "schedule": crontab(hour="9-16", minute="10", day_of_week="mon-fri"),
                "options": {"expires": 3600},
            },
            # Each hour: whoever puts the machine off at night forgets in time too.
            "forget": {"task": "workers.forgetting.sweep", "schedule": crontab(minute="10")},
        },
    )
    # Celery's current app is per thread; without this, threads of the pool would look for another broker.
    app.set_default()
    return app


def _broker(settings: Settings) -> dict[str, Any]:
    if settings.broker_url:
        return {"broker_url": settings.broker_url}
    return {
        "broker_url": f"{SCHEME}://localhost",
        "broker_transport_options": _folders(settings.data_dir / "broker"),
    }


def _folders(root: Path) -> dict[str, Any]:
    """The embedded broker is a folder of messages: the same folder in and out."""
    messages, control = root / "messages", root / "control"
    for folder in (messages, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "store_processed": False,
        "polling_interval": 0.1,
    }


settings = load_settings()
app = make_app(settings)
