"""Blocks: add one, change it, move it, copy it, take it out. Each is a POST that works without a script."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request
from werkzeug.wrappers import Response

from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings import pictures
from mailer.mailings.blocks import BLOCK_TYPES
from mailer.mailings.drafts import composing
from mailer.mailings.drafts.contents import content_of
from mailer.mailings.drafts.supposing import suppose_block
from mailer.mailings.drafts.undoing import keep_aside
from mailer.mailings.models import Block, Mailing
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings import block_forms, variant_forms
from mailer.web.office.mailings.composing import (
    ADDED,
    COPIED,
    LETTERHEAD,
    LIST,
    MOVED,
    NEW_BLOCK,
    REMOVED,
    content_page,
    kept,
    refused,
)
from mailer.web.office.mailings.reading_along import reads_as
from mailer.web.office.mailings.room import find_mailing, go, screens
from mailer.web.office.mailings.turns import MARK, a_step, not_now, put_aside, why_not_now

STEPS = {"omhoog": "moved", "omlaag": "moved", "kopie": "copied", "weg": "removed"}


@screens.post("/mailings/<int:mailing_id>/blokken")
@may(Action.COMPOSE)
def add_block(mailing_id: int) -> Response | tuple[str, int]:
    """Add an empty block below the one that was open, and open it."""
    mailing = find_mailing(mailing_id)
    filled = Filled(request.form)
    kind = filled.one_of("type", list(BLOCK_TYPES), needed=_("Kies een soort blok."))
    if kind is None:
        return content_page(mailing, opened=NEW_BLOCK, filled=filled), 422
    after = next((block for block in mailing.blocks if str(block.id) == filled.value("after")), None)
    position = mailing.blocks.index(after) + 1 if after is not None else None
    if why := why_not_now(mailing):
        return not_now(mailing, why)
    with a_step(mailing, "added"):
        block = composing.add_block(current.session(), mailing, {"type": kind}, now=current.now(), position=position)
    return go("content", mailing, blok=block.id, gedaan=ADDED, _anchor=block_forms.first_field(block))


@screens.post("/mailings/<int:mailing_id>/blokken/<int:block_id>")
@may(Action.COMPOSE)
def save_block(mailing_id: int, block_id: int) -> Response | tuple[str | Response, int]:
    """Keep what was filled in."""
    mailing = find_mailing(mailing_id)
    block = find_block(mailing, block_id)
    if answer := _keep_typed(mailing, block):
        return answer
    summary, reading = block_forms.summary(block), reads_as(block)
    more = variant_forms.added_language(Filled(request.form))
    anchor = block_forms.first_field(block, more) if more else "bewerken"
    return kept(mailing, opened=str(block.id), summary=summary, stands=block.fields, reading=reading, anchor=anchor)


@screens.post("/mailings/<int:mailing_id>/blokken/<int:block_id>/<deed>")
@may(Action.COMPOSE)
def arrange_block(mailing_id: int, block_id: int, deed: str) -> Response | tuple[str | Response, int]:
    """Move a block up or down, copy it, or take it out."""
    mailing = find_mailing(mailing_id)
    block = find_block(mailing, block_id)
    if deed not in STEPS:
        abort(404)
    if why := why_not_now(mailing):
        return not_now(mailing, why)
    if deed == "weg":
        return _take_out(mailing, block)
    return _copy(mailing, block) if deed == "kopie" else _move(mailing, block, deed)


@screens.post("/mailings/<int:mailing_id>/blokken/<int:block_id>/plek")
@may(Action.COMPOSE)
def place_block(mailing_id: int, block_id: int) -> Response:
    """Put a block where it was dragged to; with the keyboard one moves it up and down."""
    mailing = find_mailing(mailing_id)
    block = find_block(mailing, block_id)
    filled = Filled(request.form)
    at = filled.number("at")
    if why := why_not_now(mailing):
        return not_now(mailing, why)
    if at is None:
        return go("content", mailing)
    with a_step(mailing, "moved"):
        composing.place_block(current.session(), block, at=at, now=current.now())
    return _to_the_list(mailing, LETTERHEAD, moved=block)


def _take_out(mailing: Mailing, block: Block) -> Response:
    """Take a block out, and go on where it was asked for: among the blocks, or in the check."""
    if MARK in request.form:
        _remember_typed(mailing, block)
    at = mailing.blocks.index(block)
    with a_step(mailing, STEPS["weg"]):
        composing.remove_block(current.session(), block, now=current.now())
    if request.form.get("back") == "check":
        flash(_("Het blok is weg. Vergissing? Kies bij Inhoud “Maak ongedaan”."), "good")
        return go("check", mailing, _anchor="uitkomst")
    return go("content", mailing, gedaan=REMOVED, plek=at, _anchor=_beside(mailing, at))


def _beside(mailing: Mailing, at: int) -> str:
    """Where the keyboard goes on when the block that stood at ``at`` is gone: the next one, the last, or adding one."""
    return f"pak-{mailing.blocks[min(at, len(mailing.blocks) - 1)].id}" if mailing.blocks else "blok-erbij"


def _copy(mailing: Mailing, block: Block) -> Response | tuple[str | Response, int]:
    """Copy a block as it stands in the form; what was refused there comes back first."""
    if MARK in request.form and (answer := _keep_typed(mailing, block)):
        return answer
    with a_step(mailing, STEPS["kopie"]):
        copy = composing.duplicate_block(current.session(), block, now=current.now())
    return go("content", mailing, blok=copy.id, gedaan=COPIED, _anchor=block_forms.first_field(copy))


def _move(mailing: Mailing, block: Block, deed: str) -> Response:
    with a_step(mailing, STEPS[deed]):
        composing.move_block(current.session(), block, by=-1 if deed == "omhoog" else 1, now=current.now())
    return _to_the_list(mailing, block.id, moved=block, pressed=deed)


def _to_the_list(mailing: Mailing, opened: object, *, moved: Block, pressed: str = "") -> Response:
    """Go on where the blocks were moved: in the list, also on a phone; beside it what was open stays open.

    The button that was pressed is found again where the block stands now; at the edge its neighbour is.
    """
    at = mailing.blocks.index(moved)
    if at in (0, len(mailing.blocks) - 1):
        pressed = pressed and ("omlaag" if at == 0 else "omhoog")
    anchor = f"{pressed}-{moved.id}" if pressed and len(mailing.blocks) > 1 else f"pak-{moved.id}"
    stays = request.form.get("stay") or opened
    return go("content", mailing, blok=stays, deel=LIST, gedaan=MOVED, om=moved.id, _anchor=anchor)


def _keep_typed(mailing: Mailing, block: Block) -> Response | tuple[str | Response, int] | None:
    """Keep what was filled in. Something to answer at once means that it was not kept."""
    filled = Filled(request.form)
    try:
        fields = block_forms.fields_from(filled, block)
        fields.update(_new_picture())
        if not filled.errors and (why := why_not_now(mailing, block.fields)):
            return _put_aside(mailing, why, block, fields)
        if not filled.errors:
            with a_step(mailing, "block", place=block.id):
                composing.change_block(current.session(), block, fields, now=current.now())
    except BadInput as problem:
        filled.refuse(problem)
    return refused(mailing, filled, opened=str(block.id)) if filled.errors else None


def find_block(mailing: Mailing, block_id: int) -> Block:
    """Return a block of this mailing. Raises ``NotFound``."""
    found = next((block for block in mailing.blocks if block.id == block_id), None)
    if found is None:
        raise NotFound(_("Dit blok is er niet (meer)."))
    return found


def _remember_typed(mailing: Mailing, block: Block) -> None:
    """Keep in the history what was typed in a block that goes away now and was not kept yet."""
    fields = block_forms.fields_from(Filled(request.form), block)
    typed = content_of(suppose_block(mailing, block, fields))["blocks"]
    now_there = content_of(mailing)
    if typed != now_there["blocks"]:
        content = {**now_there, "blocks": typed}
        session, by, now = current.session(), current.operator(), current.now()
        keep_aside(session, mailing, content, "block", place=str(block.id), now=now, by=by)


def _put_aside(mailing: Mailing, why: str, block: Block, fields: dict[str, Any]) -> Response:
    """The draft as it would be with these words; what cannot be read of them is left out."""
    content = content_of(suppose_block(mailing, block, fields))
    return put_aside(mailing, why, {**content_of(mailing), "blocks": content["blocks"]}, "block", place=block.id)


def _new_picture() -> dict[str, str]:
    """Keep a picture that came along, and return the field it fills."""
    upload = request.files.get("src")
    if upload is None or not upload.filename:
        return {}
    session = current.session()
    try:
        picture = pictures.keep_picture(session, upload.read(), now=current.now(), by=current.operator())
    except BadInput as problem:
        raise BadInput(problem.sentence, field="src") from problem
    return {"src": pictures.picture_url(session, picture)}
