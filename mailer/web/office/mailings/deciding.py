"""What a person decides about letters that may have arrived, or did not: one by one, together, once more.

Nothing chosen changes nothing.
"""

from __future__ import annotations

from flask import flash, request
from werkzeug.wrappers import Response

from mailer.deliveries import deciding
from mailer.deliveries.retrying import retry_failed
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.models import Mailing
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
    arrived, again = deciding.decide_each(session, mailing, _choices(), by=operator, now=now)
    _tell(mailing, arrived, again)
    return go("follow", mailing)


@screens.post("/mailings/<int:mailing_id>/onzeker/allemaal")
@may(Action.SEND)
def decide_all(mailing_id: int) -> Response:
    """Take every uncertain letter for arrived, or send each once more."""
    mailing = find_mailing(mailing_id)
    choice = request.form.get("choice")
    if choice not in (LEAVE, AGAIN):
        raise BadInput(_("Kies wat we met de onzekere mails doen."))
    sends_again = choice == AGAIN
    decided = deciding.decide_all(
        current.session(), mailing, sends_again=sends_again, by=current.operator(), now=current.now()
    )
    _tell(mailing, *((0, len(decided)) if sends_again else (len(decided), 0)))
    return go("follow", mailing)


@screens.post("/mailings/<int:mailing_id>/mislukt/opnieuw")
@may(Action.SEND)
def retry(mailing_id: int) -> Response:
    """Try the failed letters once more for which that can help."""
    session, now, operator = current.session(), current.now(), current.operator()
    mailing = find_mailing(mailing_id)
    amount = retry_failed(session, mailing, by=operator, now=now)
    if amount:
        said = ngettext("%(n)s mail staat weer klaar.", "%(n)s mails staan weer klaar.", amount)
        note(session, operator, "failed-retried", mailing, now=now, note=said)
        flash(said, "good")
    else:
        flash(_("Er is geen mail die we nog een keer kunnen sturen."), "care")
    return go("follow", mailing)


def _choices() -> dict[int, bool]:
    """Return which letters were chosen: its number → whether it is sent again."""
    asked = (
        (name.removeprefix("letter-"), choice) for name, choice in request.form.items() if choice in (LEAVE, AGAIN)
    )
    return {int(number): choice == AGAIN for number, choice in asked if number.isdecimal() and len(number) < 10}


def _tell(mailing: Mailing, arrived: int, again: int) -> None:
    """Say what was chosen, on the page and in the logbook; nothing when another was first."""
    if not arrived + again:
        flash(_("Over deze mails is geen twijfel meer."), "care")
        return
    taken = ngettext("%(n)s mail telt als aangekomen.", "%(n)s mails tellen als aangekomen.", arrived)
    queued = ngettext("%(n)s mail gaat opnieuw weg.", "%(n)s mails gaan opnieuw weg.", again)
    said = " ".join([*([taken] if arrived else []), *([queued] if again else [])])
    note(current.session(), current.operator(), "doubts-decided", mailing, now=current.now(), note=said)
    flash(_("Je keuze is bewaard. %(said)s", said=said), "good")
