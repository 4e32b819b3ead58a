"""Bijzondere dagen: what the check before sending knows of the calendar, and the days that staff keeps there."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.events.marking_days import mark_day, unmark_day
from mailer.events.models import SpecialDay
from mailer.events.special_days import special_days
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.events.room import screens


@screens.get("/bijeenkomsten/dagen")
@may(Action.LOOK)
def days() -> str:
    """Show the days that are kept."""
    return _page(Filled.of({}))


@screens.post("/bijeenkomsten/dagen")
@may(Action.PLAN_EVENTS)
def add_day() -> Response | tuple[str, int]:
    """Keep another day."""
    filled = Filled(request.form)
    name = filled.text("name", needed=_("Vul in wat er dan is."), longest=120)
    first_on = filled.day("first_on", needed=_("Vul de dag in, zoals 14-1-2027."))
    last_on = filled.day("last_on")
    source = filled.text("source", needed=_("Vul in wie dat zegt, of op welke website het staat."), longest=300)
    if first_on is not None and not filled.errors:
        try:
            mark_day(
                current.session(),
                name=name,
                first_on=first_on,
                last_on=last_on,
                is_yearly=filled.is_ticked("is_yearly"),
                source=source,
                now=current.now(),
                by=current.operator(),
            )
        except BadInput as problem:
            filled.refuse(problem)
    if filled.errors:
        return _page(filled), 422
    flash(_("%(name)s staat erbij.", name=name), "good")
    return redirect(url_for("events.days"), 303)


@screens.post("/bijeenkomsten/dagen/<int:day_id>/weg")
@may(Action.PLAN_EVENTS)
def remove_day(day_id: int) -> Response:
    """Take a day away."""
    day = current.session().get(SpecialDay, day_id)
    if day is None:
        raise NotFound(_("Deze dag staat er niet (meer)."))
    flash(_("%(name)s is weg.", name=day.name), "good")
    unmark_day(current.session(), day, now=current.now(), by=current.operator())
    return redirect(url_for("events.days"), 303)


def _page(filled: Filled) -> str:
    return render_template(
        "office/events/days.html",
        days=special_days(current.session()),
        filled=filled,
        region=current.settings().school_region,
    )
