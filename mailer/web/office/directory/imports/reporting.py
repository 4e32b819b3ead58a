"""What a list would do, or did: the sum and its rows, applying it, and the rows to mend outside."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mailer.directory.comparing import row_name, row_text
from mailer.directory.importing import apply_list, can_be_undone, counts_sentence, try_batch
from mailer.directory.importing.lists.batches import read_again
from mailer.directory.importing.lists.queueing import job_of
from mailer.directory.importing.reporting.missing import missing_organisations
from mailer.directory.importing.taking_back.undoing import undoable_until
from mailer.directory.mending import write_rows_to_mend
from mailer.directory.models import ImportBatch, ImportDeed, ImportRow, RowOutcome
from mailer.directory.queries.imports import outcome_counts, rows_decided, rows_of
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.subscriptions.claims import claims_of
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.choices_of_rows import doubt_of, words_of
from mailer.web.office.directory.imports.progress import is_long, let_a_worker
from mailer.web.office.directory.imports.room import find_batch, screens, workbook
from mailer.web.pages import page_number, turn_to

DOUBTS_PER_PAGE = 20
# The rows that somebody chose for, beside the outcomes.
DECIDED = "decided"
# What somebody wants to see first: what is theirs to do.
FIRST_SHOWN = (
    RowOutcome.DOUBTFUL,
    RowOutcome.REJECTED,
    RowOutcome.CHANGED,
    RowOutcome.NEW,
    RowOutcome.SAME,
)


@screens.get("/adresboek/inlezen/<int:batch_id>")
@may(Action.IMPORT)
def show(batch_id: int) -> str | Response:
    """Show what a list would do, or did: the sum, and its rows by how they ended."""
    session, batch = current.session(), find_batch(batch_id)
    job = job_of(session, batch)
    if job is not None and job.is_going_on:
        return redirect(url_for("imports.progress", batch_id=batch.id), 303)
    if batch.tried_at is None:
        return redirect(url_for("imports.columns", batch_id=batch.id), 303)
    counts = outcome_counts(session, [batch.id])[batch.id]
    shown = _shown(request.args.get("toon", ""), counts)
    page = turn_to(
        session,
        rows_decided(batch) if shown == DECIDED else rows_of(batch, RowOutcome(shown)),
        page_number(request.args.get("bladzijde")),
        per_page=DOUBTS_PER_PAGE if shown == RowOutcome.DOUBTFUL else 50,
    )
    day = today(current.now())
    words = words_of(session, batch) if shown == RowOutcome.DOUBTFUL else None
    return render_template(
        "office/directory/import.html",
        batch=batch,
        counts=counts,
        total=sum(counts.values()),
        decided=session.scalar(select(func.count()).select_from(rows_decided(batch).order_by(None).subquery())) or 0,
        shown=shown,
        page=page,
        page_url=lambda number: url_for("imports.show", batch_id=batch.id, toon=shown, bladzijde=number),
        name_of=row_name,
        text_of=row_text,
        doubts=[doubt_of(session, row, words, today=day) for row in page.rows] if words else [],
        columns=_columns(session, batch),
        missing=len(missing_organisations(session, batch)) if batch.taken_back_at is None else 0,
        claims=claims_of(session, batch, now=current.now()),
        undo_url=url_for("imports.undo", batch_id=batch.id) if can_be_undone(session, batch) else "",
        undo_until=undoable_until(batch),
        mail_url=url_for("mailboxes.index", mail="no_basis"),
    )


@screens.post("/adresboek/inlezen/<int:batch_id>/toepassen")
@may(Action.IMPORT)
def apply(batch_id: int) -> Response:
    """Apply the list, when it still does what the report says."""
    session, batch = current.session(), find_batch(batch_id)
    if batch.applied_at is None and is_long(batch):
        return let_a_worker(batch, ImportDeed.APPLY)
    if apply_list(session, batch, now=current.now(), by=current.operator()):
        flash(_("Toegepast.") + " " + counts_sentence(outcome_counts(session, [batch.id])[batch.id]), "good")
    else:
        flash(
            _("Het adresboek is intussen veranderd. Dit is de nieuwe proef. Kijk hem na, en pas hem dan toe."), "care"
        )
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


@screens.post("/adresboek/inlezen/<int:batch_id>/opnieuw-lezen")
@may(Action.IMPORT)
def choose_now(batch_id: int) -> Response:
    """Try an applied list again, to choose for the rows that still waited."""
    session, batch = current.session(), find_batch(batch_id)
    again = read_again(session, batch, now=current.now(), by=current.operator())
    if is_long(batch):
        return let_a_worker(again, ImportDeed.TRY)
    try_batch(session, again, now=current.now(), by=current.operator())
    return redirect(url_for("imports.show", batch_id=again.id, toon=RowOutcome.DOUBTFUL.value) + "#rijen", 303)


@screens.get("/adresboek/inlezen/<int:batch_id>/wat-niet-kon.xlsx")
@may(Action.IMPORT)
def rows_to_mend(batch_id: int) -> Response:
    """Give the rows that wait or were rejected as a workbook, each with the reason, to mend and upload again."""
    batch = find_batch(batch_id)
    return workbook(write_rows_to_mend(current.session(), batch), f"wat-niet-kon-{batch.id}.xlsx")


def _shown(wanted: str, counts: dict[str, int]) -> str:
    if wanted in counts or wanted == DECIDED:
        return wanted
    return next((outcome.value for outcome in FIRST_SHOWN if counts[outcome.value]), RowOutcome.NEW.value)


def _columns(session: Session, batch: ImportBatch) -> list[str]:
    """The columns in which somebody may say that the list wins: those of the first row of each sheet."""
    first = select(func.min(ImportRow.id)).where(ImportRow.batch_id == batch.id).group_by(ImportRow.sheet)
    rows = session.scalars(select(ImportRow.cells).where(ImportRow.id.in_(first)))
    return list(dict.fromkeys(column for cells in rows for column in cells))
