"""Look what is due once in a while. Thin: whom to ask, and when, is known to ``mailer.audiences.checking``."""

from __future__ import annotations

from mailer.audiences.checking import ask_due
from mailer.foundation.database import database_moment
from workers.app import app
from workers.house import bell, database


@app.task
def ask_organisations() -> None:
    """Plan today's share of the yearly round; a second time on one day finds it planned."""
    with database().transaction() as session:
        planned = ask_due(session, now=database_moment(session))
    if planned:
        bell().ring()
