"""Step 2, Ontvangers: who gets the mail, in a sentence and in numbers, and who does not and why."""

from __future__ import annotations

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from mailer.audiences.models import Segment
from mailer.audiences.queries import segment_of_slug, segments
from mailer.deliveries.showing.differing import Difference, difference
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.drafts import composing
from mailer.mailings.drafts.contents import content_of
from mailer.mailings.models import Mailing
from mailer.mailings.purpose import purpose_of
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.audiences import Builder, Shown, show_audience
from mailer.web.office.audiences.downloading import give_lists
from mailer.web.office.mailings.room import RECIPIENTS, find_mailing, go, screens, step_page
from mailer.web.office.mailings.turns import a_step, put_aside, why_not_now


@screens.get("/mailings/<int:mailing_id>/ontvangers")
@may(Action.LOOK)
def recipients(mailing_id: int) -> str:
    """Show whom the mailing goes to; ``selectie`` begins with a saved selection, and keeps nothing yet."""
    mailing = find_mailing(mailing_id)
    slug = request.args.get("selectie", "")
    begun = segment_of_slug(current.session(), slug) if slug else None
    return _page(mailing, Builder.from_audience(begun.audience if begun else mailing.audience), begun=begun)


@screens.post("/mailings/<int:mailing_id>/ontvangers/bouwen")
@may(Action.COMPOSE)
def try_recipients(mailing_id: int) -> str:
    """Work in the builder: a clause more or less, another list, counting again. Nothing is kept yet."""
    return _page(find_mailing(mailing_id), Builder.from_form(request.form))


@screens.post("/mailings/<int:mailing_id>/ontvangers/tel")
@may(Action.LOOK)
@current.only_reads
def count_recipients(mailing_id: int) -> str:
    """Give the numbers for the form as it is now; the page asks while somebody chooses."""
    builder = Builder.from_form(request.form)
    mailing = find_mailing(mailing_id)
    return render_template(
        "office/mailings/recipients_answer.html",
        mailing=mailing,
        builder=builder,
        shown=_shown(mailing, builder),
        difference=_difference(mailing, builder),
    )


@screens.post("/mailings/<int:mailing_id>/ontvangers/download")
@may(Action.EXPORT)
def download_recipients(mailing_id: int) -> Response:
    """Give the lists behind the numbers, as the gate answers for this mailing."""
    mailing = find_mailing(mailing_id)
    builder = Builder.from_form(request.form)
    return give_lists(builder, builder.audience(current.session()), purpose_of(mailing))


@screens.post("/mailings/<int:mailing_id>/ontvangers")
@may(Action.COMPOSE)
def choose_recipients(mailing_id: int) -> Response | tuple[str, int]:
    """Keep who was chosen."""
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    builder = Builder.from_form(request.form)
    try:
        audience = builder.audience(session)
    except BadInput as problem:
        filled = Filled(request.form)
        filled.refuse(problem)
        return _page(mailing, builder, filled=filled), 422
    if why := why_not_now(mailing):
        return put_aside(mailing, why, {**content_of(mailing), "audience": audience}, "recipients")
    with a_step(mailing, "recipients"):
        composing.change_mailing(session, mailing, now=now, audience=audience)
    note(session, current.operator(), "recipients-chosen", mailing, now=now)
    flash(_("De ontvangers zijn bewaard."), "good")
    return go("recipients", mailing)


def _page(mailing: Mailing, builder: Builder, *, begun: Segment | None = None, filled: Filled | None = None) -> str:
    return step_page(
        "recipients.html",
        mailing,
        RECIPIENTS,
        builder=builder,
        shown=_shown(mailing, builder),
        segments=[(one.slug, one.name) for one in segments(current.session())],
        begun=begun,
        filled=filled,
        difference=_difference(mailing, builder),
    )


def _difference(mailing: Mailing, builder: Builder) -> Difference | None:
    """The difference from the previous mailing for who is chosen now; None while that is not good yet."""
    if mailing.topic is None or builder.is_empty:
        return None
    try:
        audience = builder.audience(current.session())
    except BadInput:
        return None
    return difference(current.session(), mailing, now=current.now(), audience=audience)


def _shown(mailing: Mailing, builder: Builder) -> Shown:
    return show_audience(current.session(), builder, now=current.now(), purpose=purpose_of(mailing))
