"""Following a mailing that was sent: figures that add up, who had trouble and why, and the brakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response as FlaskResponse
from flask import flash, make_response, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mailer.deliveries import holding
from mailer.deliveries.differing import difference
from mailer.deliveries.models import DeliveryState
from mailer.deliveries.parting import partings, reasons
from mailer.deliveries.queries import Figures, figures, skipped_reasons, troubles
from mailer.deliveries.quiet import say_quiet
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.subscriptions.permission import say_refusal
from mailer.web import current
from mailer.web.office import states
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, go, is_draft, kind_of, screens
from mailer.web.office.mailings.tile_field import tile_field
from mailer.web.words import number

BUSY = (MailingState.SCHEDULED, MailingState.PREPARING, MailingState.SENDING, MailingState.HELD, MailingState.PAUSED)
STOPPABLE = BUSY[1:]


@dataclass(frozen=True)
class Line:
    """One line of the sum: how its tile looks, what it is called, what it means, and how many."""

    look: str
    word: str
    explanation: str
    amount: int


@screens.get("/mailings/<int:mailing_id>/volgen")
@may(Action.LOOK)
def follow(mailing_id: int) -> str | Response:
    """Show how it goes."""
    session = current.session()
    mailing = find_mailing(mailing_id)
    if is_draft(mailing):
        return go("content", mailing)
    found = troubles(session, mailing.id)
    told = partings(session, mailing.id)
    return render_template(
        "office/mailings/follow.html",
        mailing=mailing,
        kind=kind_of(mailing.kind),
        can_pause=mailing.state in (MailingState.SENDING, MailingState.HELD),
        can_resume=mailing.state in (MailingState.PAUSED, MailingState.HELD),
        can_stop=mailing.state in STOPPABLE,
        uncertain=[one for one in found if one.state is DeliveryState.UNCERTAIN],
        failed=[one for one in found if one.state is not DeliveryState.UNCERTAIN],
        difference=difference(session, mailing, now=current.now()) if mailing.prepared_at and mailing.topic else None,
        told=[(reasons().get(one.reason, one.reason), one.remark, one.at) for one in told],
        states=states,
        **_progress(session, mailing, now=current.now()),
    )


@screens.get("/mailings/<int:mailing_id>/stand")
@may(Action.LOOK)
def progress(mailing_id: int) -> FlaskResponse:
    """Give only the part that moves, for the script that looks again."""
    mailing = find_mailing(mailing_id)
    values = _progress(current.session(), mailing, now=current.now())
    response = make_response(render_template("office/mailings/progress.html", mailing=mailing, states=states, **values))
    response.headers["X-State"] = mailing.state.value
    return response


@screens.post("/mailings/<int:mailing_id>/pauzeer")
@may(Action.SEND)
def pause(mailing_id: int) -> Response:
    """Let nothing leave until somebody resumes."""
    return _brake(
        mailing_id, holding.pause, "mailing-paused", _("Gepauzeerd. Er gaat niets meer weg tot je verdergaat.")
    )


@screens.post("/mailings/<int:mailing_id>/verder")
@may(Action.SEND)
def resume(mailing_id: int) -> Response:
    """Go on with what was paused or held."""
    return _brake(mailing_id, holding.resume, "mailing-resumed", _("We gaan verder met verzenden."))


@screens.post("/mailings/<int:mailing_id>/stop")
@may(Action.SEND)
def stop(mailing_id: int) -> Response:
    """Send nothing more, for good."""
    session = current.session()
    mailing = find_mailing(mailing_id)
    holding.stop(session, mailing, now=current.now())
    note(session, current.operator(), "mailing-stopped", mailing, now=current.now())
    counted = figures(session, mailing.id)
    flash(holding.say_stopped(counted.accepted, counted.to_send, unsure=counted.unsure), "care")
    return go("follow", mailing)


def _brake(mailing_id: int, verb: Callable[..., None], action: str, said: str) -> Response:
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    verb(session, mailing, now=now)
    note(session, current.operator(), action, mailing, now=now)
    flash(said, "good")
    return go("follow", mailing)


def _progress(session: Session, mailing: Mailing, *, now: datetime) -> dict[str, object]:
    counted = figures(session, mailing.id)
    lines = _lines(counted, skipped_reasons(session, mailing.id) if counted.skipped else {})
    return {
        "figures": counted,
        "lines": lines,
        "field": tile_field([(line.look, line.amount) for line in lines]),
        "in_words": ", ".join(f"{number(line.amount)} {line.word.lower()}" for line in lines),
        "updated_at": now,
        "quiet": say_quiet(session, mailing, now=now) if counted.waiting else "",
        "is_busy": mailing.state in BUSY,
    }


def _lines(counted: Figures, skipped: dict[str, int]) -> list[Line]:
    """Return the lines of the sum that have something in them; their amounts add up to ``planned``."""
    why = ", ".join(f"{number(amount)} {say_refusal(reason).lower()}" for reason, amount in skipped.items())
    all_lines = [
        Line("is-done", _("Verzonden"), _("De mailserver heeft ze aangenomen."), counted.accepted),
        Line(
            "is-doubt", _("Onzeker"), _("Misschien aangekomen. We sturen ze niet vanzelf opnieuw."), counted.uncertain
        ),
        Line("is-wrong", _("Niet bezorgd"), "", counted.rejected),
        Line("is-wrong", _("Verlopen"), _("Het lukte niet op tijd."), counted.expired),
        Line("is-later", _("Niet bezorgd, tijdelijk"), _("We proberen het vanzelf opnieuw."), counted.deferred),
        Line("is-now", _("Nu bezig"), "", counted.handing_over + counted.claimed),
        Line("is-wait", _("Staat klaar"), "", counted.queued),
        Line("is-out", _("Gestopt"), _("Niet verzonden."), counted.cancelled),
        Line("is-out", _("Overgeslagen"), why, counted.skipped),
    ]
    return [line for line in all_lines if line.amount]
