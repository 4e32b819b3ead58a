"""What a list would do, or did: the sum and its rows, applying it, and the rows to mend outside."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.comparing import compare, row_name, row_text
from mailer.directory.importing import apply_list, can_be_undone, counts_sentence
from mailer.directory.importing.undoing import undoable_until
from mailer.directory.mending import write_rows_to_mend
from mailer.directory.models import RowOutcome
from mailer.directory.queries.imports import outcome_counts, rows_of
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import find_batch, screens, workbook
from mailer.web.pages import page_number, turn_to

DOUBTS_PER_PAGE = 20
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
    if batch.tried_at is None:
        return redirect(url_for("imports.columns", batch_id=batch.id), 303)
    counts = outcome_counts(session, [batch.id])[batch.id]
    shown = _shown(request.args.get("toon", ""), counts)
    page = turn_to(
        session,
        rows_of(batch, shown),
        page_number(request.args.get("bladzijde")),
        per_page=DOUBTS_PER_PAGE if shown is RowOutcome.DOUBTFUL else 50,
    )
    doubts = page.rows if shown is RowOutcome.DOUBTFUL else ()
    return render_template(
        "office/directory/import.html",
        batch=batch,
        counts=counts,
        total=sum(counts.values()),
        shown=shown.value,
        page=page,
        page_url=lambda number: url_for("imports.show", batch_id=batch.id, toon=shown.value, bladzijde=number),
        name_of=row_name,
        text_of=row_text,
        beside={row.id: compare(session, row, today=today(current.now())) for row in doubts},
        undo_url=url_for("imports.undo", batch_id=batch.id) if can_be_undone(session, batch) else "",
        undo_until=undoable_until(batch),
        mail_url=url_for("mailboxes.index", mail="no_basis"),
    )


@screens.post("/adresboek/inlezen/<int:batch_id>/toepassen")
@may(Action.IMPORT)
def apply(batch_id: int) -> Response:
    """Apply the list, when it still does what the report says."""
    session, batch = current.session(), find_batch(batch_id)
    if apply_list(session, batch, now=current.now(), by=current.operator()):
        flash(_("Toegepast.") + " " + counts_sentence(outcome_counts(session, [batch.id])[batch.id]), "good")
    else:
        flash(
            _("Het adresboek is intussen veranderd. Dit is de nieuwe proef. Kijk hem na, en pas hem dan toe."), "care"
        )
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


@screens.get("/adresboek/inlezen/<int:batch_id>/wat-niet-kon.xlsx")
@may(Action.IMPORT)
def rows_to_mend(batch_id: int) -> Response:
    """Give the rows that wait or were rejected as a workbook, each with the reason, to mend and upload again."""
    batch = find_batch(batch_id)
    return workbook(write_rows_to_mend(current.session(), batch), f"wat-niet-kon-{batch.id}.xlsx")


def _shown(wanted: str, counts: dict[str, int]) -> RowOutcome:
    if wanted in counts:
        return RowOutcome(wanted)
    return next((outcome for outcome in FIRST_SHOWN if counts[outcome.value]), RowOutcome.NEW)
