"""Reading in a list: choose it, and see the lists before it. And the other way: the directory as a file."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.exporting import directory_tables
from mailer.directory.importing import receive_list
from mailer.directory.queries.imports import batches, outcome_counts
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import batch_state, screens, workbook
from mailer.web.office.directory.tabs import directory_tabs
from mailer.web.pages import page_number, turn_to
from mailer.wire.sheets import write_xlsx


@screens.get("/adresboek/inlezen")
@may(Action.IMPORT)
def index() -> str:
    """Show where a list is chosen, and the lists before it."""
    return _index(Filled.of({}))


@screens.post("/adresboek/inlezen")
@may(Action.IMPORT)
def upload() -> Response | tuple[str, int]:
    """Keep a list that can be read, and ask what its columns are about."""
    filled = Filled(request.form)
    chosen = request.files.get("list")
    if chosen is None or not chosen.filename:
        filled.wrong("list", _("Kies eerst een bestand."))
        return _index(filled), 422
    try:
        batch = receive_list(
            current.session(), chosen.read(), file_name=chosen.filename, now=current.now(), by=current.operator()
        )
    except BadInput as problem:
        filled.wrong("list", problem.sentence)
        return _index(filled), 422
    return redirect(url_for("imports.columns", batch_id=batch.id), 303)


@screens.post("/adresboek/meenemen")
@may(Action.IMPORT)
def take_out() -> Response:
    """Give the whole directory as a workbook; who took it out stands in the logbook, so this is a POST."""
    session, now = current.session(), current.now()
    note(session, current.operator(), "directory-exported", now=now)
    data = write_xlsx(directory_tables(session, today=today(now)))
    return workbook(data, f"adresboek-{today(now).isoformat()}.xlsx")


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
