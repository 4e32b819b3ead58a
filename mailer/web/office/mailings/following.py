"""Following a mailing: what waits, how fast it goes, figures that add up, who had trouble. It changes nothing.

The page and what the script fetches again are made of the same parts (``live/``). Braking is ``braking``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response as FlaskResponse
from flask import make_response, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mailer.deliveries.models import DeliveryState
from mailer.deliveries.parting import partings, reasons
from mailer.deliveries.queries import Figures, figures, skipped_reasons
from mailer.deliveries.resending import is_resent
from mailer.deliveries.restored.withholding import is_withheld
from mailer.deliveries.retrying import count_retryable
from mailer.deliveries.showing.differing import difference
from mailer.deliveries.showing.fates import fates_of
from mailer.deliveries.showing.histories import history_of
from mailer.deliveries.showing.register import letters_of
from mailer.deliveries.showing.speed import say_left, speed_of
from mailer.deliveries.showing.waits import Wait, waits_of
from mailer.deliveries.sums import say_so_far, say_sum
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.published.archive import find_archived
from mailer.mailings.words import say_mailing_state
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
# Seconds between two looks. Counting a million letters takes a part of a second: then less often.
LOOK_AGAIN, LOOK_AGAIN_LARGE, LARGE = 2, 10, 50_000
# So many letters by name on this page; all of them are in the list.
SHOWN = 10
FAILED = (DeliveryState.REJECTED, DeliveryState.EXPIRED, DeliveryState.DEFERRED)


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
    told = partings(session, mailing.id)
    return render_template(
        "office/mailings/follow.html",
        kind=kind_of(mailing.kind),
        difference=difference(session, mailing, now=current.now()) if mailing.prepared_at and mailing.topic else None,
        is_archived=mailing.topic is not None and find_archived(session, mailing.topic.slug, mailing.id) is not None,
        history=history_of(session, mailing),
        told=[(reasons().get(one.reason, one.reason), one.remark, one.at) for one in told],
        **_live(session, mailing, now=current.now()),
    )


@screens.get("/mailings/<int:mailing_id>/stand")
@may(Action.LOOK)
def progress(mailing_id: int) -> FlaskResponse:
    """Give only the parts that move, and in how many seconds to look again; 0: it is over."""
    mailing = find_mailing(mailing_id)
    values = _live(current.session(), mailing, now=current.now())
    response = make_response(render_template("office/mailings/live/all.html", **values))
    seconds = LOOK_AGAIN_LARGE if values["figures"].planned > LARGE else LOOK_AGAIN
    response.headers["X-Look-Again"] = str(seconds if values["is_live"] else 0)
    response.headers["Cache-Control"] = "no-store"
    return response


def _live(session: Session, mailing: Mailing, *, now: datetime) -> dict[str, Any]:
    counted = figures(session, mailing.id)
    uncertain = session.scalars(letters_of(mailing.id, [DeliveryState.UNCERTAIN]).limit(SHOWN)).all()
    failed = session.scalars(letters_of(mailing.id, FAILED).limit(SHOWN)).all()
    waits = waits_of(session, mailing, counted, now=now)
    speed = speed_of(session, mailing.id, counted, now=now) if mailing.state is MailingState.SENDING else None
    lines = _lines(counted, skipped_reasons(session, mailing.id) if counted.skipped else {})
    return {
        "mailing": mailing,
        "states": states,
        "is_busy": mailing.state in BUSY,
        # After a stop the letters that are at their dot still come to an end.
        "is_live": mailing.state in BUSY or counted.handing_over > 0,
        "can_pause": mailing.state in (MailingState.SENDING, MailingState.HELD),
        "can_resume": mailing.state in (MailingState.PAUSED, MailingState.HELD),
        "can_stop": mailing.state in STOPPABLE,
        "figures": counted,
        "sum": say_sum(counted),
        "so_far": say_so_far(counted),
        "waits": waits,
        "speed": speed,
        "time_left": say_left(speed.left) if speed else "",
        "lines": lines,
        "field": tile_field([(line.look, line.amount) for line in lines]),
        "in_words": ", ".join(f"{number(line.amount)} {line.word.lower()}" for line in lines),
        "updated_at": now,
        "resends": is_resent(session, mailing),
        "is_withheld": mailing.state is MailingState.HELD and is_withheld(session),
        "uncertain": fates_of(session, uncertain, now=now),
        "failed": fates_of(session, failed, now=now),
        "failed_amount": counted.rejected + counted.expired + counted.deferred,
        "retryable": count_retryable(session, mailing, now=now) if counted.rejected + counted.expired else 0,
        "told_of": _told_of(mailing, counted, waits),
        "told_now": _told_now(mailing, counted, waits),
    }


def _told_of(mailing: Mailing, counted: Figures, waits: list[Wait]) -> str:
    """What a screen reader is told of: another state, another quarter, a new doubt or trouble. Not every letter."""
    troubles = sum(wait.is_trouble for wait in waits)
    return f"{mailing.state.value}-{counted.percentage // 25}-{counted.uncertain}-{troubles}"


def _told_now(mailing: Mailing, counted: Figures, waits: list[Wait]) -> str:
    sentences = [f"{say_mailing_state(mailing.state)}."]
    if counted.planned:
        done, planned = number(counted.settled + counted.skipped), number(counted.planned)
        sentences.append(_("%(done)s van %(all)s postvakken zijn klaar.", done=done, all=planned))
    if counted.uncertain:
        sentences.append(ngettext("%(n)s mail is onzeker.", "%(n)s mails zijn onzeker.", counted.uncertain))
    sentences += [wait.sentence for wait in waits if wait.is_trouble]
    return " ".join([*sentences, mailing.held_because]).strip()


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
