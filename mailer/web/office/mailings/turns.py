"""Several people at one draft: whose turn it is, taking over, and where the words go of who wrote out of turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import flash, jsonify, request
from werkzeug.wrappers import Response

from mailer.foundation.language import gettext as _
from mailer.mailings.drafts.contents import Content, content_of, mark_of
from mailer.mailings.drafts.taking_turns import take_turn, whose_turn
from mailer.mailings.drafts.undoing import keep_aside, keep_step
from mailer.mailings.models import Mailing
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, go, is_draft, note_change, screens, wants_moment

# A form tells with this what it was opened with.
MARK = "seen"


@screens.post("/mailings/<int:mailing_id>/beurt")
@may(Action.COMPOSE)
def keep_turn(mailing_id: int) -> Response:
    """Keep one's turn while the page is open, or take one that is free; say whose it is and when the draft changed."""
    mailing = find_mailing(mailing_id)
    if not is_draft(mailing):
        return jsonify(draft=False)
    writing = take_turn(current.session(), mailing, by=current.operator(), now=current.now())
    mine = writing.id == current.operator().id
    return jsonify(
        draft=True, mine=mine, sentence="" if mine else _taken_by(writing.shown_name), changed=_changed(mailing)
    )


@screens.post("/mailings/<int:mailing_id>/neem-over")
@may(Action.COMPOSE)
def take_over(mailing_id: int) -> Response:
    """Take the turn from who has it."""
    mailing, session, now = find_mailing(mailing_id), current.session(), current.now()
    before = whose_turn(session, mailing, now=now)
    take_turn(session, mailing, by=current.operator(), now=now, over=True)
    note(session, current.operator(), "mailing-taken-over", mailing, now=now, note=before.shown_name if before else "")
    flash(_("Jij schrijft nu. Alles wat er stond, is er nog."), "good")
    return go("content", mailing)


def why_not_now(mailing: Mailing, stands: Mapping[str, Any] | None = None) -> str:
    """Return why this form is not kept now: another's turn, or the place changed under it (``stands``). Empty: it is.

    Asking takes the turn when it is free.
    """
    writing = take_turn(current.session(), mailing, by=current.operator(), now=current.now())
    if writing.id != current.operator().id:
        return _taken_by(writing.shown_name)
    opened_with = request.form.get(MARK, "")
    if stands is not None and opened_with and opened_with != mark_of(stands):
        return _("Dit is intussen in een ander venster veranderd.")
    return ""


@contextmanager
def a_step(mailing: Mailing, deed: str, *, place: object = "") -> Iterator[None]:
    """Make what happens inside one step that can be undone; nothing is kept when nothing changed."""
    before = content_of(mailing)
    yield
    if content_of(mailing) != before:
        session, by, now = current.session(), current.operator(), current.now()
        keep_step(session, mailing, before, deed, place=str(place), now=now, by=by)
        note_change(mailing)


def put_aside(mailing: Mailing, why: str, content: Content, deed: str, *, place: object = "") -> Response:
    """Keep the words in the history of the draft, and say so: nobody's words get lost."""
    keep_aside(current.session(), mailing, content, deed, place=str(place), now=current.now(), by=current.operator())
    sentence = f"{why} {_('Wat jij schreef, staat bij Eerdere versies.')}"
    if wants_moment():
        return jsonify(overtaken=sentence)
    flash(sentence, "care")
    return go("content", mailing, blok=place or None)


def not_now(mailing: Mailing, why: str) -> Response:
    """Say why nothing was done."""
    flash(why, "care")
    return go("content", mailing)


def _taken_by(name: str) -> str:
    return _("%(name)s is nu in deze mailing bezig.", name=name)


def _changed(mailing: Mailing) -> str:
    return mailing.changed_at.isoformat()
