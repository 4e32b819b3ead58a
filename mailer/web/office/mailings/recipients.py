"""Step 2, Ontvangers: who gets the mail, in a sentence and in numbers, and who does not and why."""

from __future__ import annotations

from flask import flash, request
from werkzeug.wrappers import Response

from mailer.audiences.explaining import audience_sentence
from mailer.audiences.queries import segment_of_slug, segments
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings import composing
from mailer.mailings.models import Mailing
from mailer.staff.roles import Action
from mailer.subscriptions.permission import say_refusal
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings.room import RECIPIENTS, find_mailing, go, screens, step_page
from mailer.web.office.mailings.sending import counted


@screens.get("/mailings/<int:mailing_id>/ontvangers")
@may(Action.LOOK)
def recipients(mailing_id: int) -> str:
    """Show whom the mailing goes to."""
    return _page(find_mailing(mailing_id), Filled(request.args))


@screens.post("/mailings/<int:mailing_id>/ontvangers")
@may(Action.COMPOSE)
def choose_recipients(mailing_id: int) -> Response | tuple[str, int]:
    """Take a saved selection."""
    session = current.session()
    mailing = find_mailing(mailing_id)
    filled = Filled(request.form)
    slug = filled.one_of("segment", [one.slug for one in segments(session)], needed=_("Kies een selectie."))
    if slug is None:
        return _page(mailing, filled), 422
    composing.change_mailing(session, mailing, now=current.now(), audience=segment_of_slug(session, slug).audience)
    flash(_("De ontvangers zijn gekozen."), "good")
    return go("recipients", mailing)


def _page(mailing: Mailing, filled: Filled) -> str:
    session = current.session()
    sentence, problem = _sentence(mailing)
    numbers = counted(mailing)
    return step_page(
        "recipients.html",
        mailing,
        RECIPIENTS,
        filled=filled,
        segments=[(one.slug, one.name) for one in segments(session)],
        sentence=sentence,
        problem=problem,
        numbers=numbers,
        refused=[(say_refusal(reason), amount) for reason, amount in numbers.refused.items()] if numbers else [],
    )


def _sentence(mailing: Mailing) -> tuple[str, str]:
    if not mailing.audience:
        return "", ""
    try:
        return audience_sentence(current.session(), mailing.audience), ""
    except BadInput as problem:
        return "", problem.sentence
