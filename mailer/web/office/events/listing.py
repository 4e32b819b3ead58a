"""The list of meetings: those to come, and those that were."""

from flask import render_template, request

from mailer.events.queries import list_events, standing
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.events.room import screens, state_of


@screens.get("/bijeenkomsten")
@may(Action.LOOK)
def index() -> str:
    """Show the meetings, soonest first."""
    past = request.args.get("lijst") == "geweest"
    rows = []
    for event in list_events(current.session(), now=current.now(), past=past):
        stands = standing(current.session(), event)
        rows.append((event, stands, state_of(event, stands)))
    return render_template("office/events/index.html", rows=rows, past=past)
