"""Sjablonen: blocks and whole mailings that staff keeps to use again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import block_words
from mailer.mailings.drafts import keeping
from mailer.mailings.models import MailingTemplate, Snippet
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings.block_forms import first_field
from mailer.web.office.mailings.composing import ADDED
from mailer.web.office.mailings.room import find_mailing, go, kind_of, screens
from mailer.web.office.mailings.turns import a_step, not_now, why_not_now
from mailer.web.office.mailings.working_on_blocks import find_block


@screens.get("/mailings/sjablonen")
@may(Action.LOOK)
def kept_pieces() -> str:
    """Show what is kept."""
    session = current.session()
    return render_template(
        "office/mailings/kept.html",
        templates=[(one, kind_of(one.kind)) for one in keeping.templates(session)],
        snippets=[(one, block_words(one.type)) for one in keeping.snippets(session)],
    )


@screens.post("/mailings/<int:mailing_id>/blokken/<int:block_id>/bewaar")
@may(Action.COMPOSE)
def keep_block(mailing_id: int, block_id: int) -> Response:
    """Keep a copy of this block."""
    mailing = find_mailing(mailing_id)
    block = find_block(mailing, block_id)
    name = Filled(request.form).text("name", longest=keeping.LONGEST_NAME + 1)
    try:
        keeping.keep_snippet(current.session(), block, name=name, now=current.now(), by=current.operator())
        flash(_("“%(name)s” is bewaard. Je vindt het bij Blok erbij.", name=name), "good")
    except BadInput as problem:
        flash(problem.sentence, "wrong")
    return go("content", mailing, blok=block.id, _anchor="bewerken")


@screens.post("/mailings/<int:mailing_id>/bewaarde-blokken/<int:snippet_id>")
@may(Action.COMPOSE)
def use_block(mailing_id: int, snippet_id: int) -> Response:
    """Put a copy of a kept block in the draft, below the one that was open."""
    session, mailing = current.session(), find_mailing(mailing_id)
    if why := why_not_now(mailing):
        return not_now(mailing, why)
    kept = keeping.find_kept(session, Snippet, snippet_id)
    places = [str(block.id) for block in mailing.blocks]
    after = request.form.get("after", "")
    position = places.index(after) + 1 if after in places else None
    with a_step(mailing, "added"):
        block = keeping.use_snippet(session, mailing, kept, now=current.now(), position=position)
    return go("content", mailing, blok=block.id, gedaan=ADDED, _anchor=first_field(block))


@screens.post("/mailings/<int:mailing_id>/sjabloon")
@may(Action.COMPOSE)
def keep_mailing(mailing_id: int) -> Response:
    """Keep what this mailing says as a template."""
    mailing = find_mailing(mailing_id)
    name = Filled(request.form).text("name", longest=keeping.LONGEST_NAME + 1)
    try:
        keeping.keep_template(current.session(), mailing, name=name, now=current.now(), by=current.operator())
        flash(_("“%(name)s” is bewaard. Je vindt het bij Nieuwe mailing.", name=name), "good")
    except BadInput as problem:
        flash(problem.sentence, "wrong")
    return go("content", mailing)


@screens.post("/mailings/sjablonen/<int:template_id>")
@may(Action.COMPOSE)
def begin_with(template_id: int) -> Response:
    """Begin a mailing with what a template says."""
    session = current.session()
    template = keeping.find_kept(session, MailingTemplate, template_id)
    mailing = keeping.begin_from(session, template, now=current.now(), by=current.operator())
    return go("content", mailing)


@screens.post("/mailings/sjablonen/<int:template_id>/weg")
@may(Action.COMPOSE)
def forget_template(template_id: int) -> Response:
    """Throw a template away."""
    return _forget(keeping.find_kept(current.session(), MailingTemplate, template_id))


@screens.post("/mailings/bewaarde-blokken/<int:snippet_id>/weg")
@may(Action.COMPOSE)
def forget_block(snippet_id: int) -> Response:
    """Throw a kept block away."""
    return _forget(keeping.find_kept(current.session(), Snippet, snippet_id))


def _forget(kept: Snippet | MailingTemplate) -> Response:
    flash(_("“%(name)s” is weg. Mailings die ermee gemaakt zijn, blijven zoals ze zijn.", name=kept.name), "good")
    keeping.forget(current.session(), kept, now=current.now(), by=current.operator())
    return redirect(url_for("mailings.kept_pieces"), 303)
