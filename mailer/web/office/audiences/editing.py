"""Making, changing and throwing away a selection. Counting while somebody chooses changes nothing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.audiences import saving
from mailer.audiences.models import Segment
from mailer.audiences.queries import segments_that_use
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, safe_way_back
from mailer.web.office.audiences.builder import Builder
from mailer.web.office.audiences.room import find_segment, screens
from mailer.web.office.audiences.showing import show_audience


@screens.get("/selecties/nieuw")
@may(Action.COMPOSE)
def new() -> str:
    """Begin with nothing chosen."""
    return _page(None, Builder(), Filled.of({}))


@screens.post("/selecties/nieuw")
@may(Action.COMPOSE)
def try_new() -> str:
    """Work in the builder: a clause more or less, another list, counting again."""
    return _page(None, Builder.from_form(request.form), Filled(request.form))


@screens.post("/selecties/nieuw/bewaar")
@may(Action.COMPOSE)
def create() -> Response | tuple[str, int]:
    """Keep a new selection."""
    session, now = current.session(), current.now()
    builder, filled = Builder.from_form(request.form), Filled(request.form)
    try:
        segment = saving.save_segment(session, filled.value("name"), builder.audience(session), now=now)
    except BadInput as problem:
        return _refused(None, builder, filled, problem)
    note(session, current.operator(), "segment-saved", segment, now=now)
    flash(_("De selectie is bewaard."), "good")
    back = filled.value("back")
    if back:  # Somebody who was choosing recipients goes on with them there.
        return redirect(f"{safe_way_back(back)}?selectie={segment.slug}", 303)
    return redirect(url_for("audiences.show", segment_id=segment.id), 303)


@screens.post("/selecties/tel")
@may(Action.LOOK)
def answer() -> str:
    """Give the numbers for a form as it is now; the page asks while somebody chooses."""
    builder = Builder.from_form(request.form)
    shown = show_audience(current.session(), builder, now=current.now())
    return render_template("office/audiences/answer.html", builder=builder, shown=shown)


@screens.get("/selecties/<int:segment_id>")
@may(Action.LOOK)
def show(segment_id: int) -> str:
    """Show a selection in the builder."""
    segment = find_segment(segment_id)
    return _page(segment, Builder.from_audience(segment.audience), Filled.of({"name": segment.name}))


@screens.post("/selecties/<int:segment_id>")
@may(Action.LOOK)
def try_change(segment_id: int) -> str:
    """Work in the builder of a selection; nothing is kept yet."""
    return _page(find_segment(segment_id), Builder.from_form(request.form), Filled(request.form))


@screens.post("/selecties/<int:segment_id>/bewaar")
@may(Action.COMPOSE)
def save(segment_id: int) -> Response | tuple[str, int]:
    """Keep the changed selection."""
    session, now = current.session(), current.now()
    segment = find_segment(segment_id)
    builder, filled = Builder.from_form(request.form), Filled(request.form)
    try:
        saving.change_segment(session, segment, name=filled.value("name"), audience=builder.audience(session), now=now)
    except BadInput as problem:
        return _refused(segment, builder, filled, problem)
    note(session, current.operator(), "segment-changed", segment, now=now)
    flash(_("De selectie is bewaard."), "good")
    return redirect(url_for("audiences.show", segment_id=segment.id), 303)


@screens.post("/selecties/<int:segment_id>/weg")
@may(Action.COMPOSE)
def delete(segment_id: int) -> Response:
    """Throw the selection away; raises ``Conflict`` when another one needs it."""
    session = current.session()
    segment = find_segment(segment_id)
    note(session, current.operator(), "segment-deleted", segment, now=current.now(), note=segment.name)
    saving.delete_segment(session, segment)
    flash(_("De selectie is weg. Mailings die haar gebruikten, houden hun ontvangers."), "good")
    return redirect(url_for("audiences.index"), 303)


def _refused(segment: Segment | None, builder: Builder, filled: Filled, problem: BadInput) -> tuple[str, int]:
    current.session().rollback()
    filled.refuse(problem)
    return _page(segment, builder, filled), 422


def _page(segment: Segment | None, builder: Builder, filled: Filled) -> str:
    session = current.session()
    return render_template(
        "office/audiences/edit.html",
        segment=segment,
        used_by=segments_that_use(session, segment.slug) if segment else [],
        builder=builder,
        filled=filled,
        shown=show_audience(session, builder, now=current.now()),
    )
