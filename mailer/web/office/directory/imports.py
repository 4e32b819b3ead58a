"""Reading in a list: upload, look at what it would do, apply. And the rows that could not be read, to mend outside."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.comparing import compare, row_name, row_text
from mailer.directory.exporting import directory_tables
from mailer.directory.importing import apply_list, counts_sentence, try_list
from mailer.directory.mending import write_rows_to_mend
from mailer.directory.models import ImportBatch, RowOutcome
from mailer.directory.queries import get_row
from mailer.directory.queries.imports import batches, outcome_counts, rows_of
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory.tabs import directory_tabs
from mailer.web.office.states import State
from mailer.web.pages import page_number, turn_to
from mailer.wire.sheets import write_xlsx

screens = office_blueprint("imports", __name__)
DOUBTS_PER_PAGE = 20
# What somebody wants to see first: what is theirs to do.
FIRST_SHOWN = (
    RowOutcome.DOUBTFUL,
    RowOutcome.REJECTED,
    RowOutcome.CHANGED,
    RowOutcome.NEW,
    RowOutcome.SAME,
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screens.get("/adresboek/inlezen")
@may(Action.IMPORT)
def index() -> str:
    """Show where a list is chosen, and the lists before it."""
    return _index(Filled.of({}))


@screens.post("/adresboek/inlezen")
@may(Action.IMPORT)
def upload() -> Response | tuple[str, int]:
    """Try a list: keep its report, change nothing in the directory."""
    filled = Filled(request.form)
    chosen = request.files.get("list")
    if chosen is None or not chosen.filename:
        filled.wrong("list", _("Kies eerst een bestand."))
        return _index(filled), 422
    try:
        batch = try_list(
            current.session(), chosen.read(), file_name=chosen.filename, now=current.now(), by=current.operator()
        )
    except BadInput as problem:
        filled.wrong("list", problem.sentence)
        return _index(filled), 422
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


@screens.get("/adresboek/inlezen/<int:batch_id>")
@may(Action.IMPORT)
def show(batch_id: int) -> str:
    """Show what a list would do, or did: the sum, and its rows by how they ended."""
    session, batch = current.session(), _find(batch_id)
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
        mail_url=url_for("mailboxes.index", mail="no_basis"),
    )


@screens.post("/adresboek/inlezen/<int:batch_id>/toepassen")
@may(Action.IMPORT)
def apply(batch_id: int) -> Response:
    """Apply the list, when it still does what the report says."""
    session, batch = current.session(), _find(batch_id)
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
    batch = _find(batch_id)
    return _workbook(write_rows_to_mend(current.session(), batch), f"wat-niet-kon-{batch.id}.xlsx")


@screens.post("/adresboek/meenemen")
@may(Action.IMPORT)
def take_out() -> Response:
    """Give the whole directory as a workbook; who took it out stands in the logbook, so this is a POST."""
    session, now = current.session(), current.now()
    note(session, current.operator(), "directory-exported", now=now)
    data = write_xlsx(directory_tables(session, today=today(now)))
    return _workbook(data, f"adresboek-{today(now).isoformat()}.xlsx")


def batch_state(batch: ImportBatch) -> State:
    """Return how far an import is."""
    return State(_("Toegepast"), "check", "good") if batch.applied_at else State(_("Proef klaar"), "question", "care")


def _workbook(data: bytes, name: str) -> Response:
    answer = FlaskResponse(data, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _index(filled: Filled) -> str:
    session = current.session()
    page = turn_to(session, batches(), page_number(request.args.get("bladzijde")), per_page=20)
    return render_template(
        "office/directory/imports.html",
        filled=filled,
        page=page,
        page_url=lambda number: url_for("imports.index", bladzijde=number),
        counts=outcome_counts(session, [batch.id for batch in page.rows]),
        state_of=batch_state,
        limit=current.settings().upload_limit_bytes // (1024 * 1024),
        tabs=directory_tabs("imports.index"),
    )


def _find(batch_id: int) -> ImportBatch:
    return get_row(current.session(), ImportBatch, batch_id)


def _shown(wanted: str, counts: dict[str, int]) -> RowOutcome:
    if wanted in counts:
        return RowOutcome(wanted)
    return next((outcome for outcome in FIRST_SHOWN if counts[outcome.value]), RowOutcome.NEW)
