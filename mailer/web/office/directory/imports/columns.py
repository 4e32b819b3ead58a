"""What the columns of a list are about: proposed, looked at, changed where it is not so. Then the list is tried."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.importing import choose_reading, look_at, try_batch
from mailer.directory.importing.columns.fields import field_choices, subject_choices
from mailer.directory.importing.columns.proposing import Proposal
from mailer.directory.models import ImportBatch, ImportDeed
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.directory.imports.choices import read_choices, word_choices
from mailer.web.office.directory.imports.progress import AT_ONCE, let_a_worker
from mailer.web.office.directory.imports.room import find_batch, screens


@screens.get("/adresboek/inlezen/<int:batch_id>/kolommen")
@may(Action.IMPORT)
def columns(batch_id: int) -> str | Response | tuple[str, int]:
    """Show the proposal: every column with what it would become, and the first rows."""
    batch = find_batch(batch_id)
    if batch.applied_at is not None:
        return redirect(url_for("imports.show", batch_id=batch.id), 303)
    return _page(batch, Filled.of({}))


@screens.post("/adresboek/inlezen/<int:batch_id>/kolommen")
@may(Action.IMPORT)
def choose_columns(batch_id: int) -> str | Response | tuple[str, int]:
    """Keep the choices; then show the columns again, or try the list."""
    session, batch = current.session(), find_batch(batch_id)
    filled = Filled(request.form)
    try:
        reading = read_choices(request.form, look_at(session, batch))
        choose_reading(session, batch, reading)
        if filled.value("deed") == "again":
            return redirect(url_for("imports.columns", batch_id=batch.id) + "#kolommen", 303)
        if look_at(session, batch).rows > AT_ONCE:
            return let_a_worker(batch, ImportDeed.TRY)
        try_batch(session, batch, now=current.now(), by=current.operator())
    except BadInput as problem:
        filled.wrong("", problem.sentence)
        return _page(batch, filled)
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _page(batch: ImportBatch, filled: Filled) -> str | Response | tuple[str, int]:
    try:
        proposal = look_at(current.session(), batch)
    except BadInput as problem:
        flash(problem.sentence, "wrong")
        return redirect(url_for("imports.index"), 303)
    page = render_template(
        "office/directory/import-columns.html",
        batch=batch,
        filled=filled,
        proposal=proposal,
        fields_of=field_choices,
        subjects=subject_choices(),
        encodings=_encodings(),
        separators=_separators(),
        words=word_choices(current.session()),
        questions=_questions(proposal),
    )
    return (page, 422) if filled.errors else page


def _questions(proposal: Proposal) -> list[tuple[str, str, list[object]]]:
    """The words to ask about, by sort, each sort with its own question."""
    headings = {
        "theme": _("Welk thema is dit?"),
        "neighbourhood": _("Welke wijk is dit?"),
        "kind": _("Welke soort organisatie is dit?"),
        "target_group": _("Welke doelgroep is dit?"),
        "role": _("Welke functie is dit?"),
    }
    asked = ((sort, heading, [one for one in proposal.words if one.sort == sort]) for sort, heading in headings.items())
    return [(sort, heading, list(words)) for sort, heading, words in asked if words]


def _encodings() -> list[tuple[str, str]]:
    return [
        ("utf-8", _("UTF-8 (nieuwe programma’s)")),
        ("cp1252", _("Windows (Excel)")),
        ("mac-roman", _("Mac, oud")),
        ("cp850", _("DOS, heel oud")),
        ("utf-16", _("UTF-16")),
    ]


def _separators() -> list[tuple[str, str]]:
    return [(";", _("puntkomma ;")), (",", _("komma ,")), ("\t", _("tab")), ("|", _("streep |"))]
