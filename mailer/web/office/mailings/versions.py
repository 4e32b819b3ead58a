"""Taking back what was changed in a draft, and its earlier versions: to look at, and to put back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import flash, request
from werkzeug.wrappers import Response

from mailer.foundation.errors import BadInput, Conflict, NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.drafts.contents import content_of
from mailer.mailings.drafts.supposing import suppose_content
from mailer.mailings.drafts.undoing import put_back, redo, say_deed, steps_of, undo
from mailer.mailings.models import DraftStep, Mailing, StepStanding
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.mailings.looking import COMPUTER, shown_as
from mailer.web.office.mailings.naming_steps import name_blocks
from mailer.web.office.mailings.previewing import example
from mailer.web.office.mailings.room import CONTENT, find_mailing, go, note_change, screens, step_page, url_of
from mailer.web.office.mailings.turns import not_now, why_not_now


@dataclass(frozen=True)
class Version:
    """An earlier version as the list shows it."""

    step: DraftStep
    deed: str
    # Which block it was about; empty when it was about none, or about several.
    block: str
    by: str
    # "Zo was het vóór", "Zo was het erna", or words that were not kept in the draft.
    which: str
    aside: bool
    frame: str


@screens.post("/mailings/<int:mailing_id>/ongedaan")
@may(Action.COMPOSE)
def undo_step(mailing_id: int) -> Response:
    """Take the last change back."""
    return _step_back(find_mailing(mailing_id), forward=False)


@screens.post("/mailings/<int:mailing_id>/opnieuw")
@may(Action.COMPOSE)
def redo_step(mailing_id: int) -> Response:
    """Do again what was taken back last."""
    return _step_back(find_mailing(mailing_id), forward=True)


@screens.get("/mailings/<int:mailing_id>/versies")
@may(Action.LOOK)
def versions(mailing_id: int) -> str:
    """Show what the draft said before, newest first."""
    mailing = find_mailing(mailing_id)
    steps = steps_of(current.session(), mailing)
    named = name_blocks(steps, content_of(mailing))
    listed = [_version(mailing, step, named.get(step.id, "")) for step in steps]
    shown = next((one for one in listed if str(one.step.id) == request.args.get("kijk")), None)
    return step_page("versions.html", mailing, CONTENT, versions=listed, shown=shown)


@screens.get("/mailings/<int:mailing_id>/versies/<int:step_id>")
@may(Action.LOOK)
def version(mailing_id: int, step_id: int) -> FlaskResponse:
    """Give the letter of an earlier version for a frame."""
    mailing = find_mailing(mailing_id)
    step = _find(mailing, step_id)
    return shown_as(example(suppose_content(current.session(), mailing, step.content)), COMPUTER)


@screens.post("/mailings/<int:mailing_id>/versies/<int:step_id>/terug")
@may(Action.COMPOSE)
def put_version_back(mailing_id: int, step_id: int) -> Response:
    """Let the draft say what it said then; what it says now becomes an earlier version."""
    mailing = find_mailing(mailing_id)
    if why := why_not_now(mailing):
        return not_now(mailing, why)
    step = _find(mailing, step_id)
    put_back(current.session(), mailing, step, now=current.now(), by=current.operator())
    note_change(mailing)
    flash(_("De eerdere versie staat er weer. Wat er net stond, is nu een eerdere versie."), "good")
    return go("content", mailing)


def _step_back(mailing: Mailing, *, forward: bool) -> Response:
    if why := why_not_now(mailing):
        return not_now(mailing, why)
    try:
        step = (redo if forward else undo)(current.session(), mailing, now=current.now())
    except (BadInput, Conflict) as problem:
        return not_now(mailing, problem.sentence)
    note_change(mailing)
    said = _("Opnieuw gedaan: %(deed)s.") if forward else _("Ongedaan gemaakt: %(deed)s.")
    flash(said % {"deed": say_deed(step.deed).lower()}, "good")
    return go("content", mailing, blok=step.place or None, _anchor="bewerken")


def _find(mailing: Mailing, step_id: int) -> DraftStep:
    step = current.session().get(DraftStep, step_id)
    if step is None or step.mailing_id != mailing.id:
        raise NotFound(_("Deze versie is er niet (meer)."))
    return step


def _version(mailing: Mailing, step: DraftStep, block: str) -> Version:
    which = {
        StepStanding.DONE: _("Zo was het daarvoor"),
        StepStanding.UNDONE: _("Ongedaan gemaakt; zo was het erna"),
        StepStanding.ASIDE: _("Niet in de mailing gekomen"),
    }[step.standing]
    by = step.operator.shown_name if step.operator else _("iemand die hier niet meer werkt")
    aside = step.standing is StepStanding.ASIDE
    return Version(step, say_deed(step.deed), block, by, which, aside, url_of("version", mailing, step_id=step.id))
