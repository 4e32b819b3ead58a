"""Of which mailings letters may leave now: those being sent, and in quiet hours only those that may disturb."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.quiet import say_goes_on
from mailer.mailings.models import Mailing, MailingState

BEING_SENT = Mailing.state == MailingState.SENDING
# In quiet hours only these.
OF_THE_NIGHT = and_(BEING_SENT, Mailing.skips_quiet_hours)


def goes_on(session: Session, *, now: datetime) -> ColumnElement[bool]:
    """Return which mailings letters may leave of now, as a condition over ``Mailing``."""
    return BEING_SENT if quiet_until(session, now=now) is None else OF_THE_NIGHT


def quiet_until(session: Session, *, now: datetime) -> datetime | None:
    """Return when the quiet hours of this installation end; None when it is not quiet now."""
    hours = settings_of(session).quiet
    return hours.until(now) if hours else None


def say_quiet(session: Session, mailing: Mailing, *, now: datetime) -> str:
    """Return the sentence staff reads about a mailing that waits for the morning; "" when it does not."""
    until = quiet_until(session, now=now)
    if until is None or mailing.skips_quiet_hours or mailing.state is not MailingState.SENDING:
        return ""
    return _("Nu zijn de stille uren. Deze mailing %(goes_on)s.", goes_on=say_goes_on(until, now=now))
