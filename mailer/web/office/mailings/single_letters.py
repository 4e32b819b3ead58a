"""Letters to one person that may have arrived: a receipt, a cancellation. They are of no mailing, so they stand here.

A sign-in link is not among them: who misses it asks again.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from mailer.deliveries.deciding import consider_arrived, send_again
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.showing.fates import fates_of
from mailer.foundation.language import gettext as _
from mailer.foundation.outbox import OwedLetter
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office import states
from mailer.web.office.access import may
from mailer.web.office.mailings.deciding import AGAIN, LEAVE
from mailer.web.office.mailings.room import screens

ASKED_AGAIN = ("sign-in-link",)
MOST = 50


def count_doubtful(session: Session) -> int:
    """Return how many letters to one person are uncertain."""
    return session.scalar(select(func.count()).select_from(_doubtful().subquery())) or 0


def say_letter(letter: str) -> str:
    """Return what a one-off letter is, in words."""
    return {
        "rsvp-confirmed": _("Bevestiging van een aanmelding"),
        "rsvp-waiting": _("Bericht over de wachtlijst"),
        "rsvp-declined": _("Bevestiging van een afmelding"),
        "guest-left-out": _("Bericht aan een gast die van de lijst is"),
        "event-cancelled": _("Bericht dat een bijeenkomst niet doorgaat"),
        "check-letter": _("Klopt dit nog?"),
    }.get(letter, _("Losse mail"))


@screens.get("/mailings/losse-mails")
@may(Action.LOOK)
def single_letters() -> str:
    """List them, each with its choice."""
    session = current.session()
    question = _doubtful().options(joinedload(Delivery.owed_letter)).order_by(Delivery.id).limit(MOST)
    fates = fates_of(session, session.scalars(question).all(), now=current.now())
    return render_template("office/mailings/single-letters.html", fates=fates, say_letter=say_letter, states=states)


@screens.post("/mailings/losse-mails")
@may(Action.SEND)
def decide_single_letters() -> Response:
    """Take each for arrived or send it once more, as was chosen for it."""
    session, now, operator = current.session(), current.now(), current.operator()
    decided = 0
    for letter in session.scalars(_doubtful().order_by(Delivery.id).with_for_update(of=Delivery, key_share=True)).all():
        choice = request.form.get(f"letter-{letter.id}")
        if choice == AGAIN:
            send_again(session, letter, by=operator, now=now)
        elif choice == LEAVE:
            consider_arrived(session, letter, by=operator, now=now)
        decided += choice in (AGAIN, LEAVE)
    if decided:
        note(session, operator, "doubts-decided", None, now=now, note=str(decided))
        flash(_("Je keuze is bewaard."), "good")
    return redirect(url_for("mailings.single_letters"), 303)


def _doubtful() -> Select[Delivery]:
    return (
        select(Delivery)
        .join(OwedLetter, OwedLetter.id == Delivery.owed_letter_id)
        .where(
            Delivery.mailing_id.is_(None),
            Delivery.reason != "",
            Delivery.state == DeliveryState.UNCERTAIN,
            OwedLetter.letter.not_in(ASKED_AGAIN),
        )
    )
