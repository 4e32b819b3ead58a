"""Step 5, Verzenden: one sentence that says what will happen, now or at a moment; and the way to stop it."""

from __future__ import annotations

import re
from datetime import datetime

from flask import flash, request
from werkzeug.wrappers import Response

from mailer.audiences.showing.counting import AudienceCount, count
from mailer.foundation import clock
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.checks.checking import Report, check_mailing
from mailer.mailings.models import Mailing
from mailer.mailings.purpose import purpose_of
from mailer.mailings.scheduling import schedule, unschedule
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings.room import SEND, find_mailing, go, is_draft, screens, step_page
from mailer.web.words import number

# Above this, who sends types the number: a wrong selection is seen before it is mailed.
TYPED_ABOVE = 200


@screens.get("/mailings/<int:mailing_id>/verzenden")
@may(Action.LOOK)
def send(mailing_id: int) -> str | Response:
    """Show what will happen; or how it goes, when it was sent already."""
    mailing = find_mailing(mailing_id)
    if not is_draft(mailing):
        return go("follow", mailing)
    return _page(mailing, Filled.of({"when": "now"}))


@screens.post("/mailings/<int:mailing_id>/verzenden")
@may(Action.SEND)
def send_it(mailing_id: int) -> Response | tuple[str, int]:
    """Plan the mailing: after the grace period, or at the moment that was chosen."""
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    if not is_draft(mailing):
        flash(_("Deze mailing was al ingepland of verzonden. Zo staat het ervoor."), "care")
        return go("follow", mailing)
    filled = Filled(request.form)
    at = _moment(filled)
    _agree_on_number(filled, mailing)
    if not filled.errors:
        try:
            schedule(session, mailing, now=now, at=at, by=current.operator())
        except BadInput as problem:
            filled.refuse(problem)
    if filled.errors:
        return _page(mailing, filled), 422
    return go("follow", mailing)


@screens.post("/mailings/<int:mailing_id>/terug")
@may(Action.SEND)
def take_back(mailing_id: int) -> Response:
    """Take a planned mailing back: it is a draft again, and nothing left."""
    mailing = find_mailing(mailing_id)
    unschedule(current.session(), mailing, now=current.now(), by=current.operator())
    flash(_("De mailing is weer een concept. Er is niets verzonden."), "good")
    return go("send", mailing)


def counted(mailing: Mailing) -> AudienceCount | None:
    """Return the audience in numbers, or None when nobody was chosen (or the rule cannot be read any more)."""
    if not mailing.audience:
        return None
    try:
        return count(current.session(), mailing.audience, now=current.now(), purpose=purpose_of(mailing))
    except BadInput:
        return None


def _page(mailing: Mailing, filled: Filled) -> str:
    report: Report = check_mailing(current.session(), mailing, now=current.now())
    audience = counted(mailing)
    return step_page(
        "send.html",
        mailing,
        SEND,
        stops=report.stops,
        stop_count=len(report.stops),
        warning_count=len(report.warnings),
        audience=audience,
        must_type=audience is not None and audience.mailable > TYPED_ABOVE,
        grace_minutes=round(current.settings().grace_seconds / 60),
        filled=filled,
    )


def _moment(filled: Filled) -> datetime | None:
    if filled.one_of("when", ["now", "later"], needed=_("Kies wanneer de mail weggaat.")) != "later":
        return None
    day = filled.day("day", needed=_("Vul de dag in."))
    time = filled.time("time", needed=_("Vul de tijd in, zoals 9.00."))
    if day is None or time is None:
        return None
    moment = clock.wall_to_utc(datetime.combine(day, time))
    if moment <= current.now():
        filled.wrong("day", _("Dat moment is al geweest. Kies een moment dat nog komt."))
    return moment


def _agree_on_number(filled: Filled, mailing: Mailing) -> None:
    """What was on the screen is what is sent: another number is asked about again."""
    audience = counted(mailing)
    if audience is None:
        return
    seen = filled.number("expected")
    if seen != audience.mailable:
        sentence = _("Het aantal mails is intussen veranderd: nu %(now)s. Kijk of dat klopt en verzend opnieuw.")
        filled.wrong("", sentence % {"now": number(audience.mailable)})
    elif audience.mailable > TYPED_ABOVE:
        sentence = _("Typ het aantal mails (%(n)s). Zo weten we zeker dat de selectie klopt.")
        sentence = sentence % {"n": number(audience.mailable)}
        # One sentence for a word, another number and nothing at all.
        if re.sub(r"[\s.]", "", filled.text("typed", needed=sentence)) not in ("", str(audience.mailable)):
            filled.wrong("typed", sentence)
