"""Planning a meeting: the form, opening and closing it for answers, calling it off."""

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from mailer.directory.models import Neighbourhood, Theme
from mailer.directory.queries import words
from mailer.events.models import Event, EventState
from mailer.events.planning import cancel_event, change_event, close_event, open_event, plan_event
from mailer.events.plans import BadPlan, EventPlan
from mailer.events.standings import standing
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.events.plan_form import filled_of, group_rows, read_form, refuse
from mailer.web.office.events.room import screens, the_event, url_of


@screens.get("/bijeenkomsten/nieuw")
@may(Action.PLAN_EVENTS)
def new() -> str:
    """Show an empty form."""
    return _form(Filled.of({}), None)


@screens.post("/bijeenkomsten/nieuw")
@may(Action.PLAN_EVENTS)
def add() -> Response | tuple[str, int]:
    """Plan a meeting: as a draft, or open at once."""
    filled = Filled(request.form)
    plan = read_form(filled)
    event = _keep(filled, None, plan) if plan else None
    if event is None:
        return _form(filled, None), 422
    flash(_("De bijeenkomst staat gepland."), "good")
    return redirect(url_of(event), 303)


@screens.get("/bijeenkomsten/<int:event_id>/wijzig")
@may(Action.PLAN_EVENTS)
def edit(event_id: int) -> str:
    """Show the meeting in the form."""
    event = the_event(event_id)
    return _form(filled_of(event), event)


@screens.post("/bijeenkomsten/<int:event_id>/wijzig")
@may(Action.PLAN_EVENTS)
def change(event_id: int) -> Response | tuple[str, int]:
    """Change the meeting."""
    event, filled = the_event(event_id), Filled(request.form)
    plan = read_form(filled)
    if plan is None or _keep(filled, event, plan) is None:
        return _form(filled, event), 422
    flash(_("Bewaard."), "good")
    return redirect(url_of(event), 303)


@screens.post("/bijeenkomsten/<int:event_id>/open")
@may(Action.PLAN_EVENTS)
def open_it(event_id: int) -> Response:
    """Take answers."""
    event = the_event(event_id)
    open_event(current.session(), event, by=current.operator(), now=current.now())
    flash(_("Aanmelden kan nu."), "good")
    return redirect(url_of(event), 303)


@screens.post("/bijeenkomsten/<int:event_id>/sluit")
@may(Action.PLAN_EVENTS)
def close_it(event_id: int) -> Response:
    """Take no more answers by link; staff still can."""
    event = the_event(event_id)
    close_event(current.session(), event, by=current.operator(), now=current.now())
    flash(_("Aanmelden is gesloten. Jij kunt nog wel reacties toevoegen."), "good")
    return redirect(url_of(event), 303)


@screens.get("/bijeenkomsten/<int:event_id>/afgelasten")
@may(Action.PLAN_EVENTS)
def ask_cancel(event_id: int) -> str:
    """Ask for the reason, and say who will be told."""
    return _cancel_form(the_event(event_id), Filled.of({}))


@screens.post("/bijeenkomsten/<int:event_id>/afgelasten")
@may(Action.PLAN_EVENTS)
def cancel(event_id: int) -> Response | tuple[str, int]:
    """Call the meeting off."""
    event, filled = the_event(event_id), Filled(request.form)
    try:
        cancel_event(
            current.session(), event, because=filled.value("because"), by=current.operator(), now=current.now()
        )
    except BadInput as problem:
        filled.refuse(problem)
        return _cancel_form(event, filled), 422
    flash(_("De bijeenkomst gaat niet door. Wie zou komen, krijgt bericht."), "good")
    return redirect(url_of(event), 303)


def _keep(filled: Filled, event: Event | None, plan: EventPlan) -> Event | None:
    session, by, now = current.session(), current.operator(), current.now()
    # What was planned already may be looked up and mended afterwards; a new day must still come.
    if plan.starts_at <= now and (event is None or plan.starts_at != event.starts_at):
        filled.wrong("start_day", _("Deze dag en tijd zijn al geweest. Kijk ook naar het jaar."))
        return None
    try:
        if event is not None:
            return change_event(session, event, plan, by=by, now=now)
        return plan_event(session, plan, by=by, now=now, is_open=filled.value("state") != EventState.DRAFT)
    except BadPlan as problem:
        refuse(filled, problem)
        return None


def _form(filled: Filled, event: Event | None) -> str:
    session = current.session()
    return render_template(
        "office/events/form.html",
        filled=filled,
        event=event,
        group_rows=group_rows(filled),
        themes=[(word.slug, word.name) for word in words(session, Theme)],
        neighbourhoods=[(word.slug, word.name) for word in words(session, Neighbourhood)],
    )


def _cancel_form(event: Event, filled: Filled) -> str:
    stands = standing(current.session(), event)
    return render_template("office/events/cancel.html", event=event, filled=filled, standing=stands)
