"""Taking a list back: first what that does and what stays, then the deed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailer.directory.importing import foresee_undo, undo_list
from mailer.directory.importing.undoing import undone_sentences
from mailer.foundation.errors import Conflict
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import find_batch, screens


@screens.get("/adresboek/inlezen/<int:batch_id>/terugdraaien")
@may(Action.IMPORT)
def undo(batch_id: int) -> str | Response:
    """Say what taking the list back would do, and what would stay."""
    batch = find_batch(batch_id)
    try:
        undone = foresee_undo(current.session(), batch)
    except Conflict as problem:
        flash(problem.sentence, "care")
        return redirect(url_for("imports.show", batch_id=batch.id), 303)
    return render_template(
        "office/directory/import-undo.html",
        batch=batch,
        undone=undone,
        sentences=undone_sentences(undone, is_done=False),
    )


@screens.post("/adresboek/inlezen/<int:batch_id>/terugdraaien")
@may(Action.IMPORT)
def take_back(batch_id: int) -> Response:
    """Take the list back."""
    batch = find_batch(batch_id)
    try:
        undone = undo_list(current.session(), batch, now=current.now(), by=current.operator())
    except Conflict as problem:
        flash(problem.sentence, "care")
        return redirect(url_for("imports.show", batch_id=batch.id), 303)
    flash(" ".join(undone_sentences(undone, is_done=True)), "good")
    return redirect(url_for("imports.show", batch_id=batch.id), 303)
