"""Organisations that an earlier list had and this one has not: looked at, and put with the proposals to check."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory import proposing
from mailer.directory.importing.reporting.missing import missing_organisations
from mailer.directory.models import ProposalField, ProposalSource
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import find_batch, screens


@screens.get("/adresboek/inlezen/<int:batch_id>/ontbreekt")
@may(Action.IMPORT)
def missing(batch_id: int) -> str:
    """Show who is not in this list."""
    batch = find_batch(batch_id)
    return render_template(
        "office/directory/import-missing.html",
        batch=batch,
        organisations=missing_organisations(current.session(), batch),
    )


@screens.post("/adresboek/inlezen/<int:batch_id>/ontbreekt")
@may(Action.IMPORT)
def check_missing(batch_id: int) -> Response:
    """Put the chosen ones with the proposals, for whoever asks after them."""
    session, batch = current.session(), find_batch(batch_id)
    chosen = set(request.form.getlist("organisation"))
    found = [one for one in missing_organisations(session, batch) if str(one.id) in chosen]
    said = _("Staat niet in de lijst %(file)s. Bestaat deze organisatie nog?", file=batch.file_name)
    for organisation in found:
        origin = proposing.Origin(ProposalSource.STAFF)
        proposing.propose(session, organisation, ProposalField.REMARK, said, origin=origin, now=current.now())
    words = ngettext(
        "%(n)s organisatie staat bij Voorstellen.", "%(n)s organisaties staan bij Voorstellen.", len(found)
    )
    flash(words if found else _("Er is nog niets gekozen."), "good" if found else "care")
    return redirect(url_for("imports.missing", batch_id=batch.id), 303)
