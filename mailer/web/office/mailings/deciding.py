"""Uncertain letters: a person chooses, letter by letter. Nothing chosen changes nothing."""

from __future__ import annotations

from flask import flash, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from mailer.deliveries.deciding import consider_arrived, send_again
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, go, screens

LEAVE, AGAIN = "leave", "again"


@screens.post("/mailings/<int:mailing_id>/onzeker")
@may(Action.SEND)
def decide(mailing_id: int) -> Response:
    """Take each uncertain letter for arrived, or send it once more, as was chosen for it."""
    session, now, operator = current.session(), current.now(), current.operator()
    mailing = find_mailing(mailing_id)
    question = select(Delivery).where(Delivery.mailing_id == mailing.id, Delivery.state == DeliveryState.UNCERTAIN)
    decided = 0
    for delivery in session.scalars(question.order_by(Delivery.id)).all():
        choice = request.form.get(f"letter-{delivery.id}")
        if choice == AGAIN:
            send_again(session, delivery, by=operator, now=now)
        elif choice == LEAVE:
            consider_arrived(session, delivery, by=operator, now=now)
        decided += choice in (AGAIN, LEAVE)
    if decided:
        note(session, operator, "doubts-decided", mailing, now=now, note=str(decided))
        flash(_("Je keuze is bewaard."), "good")
    return go("follow", mailing)
