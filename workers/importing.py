"""Read lists that are too long for a web request. Thin: ``directory.importing.lists.working`` knows what is due."""

from __future__ import annotations

from mailer.directory.importing.lists.queueing import has_lists_due
from mailer.directory.importing.lists.working import read_due
from mailer.foundation.database import database_moment
from mailer.subscriptions import importing as _stops  # noqa: F401 - lists of who must not be mailed are settled there
from workers.app import app, settings
from workers.house import database, going_home, reading


def look_for_lists() -> None:
    """Begin reading when a list is due and nobody here reads yet."""
    with database().transaction(writes=False) as session:
        is_due = has_lists_due(session, now=database_moment(session))
    if is_due and not reading.locked():
        read_lists.apply_async(expires=5 * settings.tick_seconds)


@app.task
def read_lists() -> None:
    """Read what is due. A process that is already reading does not begin twice."""
    if going_home.is_set() or not reading.acquire(blocking=False):
        return
    try:
        read_due(database(), stop=going_home)
    finally:
        reading.release()
