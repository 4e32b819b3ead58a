"""A long list while a worker has it: how far it is, in what is really settled; stop it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailer.directory.importing.lists.queueing import ask_for, cancel, job_of
from mailer.directory.importing.taking_back.undone import Undone, undone_sentences
from mailer.directory.models import ImportBatch, ImportDeed, ImportJob
from mailer.directory.queries.imports import outcome_counts
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import find_batch, screens

# As many rows are read while somebody waits for the page; more are for a worker.
AT_ONCE = 600


def let_a_worker(batch: ImportBatch, deed: ImportDeed) -> Response:
    """Ask a worker, and show how far it is."""
    ask_for(current.session(), batch, deed, now=current.now(), by=current.operator())
    return redirect(url_for("imports.progress", batch_id=batch.id), 303)


def is_long(batch: ImportBatch) -> bool:
    """Return whether a list that was tried is too long to apply while somebody waits."""
    return sum(outcome_counts(current.session(), [batch.id])[batch.id].values()) > AT_ONCE


@screens.get("/adresboek/inlezen/<int:batch_id>/bezig")
@may(Action.IMPORT)
def progress(batch_id: int) -> str | Response:
    """Show how far a list is; when it is done, go on to where it led."""
    batch = find_batch(batch_id)
    job = job_of(current.session(), batch)
    if job is None or not job.is_going_on:
        return _after(batch, job)
    return render_template("office/directory/import-progress.html", batch=batch, job=job)


@screens.get("/adresboek/inlezen/<int:batch_id>/bezig/stand")
@may(Action.IMPORT)
def progress_part(batch_id: int) -> Response:
    """Give only the part that changes, for a page that looks again by itself."""
    batch = find_batch(batch_id)
    job = job_of(current.session(), batch)
    answer = make_response(render_template("office/directory/_import_progress.html", job=job) if job else "")
    answer.headers["X-State"] = "busy" if job and job.is_going_on else "done"
    return answer


@screens.post("/adresboek/inlezen/<int:batch_id>/bezig/stoppen")
@may(Action.IMPORT)
def stop_reading(batch_id: int) -> Response:
    """Stop; nothing was written yet."""
    batch = find_batch(batch_id)
    if cancel(current.session(), batch, now=current.now()):
        flash(_("Gestopt. Er is niets veranderd."), "care")
        return redirect(url_for("imports.show", batch_id=batch.id), 303)
    return redirect(url_for("imports.progress", batch_id=batch.id), 303)


def _after(batch: ImportBatch, job: ImportJob | None) -> Response:
    if job is not None and job.refusal:
        flash(job.refusal, "wrong")
    elif job is not None and job.deed is ImportDeed.FORESEE and job.undone:
        return redirect(url_for("imports.undo", batch_id=batch.id), 303)
    elif job is not None and job.deed is ImportDeed.TAKE_BACK and job.undone:
        undone = Undone.from_json(current.session(), job.undone)
        flash(" ".join(undone_sentences(undone, is_done=True)), "good")
    elif job is not None and job.deed is ImportDeed.APPLY and job.done_at and batch.applied_at is None:
        flash(
            _("Het adresboek is intussen veranderd. Dit is de nieuwe proef. Kijk hem na, en pas hem dan toe."), "care"
        )
    return redirect(url_for("imports.show", batch_id=batch.id), 303)
