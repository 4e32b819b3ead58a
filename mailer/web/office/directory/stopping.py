"""An organisation that stops on a day and for a reason, or takes part again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory import queries
from mailer.directory.editing import resume_organisation, stop_organisation
from mailer.directory.models import Organisation
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint

screens = office_blueprint("stopping", __name__)


@screens.get("/adresboek/organisaties/<int:organisation_id>/gestopt")
@may(Action.EDIT_DIRECTORY)
def ask(organisation_id: int) -> str:
    """Ask since when it stopped and why, and tell what happens then."""
    organisation = queries.get_row(current.session(), Organisation, organisation_id)
    return _stop_form(Filled.of({"stopped_on": today(current.now())}), organisation)


@screens.post("/adresboek/organisaties/<int:organisation_id>/gestopt")
@may(Action.EDIT_DIRECTORY)
def stop(organisation_id: int) -> Response | tuple[str, int]:
    """Say that the organisation stopped."""
    session, now, by = current.session(), current.now(), current.operator()
    organisation = queries.get_row(session, Organisation, organisation_id)
    filled = Filled(request.form)
    on = filled.day("stopped_on", needed=_("Vul in op welke dag."))
    because = filled.text("because", longest=300)
    if on is not None and not filled.errors:
        try:
            stop_organisation(session, organisation, on=on, because=because, now=now, by=by)
        except BadInput as problem:
            filled.refuse(problem)
        else:
            flash(_("%(name)s krijgt geen mail meer.", name=organisation.name), "good")
            return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)
    return _stop_form(filled, organisation), 422


@screens.post("/adresboek/organisaties/<int:organisation_id>/weer-mee")
@may(Action.EDIT_DIRECTORY)
def resume(organisation_id: int) -> Response:
    """Say that a stopped organisation takes part again."""
    organisation = queries.get_row(current.session(), Organisation, organisation_id)
    resume_organisation(current.session(), organisation, now=current.now(), by=current.operator())
    flash(_("%(name)s doet weer mee.", name=organisation.name), "good")
    return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)


def _stop_form(filled: Filled, organisation: Organisation) -> str:
    return render_template("office/directory/organisation-stops.html", filled=filled, organisation=organisation)
