"""Correcting a letter that was sent: write what was wrong, look at it, then put it on the web and draft a short letter.

Looking is a GET and keeps nothing; the button below it is the only thing that does.
"""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from mailer.audiences.showing.counting import count
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.checks.remarks import say_wrong_dates
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.published.correcting import correct, must_be_sent, read_words, suppose_letter
from mailer.mailings.published.webletters import corrections_of, for_everybody
from mailer.mailings.purpose import purpose_of
from mailer.staff.roles import Action
from mailer.subscriptions.permission import Refusal, say_refusal
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.letters import framed
from mailer.web.office.access import may
from mailer.web.office.mailings.previewing import example
from mailer.web.office.mailings.room import find_mailing, go, screens

ON_THE_WEB, SHORT_LETTER = "web", "mail"
UNDER_WAY = (MailingState.SENDING, MailingState.PAUSED, MailingState.HELD)


@screens.get("/mailings/<int:mailing_id>/verbetering")
@may(Action.LOOK)
def correction(mailing_id: int) -> str | tuple[str, int]:
    """Ask what was wrong; with words: show how it will look, and who gets the short letter. Keeps nothing."""
    mailing = find_mailing(mailing_id)
    must_be_sent(mailing)
    filled = Filled(request.args)
    said = _read(filled) if "words" in request.args else ""
    return _page(mailing, filled, said), 422 if filled.errors else 200


@screens.get("/mailings/<int:mailing_id>/verbetering/<which>")
@may(Action.LOOK)
def correction_shown(mailing_id: int, which: str) -> FlaskResponse:
    """Give the letter on the web with these words on top, or the short letter, for a frame."""
    mailing = find_mailing(mailing_id)
    must_be_sent(mailing)
    said = read_words(request.args.get("words", ""))
    if which == SHORT_LETTER:
        return framed(example(suppose_letter(mailing, said)).html)
    html = for_everybody(current.session(), mailing, now=current.now(), supposing=said)
    if which != ON_THE_WEB or html is None:
        abort(404)
    return framed(html)


@screens.post("/mailings/<int:mailing_id>/verbetering")
@may(Action.SEND)
def correct_it(mailing_id: int) -> Response | tuple[str, int]:
    """Put the correction on the web and, when that was ticked, draft the short letter."""
    mailing = find_mailing(mailing_id)
    filled = Filled(request.form)
    said = _read(filled)
    if filled.errors:
        return _page(mailing, filled, said), 422
    made = correct(
        current.session(),
        mailing,
        said,
        now=current.now(),
        by=current.operator(),
        with_letter=filled.is_ticked("with_letter"),
    )
    flash(_("De verbetering staat op het web."), "good")
    if made.letter is None or made.letter.state is not MailingState.DRAFT:
        return go("correction", mailing)
    flash(_("De korte mail staat klaar als concept. Lees hem na en verzend hem, of gooi hem weg."), "good")
    return go("content", made.letter)


def _read(filled: Filled) -> str:
    try:
        return read_words(filled.value("words"))
    except BadInput as problem:
        filled.refuse(problem)
        return ""


def _page(mailing: Mailing, filled: Filled, said: str) -> str:
    return render_template(
        "office/mailings/correction.html",
        mailing=mailing,
        filled=filled,
        said=said,
        before=corrections_of(current.session(), mailing),
        is_under_way=mailing.state in UNDER_WAY,
        wrong_dates=list(say_wrong_dates(said, now=current.now())),
        **(_who_gets_it(mailing, said) if said else {}),
    )


def _who_gets_it(mailing: Mailing, said: str) -> dict[str, object]:
    """How many get the short letter, and for whom it stays away, with why."""
    letter = suppose_letter(mailing, said)
    found = count(current.session(), letter.audience or {}, now=current.now(), purpose=purpose_of(letter))
    return {
        "mailable": found.mailable,
        "refused": [(say_refusal(Refusal(reason)), amount) for reason, amount in found.refused.items()],
    }
