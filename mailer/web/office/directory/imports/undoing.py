"""Taking a list back: first what that does and what stays, then the deed. A long list is a worker's, both times."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailer.directory.importing import foresee_undo, undo_list
from mailer.directory.importing.lists.queueing import job_of
from mailer.directory.importing.taking_back.undoing import check_undo
from mailer.directory.importing.taking_back.undone import Undone, undone_sentences
from mailer.directory.models import ImportBatch, ImportDeed
from mailer.foundation.errors import Conflict
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.progress import is_long, let_a_worker
from mailer.web.office.directory.imports.room import find_batch, screens


@screens.get("/adresboek/inlezen/<int:batch_id>/terugdraaien")
@may(Action.IMPORT)
def undo(batch_id: int) -> str | Response:
    """Say what taking the list back would do, and what would stay; for a long list, what a worker saw."""
    session, batch = current.session(), find_batch(batch_id)
    job = job_of(session, batch)
    if job is not None and job.is_going_on:
        return redirect(url_for("imports.progress", batch_id=batch.id), 303)
    try:
        check_undo(session, batch)
        if not is_long(batch):
            return _foreseen(batch, foresee_undo(session, batch))
    except Conflict as problem:
        flash(problem.sentence, "care")
        return redirect(url_for("imports.show", batch_id=batch.id), 303)
    if job is not None and job.deed is ImportDeed.FORESEE and job.undone:
        return _foreseen(batch, Undone.from_json(session, job.undone), looked_at=job.done_at)
    return render_template("office/directory/import-undo-look.html", batch=batch)


@screens.post("/adresboek/inlezen/<int:batch_id>/terugdraaien/kijken")
@may(Action.IMPORT)
def look_first(batch_id: int) -> Response:
    """Let a worker see what taking a long list back would do."""
    return let_a_worker(find_batch(batch_id), ImportDeed.FORESEE)


@screens.post("/adresboek/inlezen/<int:batch_id>/terugdraaien")
@may(Action.IMPORT)
def take_back(batch_id: int) -> Response:
    """Take the list back."""
    session, batch = current.session(), find_batch(batch_id)
    try:
        check_undo(session, batch)
        if is_long(batch):
            return let_a_worker(batch, ImportDeed.TAKE_BACK)
        undone = undo_list(session, batch, now=current.now(), by=current.operator())
    except Conflict as problem:
        flash(problem.sentence, "care")
        return redirect(url_for("imports.show", batch_id=batch.id), 303)
    flash(" ".join(undone_sentences(undone, is_done=True)), "good")
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _foreseen(batch: ImportBatch, undone: Undone, *, looked_at: datetime | None = None) -> str:
    return render_template(
        "office/directory/import-undo.html",
        batch=batch,
        undone=undone,
        sentences=undone_sentences(undone, is_done=False),
        looked_at=looked_at,
    )
