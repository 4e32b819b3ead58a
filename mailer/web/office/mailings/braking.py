"""The brakes of a mailing: pause, go on, and stop for good; each a press, each in the logbook, each with its figures.

The page it leads to says how things stand, so a press says nothing of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import flash
from werkzeug.wrappers import Response

from mailer.deliveries import holding
from mailer.deliveries.queries import figures
from mailer.deliveries.sums import say_so_far
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, go, screens


@screens.post("/mailings/<int:mailing_id>/pauzeer")
@may(Action.SEND)
def pause(mailing_id: int) -> Response:
    """Let nothing leave until somebody resumes."""
    return _brake(mailing_id, holding.pause, "mailing-paused")


@screens.post("/mailings/<int:mailing_id>/verder")
@may(Action.SEND)
def resume(mailing_id: int) -> Response:
    """Go on with what was paused or held."""
    flash(_("We gaan verder met verzenden."), "good")
    return _brake(mailing_id, holding.resume, "mailing-resumed")


@screens.post("/mailings/<int:mailing_id>/stop")
@may(Action.SEND)
def stop(mailing_id: int) -> Response:
    """Send nothing more, for good."""
    return _brake(mailing_id, holding.stop, "mailing-stopped")


def _brake(mailing_id: int, verb: Callable[..., None], action: str) -> Response:
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    verb(session, mailing, now=now)
    note(session, current.operator(), action, mailing, now=now, note=say_so_far(figures(session, mailing.id)))
    return go("follow", mailing)
