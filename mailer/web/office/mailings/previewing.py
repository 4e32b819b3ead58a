"""The letter beside the form: compiled by the function that compiles what is sent, filled with an example."""

from __future__ import annotations

from flask import Response

from mailer.deliveries.previewing import open_letter
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.models import Mailing
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.letters import framed_beside_form
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, screens
from mailer.wire.slots import KNOWN_SLOTS, Letter, SlotKind, split


@screens.get("/mailings/<int:mailing_id>/voorbeeld")
@may(Action.LOOK)
def preview(mailing_id: int) -> Response:
    """Give the letter's HTML for the frame."""
    return framed_beside_form(example(find_mailing(mailing_id)).html)


def example(mailing: Mailing) -> Letter:
    """Return the letter as nobody in particular gets it."""
    pattern = split(open_letter(current.session(), mailing, now=current.now()))
    nowhere = current.settings().base_url
    with speaking("nl"):
        words = {
            "mailbox.greeting": _("Beste Samira en Joost,"),
            "mailbox.address": "info@devoeg.example.org",
            "mailbox.organisations": "Buurttuin De Voeg",
            "why": _("Hier staat waarom iemand deze mail krijgt."),
        }
    return pattern.fill({name: nowhere if kind is SlotKind.LINK else words[name] for name, kind in KNOWN_SLOTS.items()})
