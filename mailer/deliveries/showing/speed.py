"""How fast a mailing goes, and how long it still takes: measured over the last minute. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.queries import Figures
from mailer.deliveries.regulating.limiting import room
from mailer.deliveries.regulating.limits import limits_of
from mailer.deliveries.regulating.routing import working_routes
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext

LOOK_BACK = timedelta(minutes=1)
# A first group of letters is written down at one moment: no speed without end.
SHORTEST = timedelta(seconds=1)
TRIED = (DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.UNCERTAIN)


@dataclass(frozen=True)
class Speed:
    """Letters a minute, and the time until the last of those that wait has left."""

    per_minute: int
    left: timedelta


def speed_of(session: Session, mailing_id: int, counted: Figures, *, now: datetime) -> Speed | None:
    """Return how fast letters leave; None when none left in the last minute, or none is to leave."""
    to_leave = counted.queued + counted.claimed + counted.handing_over
    tried, first = session.execute(
        select(func.count(), func.min(Delivery.settled_at)).where(
            Delivery.mailing_id == mailing_id,
            Delivery.state.in_(TRIED),
            Delivery.settled_at > now - LOOK_BACK,
        )
    ).one()
    if first is None or tried < 2 or not to_leave:
        return None
    # Between n letters lie n - 1 times of waiting.
    per_second = (tried - 1) / max(now - first, SHORTEST).total_seconds()
    measured = timedelta(seconds=to_leave / per_second)
    return Speed(max(1, round(60 * per_second)), max(measured, _at_limit(session, to_leave, now=now)))


def _at_limit(session: Session, letters: int, *, now: datetime) -> timedelta:
    """How long so many letters take at least when every relay is limited: a day's limit is not seen in a minute."""
    routes = working_routes(session, now=now)
    limits = limits_of(session, [route.name for route in routes])
    rooms = [room(session, now=now, relay=route.name) for route in routes]
    free = [one for one in rooms if one is not None]
    if not routes or len(free) < len(routes) or sum(free) >= letters:
        return timedelta(0)
    pace = sum(min(most / seconds for seconds, most in limits[route.name].windows.items()) for route in routes)
    return timedelta(seconds=(letters - sum(free)) / pace)


def say_left(left: timedelta) -> str:
    """Return "nog ongeveer 3 minuten": rounded up, in the largest unit that says enough."""
    minutes = left / timedelta(minutes=1)
    if minutes < 1:
        return _("nog minder dan een minuut")
    if minutes < 90:
        return ngettext("nog ongeveer %(n)s minuut", "nog ongeveer %(n)s minuten", _rounded_up(minutes))
    if minutes < 36 * 60:
        return _("nog ongeveer %(n)s uur", n=_rounded_up(minutes / 60))
    return ngettext("nog ongeveer %(n)s dag", "nog ongeveer %(n)s dagen", _rounded_up(minutes / (24 * 60)))


def _rounded_up(amount: float) -> int:
    return int(-(-amount // 1))
