"""The letter beside the form: compiled by the function that compiles what is sent, filled with an example."""

from __future__ import annotations

from flask import Response, request

from mailer.deliveries.letters.previewing import open_letter
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.drafts.supposing import suppose, suppose_block
from mailer.mailings.models import Mailing
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings import block_forms
from mailer.web.office.mailings.looking import look_of, shown_as
from mailer.web.office.mailings.room import find_mailing, is_draft, screens
from mailer.wire.slots import KNOWN_SLOTS, Letter, SlotKind, split


@screens.get("/mailings/<int:mailing_id>/voorbeeld")
@may(Action.LOOK)
def preview(mailing_id: int) -> Response:
    """Give the letter's HTML for the frame."""
    return shown_as(example(find_mailing(mailing_id)), look_of(request.args.get("kijk")))


@screens.post("/mailings/<int:mailing_id>/voorbeeld")
@may(Action.COMPOSE)
@current.only_reads
def preview_typing(mailing_id: int) -> Response:
    """Give the letter as it would be with the form as it stands; nothing of it is kept."""
    mailing = find_mailing(mailing_id)
    supposed = _supposed(mailing) if is_draft(mailing) else mailing
    return shown_as(example(supposed), look_of(request.args.get("kijk")))


def example(mailing: Mailing) -> Letter:
    """Return the letter as nobody in particular gets it."""
    pattern = split(_open_letter(mailing))
    nowhere = current.settings().base_url
    with speaking("nl"):
        words = {
            "mailbox.greeting": _("Beste Samira en Joost,"),
            "mailbox.address": "info@devoeg.example.org",
            "mailbox.organisations": "Buurttuin De Voeg",
            "why": _("Hier staat waarom iemand deze mail krijgt."),
        }
    return pattern.fill({name: nowhere if kind is SlotKind.LINK else words[name] for name, kind in KNOWN_SLOTS.items()})


def _open_letter(mailing: Mailing) -> Letter:
    """A draft tells where each block begins, so that the screen can follow the one that is open."""
    if is_draft(mailing):
        return compile_letter(current.session(), mailing, now=current.now(), marked=True)
    return open_letter(current.session(), mailing, now=current.now())


def _supposed(mailing: Mailing) -> Mailing:
    filled = Filled(request.form)
    block = next((one for one in mailing.blocks if str(one.id) == request.args.get("blok")), None)
    if block is None:
        return suppose(mailing, lines={name: filled.value(name) for name in request.form})
    return suppose_block(mailing, block, block_forms.fields_from(filled, block))
