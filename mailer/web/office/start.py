"""The start page: what waits, what is coming, what was mailed."""

from __future__ import annotations

from flask import render_template

from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office import overview, states
from mailer.web.office.access import may, office_blueprint

screens = office_blueprint("start", __name__)


@screens.get("/")
@may(Action.LOOK)
def show() -> str:
    """Show the day."""
    session, now = current.session(), current.now()
    return render_template(
        "office/start.html",
        tasks=overview.tasks(session, now=now),
        coming=overview.coming_events(session, now=now),
        mailings=overview.last_mailings(session),
        size=overview.directory_size(session, now=now),
        states=states,
    )
