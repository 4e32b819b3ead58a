"""Deciding rows that wait, a page at a time; and choosing again, or letting the list win, for one row."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from mailer.directory.importing import try_batch
from mailer.directory.importing.choices.choosing import decide, let_list_win
from mailer.directory.importing.choices.decisions import ALL_COLUMNS, UNDECIDED, Decision
from mailer.directory.models import ImportBatch, ImportDeed, ImportRow
from mailer.directory.queries import get_row
from mailer.directory.queries.imports import outcome_counts
from mailer.foundation.clock import today
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.imports.choices_of_rows import doubt_of, read_decision, words_of
from mailer.web.office.directory.imports.progress import is_long, let_a_worker
from mailer.web.office.directory.imports.room import find_batch, screens


@screens.post("/adresboek/inlezen/<int:batch_id>/twijfels")
@may(Action.IMPORT)
def decide_doubts(batch_id: int) -> Response:
    """Keep the choices of a page of doubts, and try the list again with them."""
    session, batch = current.session(), find_batch(batch_id)
    shown = [int(number) for number in request.form.getlist("row") if number.isdecimal()]
    rows = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.id.in_(shown)))
    words = words_of(session, batch)
    doubts = [doubt_of(session, row, words, today=today(current.now())) for row in rows]
    decisions = {doubt.row.id: read_decision(request.form, doubt) for doubt in doubts}
    chosen = {row_id: decision for row_id, decision in decisions.items() if decision}
    if not chosen:
        flash(_("Er is nog niets gekozen."), "care")
        return _back(batch, "doubtful")
    if busy := _try_with(batch, chosen):
        return busy
    left = outcome_counts(session, [batch.id])[batch.id]["doubtful"]
    kept = ngettext("%(n)s keuze bewaard.", "%(n)s keuzes bewaard.", len(chosen))
    wait = ngettext("Nog %(n)s twijfel.", "Nog %(n)s twijfels.", left) if left else _("Er is geen twijfel meer.")
    flash(f"{kept} {wait}", "good")
    return _back(batch, "doubtful" if left else "decided")


@screens.post("/adresboek/inlezen/<int:batch_id>/rij/<int:row_id>/opnieuw")
@may(Action.IMPORT)
def choose_again(batch_id: int, row_id: int) -> Response:
    """Forget what was chosen for a row, and ask again."""
    batch = find_batch(batch_id)
    return _try_with(batch, {_find_row(batch, row_id).id: UNDECIDED}) or _back(batch, "doubtful")


@screens.post("/adresboek/inlezen/<int:batch_id>/rij/<int:row_id>/lijst-wint")
@may(Action.IMPORT)
def let_row_win(batch_id: int, row_id: int) -> Response:
    """Take over what the list says in this row, also where it was changed by hand."""
    batch = find_batch(batch_id)
    if busy := _try_with(batch, {_find_row(batch, row_id).id: Decision(wins=True)}):
        return busy
    flash(_("In deze rij wint de lijst."), "good")
    return _back(batch, "decided")


@screens.post("/adresboek/inlezen/<int:batch_id>/lijst-wint")
@may(Action.IMPORT)
def let_columns_win(batch_id: int) -> Response:
    """Say in which columns the list wins, and try the list again."""
    batch = find_batch(batch_id)
    columns = [ALL_COLUMNS] if ALL_COLUMNS in request.form.getlist("column") else request.form.getlist("column")
    let_list_win(current.session(), batch, columns)
    if busy := _try_again(batch):
        return busy
    flash(_("De proef is opnieuw gedaan."), "good")
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _try_with(batch: ImportBatch, decisions: dict[int, Decision]) -> Response | None:
    decide(current.session(), batch, decisions, now=current.now(), by=current.operator())
    return _try_again(batch)


def _try_again(batch: ImportBatch) -> Response | None:
    """A long list is for a worker: then the answer is the page that shows how far it is."""
    if is_long(batch):
        return let_a_worker(batch, ImportDeed.TRY)
    try_batch(current.session(), batch, now=current.now(), by=current.operator())
    return None


def _find_row(batch: ImportBatch, row_id: int) -> ImportRow:
    row = get_row(current.session(), ImportRow, row_id)
    if row.batch_id != batch.id:
        raise NotFound(_("Dit staat niet (meer) in het adresboek."))
    return row


def _back(batch: ImportBatch, shown: str) -> Response:
    return redirect(url_for("imports.show", batch_id=batch.id, toon=shown) + "#rijen", 303)
