"""Forget in time: each hour, what is kept only for a while."""

from __future__ import annotations

from mailer.foundation.clock import now
from mailer.foundation.journal import sweep_journal
from mailer.foundation.mirror.changes import forget_old_changes
from workers.app import app
from workers.house import database


@app.task
def sweep() -> None:
    """Forget what can no longer be taken back, and which rows were changed before any mirror still asks."""
    with database().transaction() as session:
        sweep_journal(session, now=now())
        forget_old_changes(session, now=now())
