"""Throwing away a list that was uploaded and not applied: asked once more, and then gone."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailer.directory.importing.lists.batches import discard_list
from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import find_batch, screens


@screens.get("/adresboek/inlezen/<int:batch_id>/weggooien")
@may(Action.IMPORT)
def ask_to_discard(batch_id: int) -> str | Response:
    """Ask whether the list may go, and say what goes with it."""
    batch = find_batch(batch_id)
    if batch.applied_at is not None:
        flash(_("Deze lijst is al ingelezen. Je kunt haar wel terugdraaien."), "care")
        return redirect(url_for("imports.show", batch_id=batch.id), 303)
    return render_template("office/directory/import-discard.html", batch=batch)


@screens.post("/adresboek/inlezen/<int:batch_id>/weggooien")
@may(Action.IMPORT)
def discard(batch_id: int) -> Response:
    """Throw the list away."""
    batch = find_batch(batch_id)
    name = batch.file_name
    try:
        discard_list(current.session(), batch, now=current.now(), by=current.operator())
    except Conflict as problem:
        flash(problem.sentence, "care")
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    flash(_("%(file)s is weggegooid. In het adresboek is niets veranderd.", file=name), "good")
    return redirect(url_for("imports.index"), 303)
