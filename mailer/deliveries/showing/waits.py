"""What a mailing waits for at this moment, in sentences for staff: its moment, the night, a limit, a relay, a domain.

Only reads. A mailing that is *held* or *paused* waits for one thing, and its row says which; here is what makes one
that is planned or being sent go slowly, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState, SendingTrouble
from mailer.deliveries.queries import Figures
from mailer.deliveries.regulating.limits import limits_of
from mailer.deliveries.regulating.putting_off import LEFT_ALONE, NO_ROOM
from mailer.deliveries.regulating.quiet import say_quiet
from mailer.deliveries.regulating.routing import routes_of, working_routes
from mailer.deliveries.regulating.spending import Spending
from mailer.deliveries.showing.overseeing import say_limit
from mailer.foundation import clock
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.foundation.quiet import say_goes_on
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.models import LogbookEntry

# A limit that lets the next letter go this soon is a pace, and nobody waits for it.
SHORTEST_WAIT_SECONDS = 5
# So long nothing happens while nothing stands in the way, and somebody should look.
SILENCE = timedelta(minutes=2)
MOST_DOMAINS = 5


@dataclass(frozen=True)
class Wait:
    """One thing that is waited for. ``is_trouble``: it should not be so, somebody may have to look."""

    sentence: str
    is_trouble: bool = False


def waits_of(session: Session, mailing: Mailing, counted: Figures, *, now: datetime) -> list[Wait]:
    """Return what a planned mailing, or one that is being sent, waits for; the widest first."""
    if mailing.state is MailingState.SCHEDULED:
        return list(_planned(session, mailing, now=now))
    if mailing.state is not MailingState.SENDING or not counted.waiting:
        return []
    if quiet := say_quiet(session, mailing, now=now):
        return [Wait(quiet)]
    in_the_way = [*_relays(session, now=now), *_limit(session, counted, now=now)]
    found = [*in_the_way, *_later(session, mailing, now=now)]
    if not in_the_way and counted.queued and not counted.claimed + counted.handing_over:
        found += _silence(session, mailing, now=now)
    return found


def _planned(session: Session, mailing: Mailing, *, now: datetime) -> Iterator[Wait]:
    assert mailing.scheduled_at is not None
    left = mailing.scheduled_at - now
    if left < -SILENCE:
        yield _nobody_sends()
    elif left <= timedelta(0):
        yield Wait(_("De mailing wordt zo klaargezet."))
    elif left <= timedelta(hours=1):
        minutes = -(-left // timedelta(minutes=1))
        yield Wait(
            ngettext(
                "Gaat over %(n)s minuut weg. Je kunt nog stoppen.",
                "Gaat over %(n)s minuten weg. Je kunt nog stoppen.",
                minutes,
            )
        )
    else:
        yield Wait(
            _("Gaat weg op %(moment)s. Tot die tijd kun je stoppen.", moment=clock.say_moment(mailing.scheduled_at))
        )
    hours = settings_of(session).quiet
    until = hours.until(max(mailing.scheduled_at, now)) if hours and not mailing.skips_quiet_hours else None
    if until is not None:
        goes_on = say_goes_on(until, now=now)
        yield Wait(_("Op dat moment zijn het stille uren. Het verzenden %(goes_on)s.", goes_on=goes_on))


def _relays(session: Session, *, now: datetime) -> Iterator[Wait]:
    """Relays that wait after a trouble. When none works, the mailing is held, and says so itself."""
    working = {route.name for route in working_routes(session, now=now)}
    resting = [route.name for route in routes_of(session) if route.name not in working]
    for name in resting if working else []:
        trouble = session.get(SendingTrouble, name)
        if trouble is not None and trouble.waits_until is not None:
            yield Wait(
                _(
                    "De mailserver %(name)s neemt nu geen post aan. De andere gaan door. "
                    "We proberen hem om %(time)s uur opnieuw.",
                    name=name,
                    time=clock.say_time(trouble.waits_until),
                ),
                is_trouble=True,
            )


def _limit(session: Session, counted: Figures, *, now: datetime) -> Iterator[Wait]:
    """The limit of the relays, when the next letter has to wait for it."""
    names = [route.name for route in working_routes(session, now=now)]
    limits = limits_of(session, names)
    if not counted.queued or not names or len(limits) < len(names):
        return
    waits = {name: Spending(session, name, limits[name], now=now).wait() for name in names}
    first = min(waits, key=lambda name: waits[name])
    if waits[first] >= SHORTEST_WAIT_SECONDS:
        said, at = (
            _("De limiet is bereikt. %(limit)s", limit=say_limit(limits[first])),
            now + timedelta(seconds=waits[first]),
        )
        yield Wait(
            _("%(limit)s Het verzenden %(goes_on)s.", limit=said, goes_on=say_goes_on(at, now=now))
            if at - now > timedelta(minutes=1)
            else _("%(limit)s De volgende mail gaat over %(n)s seconden weg.", limit=said, n=round(waits[first]))
        )


def _later(session: Session, mailing: Mailing, *, now: datetime) -> Iterator[Wait]:
    """Letters that wait by themselves, by the reason why."""
    rows = session.execute(
        select(Delivery.reason, func.count(), func.min(Delivery.next_attempt_at))
        .where(
            Delivery.mailing_id == mailing.id,
            Delivery.reason.in_((LEFT_ALONE, NO_ROOM, "later")),
            Delivery.state.in_((DeliveryState.DEFERRED, DeliveryState.QUEUED)),
            Delivery.next_attempt_at > now,
        )
        .group_by(Delivery.reason)
        .order_by(Delivery.reason)
    )
    for reason, amount, first_at in rows.all():
        assert first_at is not None
        if reason == LEFT_ALONE:
            yield from _left_alone(session, mailing, now=now)
        elif reason == NO_ROOM:
            yield Wait(_letters_wait(amount, first_at, now, because=_("We sturen dat domein niet te veel tegelijk.")))
        else:
            asked = _("De mailserver van de ontvanger vroeg daarom.")
            yield Wait(_letters_wait(amount, first_at, now, because=asked))


def _left_alone(session: Session, mailing: Mailing, *, now: datetime) -> Iterator[Wait]:
    waiting = select(SendingTrouble).where(SendingTrouble.scope.startswith("@"), SendingTrouble.waits_until > now)
    for trouble in session.scalars(waiting.order_by(SendingTrouble.scope)).all()[:MOST_DOMAINS]:
        of_domain = func.lower(Delivery.address).endswith(trouble.scope, autoescape=True)
        letters = select(func.count()).where(
            Delivery.mailing_id == mailing.id, Delivery.reason == LEFT_ALONE, of_domain
        )
        amount = session.scalar(letters) or 0
        if amount and trouble.waits_until is not None:
            because = _("De mailserver van %(domain)s weigert nu mail van ons.", domain=trouble.scope[1:])
            yield Wait(_letters_wait(amount, trouble.waits_until, now, because=because), is_trouble=True)


def _letters_wait(amount: int, first_at: datetime, now: datetime, *, because: str) -> str:
    is_today = clock.today(first_at) == clock.today(now)
    at = _("om %(time)s uur", time=clock.say_time(first_at)) if is_today else _on(first_at)
    wait = ngettext("%(n)s mail wacht.", "%(n)s mails wachten.", amount)
    goes_on = _("We gaan daarmee verder %(at)s.", at=at)
    return f"{wait} {because} {goes_on}"


def _on(moment: datetime) -> str:
    return _("op %(moment)s", moment=clock.say_moment(moment))


def _silence(session: Session, mailing: Mailing, *, now: datetime) -> Iterator[Wait]:
    """Nothing stands in the way, and still nothing leaves: then perhaps nobody sends."""
    moments = (
        mailing.prepared_at,
        session.scalar(select(func.max(Delivery.settled_at)).where(Delivery.mailing_id == mailing.id)),
        session.scalar(
            select(func.max(LogbookEntry.at)).where(
                LogbookEntry.subject_kind == Mailing.__tablename__, LogbookEntry.subject_id == mailing.id
            )
        ),
    )
    if max(moment for moment in moments if moment is not None) < now - SILENCE:
        yield _nobody_sends()


def _nobody_sends() -> Wait:
    return Wait(
        _("Er gebeurt al een paar minuten niets. Draait het verzenden wel? Vraag de beheerder om te kijken."),
        is_trouble=True,
    )
