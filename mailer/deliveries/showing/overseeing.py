"""Overseeing: how relays and limited or troubled domains stand. Only reads; limits are set by ``regulating.allowing``.

What one mailing waits for is ``waits``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, SendingLimit, SendingTrouble
from mailer.deliveries.regulating.limits import Limit, limits_of
from mailer.deliveries.regulating.putting_off import LEFT_ALONE, NO_ROOM
from mailer.deliveries.regulating.routing import routes_of
from mailer.deliveries.regulating.spending import Spending
from mailer.foundation.clock import say_moment, say_time, today
from mailer.foundation.language import gettext as _
from mailer.foundation.language import say_number


@dataclass(frozen=True)
class Standing:
    """How one relay or domain stands: what limits it, how much of that is left, and what is wrong with it."""

    scope: str
    limit: Limit
    # Letters that may go at this moment; None: not limited.
    room: int | None
    # Until when it is left alone after a trouble; None: it works.
    waits_until: datetime | None = None
    # What was said last, in the other server's words.
    reply: str = ""
    # Its part of the letters in percent; 0 for a domain.
    share: int = 0
    # Letters that wait for it.
    letters: int = 0

    @property
    def name(self) -> str:
        return self.scope.removeprefix("@")


def relays(session: Session, *, now: datetime) -> list[Standing]:
    """Return how each relay stands, in the order of the settings."""
    routes = routes_of(session)
    whole = sum(route.weight for route in routes)
    shares = {route.name: round(100 * route.weight / whole) for route in routes}
    return [_standing(session, name, now=now, share=share) for name, share in shares.items()]


def domains(session: Session, *, now: datetime) -> list[Standing]:
    """Return how each domain stands that is limited, or that we leave alone now."""
    limited = session.scalars(select(SendingLimit.scope).where(SendingLimit.scope.startswith("@"))).all()
    waiting = select(SendingTrouble.scope).where(SendingTrouble.scope.startswith("@"), SendingTrouble.waits_until > now)
    scopes = sorted({*limited, *session.scalars(waiting)})
    waits = _letters_that_wait(session, scopes)
    return [_standing(session, scope, now=now, letters=waits.get(scope, 0)) for scope in scopes]


def say_limit(limit: Limit) -> str:
    """Return what limits something, in words; a sentence too when nothing does."""
    words = {1: _("per seconde"), 60: _("per minuut"), 3600: _("per uur"), 86_400: _("per dag")}
    told = [f"{say_number(letters)} {words[seconds]}" for seconds, letters in sorted(limit.windows.items())]
    if limit.at_once is not None:
        told.append(_("%(n)s tegelijk", n=say_number(limit.at_once)))
    return _("Hooguit %(limits)s.", limits=", ".join(told)) if told else _("Geen limiet.")


def say_standing(standing: Standing, *, now: datetime) -> str:
    """Return how it stands in a sentence: it works, it is full, or until when it is left alone and why."""
    if standing.waits_until is not None:
        is_today = today(standing.waits_until) == today(now)
        at = say_time(standing.waits_until) if is_today else say_moment(standing.waits_until).removesuffix(" uur")
        wait = _("Neemt nu geen post van ons aan. We proberen het om %(at)s uur opnieuw.", at=at)
        said = _("De mailserver zei: %(reply)s", reply=standing.reply)
        return f"{wait} {said}" if standing.reply else wait
    return _("De limiet is nu bereikt. Het gaat vanzelf verder.") if standing.room == 0 else _("Werkt.")


def _standing(session: Session, scope: str, *, now: datetime, share: int = 0, letters: int = 0) -> Standing:
    limit = limits_of(session, [scope]).get(scope, Limit())
    trouble = session.get(SendingTrouble, scope)
    waits = trouble is not None and trouble.waits_until is not None and trouble.waits_until > now
    return Standing(
        scope=scope,
        limit=limit,
        room=Spending(session, scope, limit, now=now).room() if limit.windows else None,
        waits_until=trouble.waits_until if trouble is not None and waits else None,
        reply=f"{trouble.reply_code or ''} {trouble.reply_text}".strip() if trouble is not None and waits else "",
        share=share,
        letters=letters,
    )


def _letters_that_wait(session: Session, scopes: Iterable[str]) -> dict[str, int]:
    """Scope → letters that wait for that domain."""
    domain = func.lower(Delivery.address)
    waiting = Delivery.reason.in_((LEFT_ALONE, NO_ROOM))
    return {
        scope: session.scalar(select(func.count()).where(waiting, domain.endswith(scope, autoescape=True))) or 0
        for scope in scopes
    }
