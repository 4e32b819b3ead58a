"""The clock forgets in time what is kept only for a while."""

from __future__ import annotations

from celery.schedules import crontab

from mailer.foundation.settings import Settings
from workers.app import make_app


def test_the_journal_is_swept_each_hour() -> None:
    app = make_app(Settings(broker_url="memory://"))

    assert "workers.forgetting" in app.conf.include
    assert app.conf.beat_schedule["forget"] == {"task": "workers.forgetting.sweep", "schedule": crontab(minute="10")}
