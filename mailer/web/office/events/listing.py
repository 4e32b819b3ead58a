"""The list of meetings: those to come, and those that were."""

from flask import render_template, request

from mailer.events.queries import list_events
from mailer.events.standings import standings
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.events.room import screens, state_of


@screens.get("/bijeenkomsten")
@may(Action.LOOK)
def index() -> str:
    """Show the meetings, soonest first."""
    past = request.args.get("lijst") == "geweest"
    events = list_events(current.session(), now=current.now(), past=past)
    stands = standings(current.session(), events)
    rows = [(event, stands[event.id], state_of(event, stands[event.id])) for event in events]
    return render_template("office/events/index.html", rows=rows, past=past)
