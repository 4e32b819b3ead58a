"""What a letter says of meetings: the agenda of the coming weeks, and the facts of one meeting.

Rows in, values for ``templates/emails/blocks/agenda`` and ``event`` out. Words of rows, never of staff's letter: they
hold no slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mailer.directory.models import Neighbourhood, Theme
from mailer.events.models import Event, EventNeighbourhood, EventState, EventTheme, Guest, GuestState
from mailer.events.places import free_places, pool_of
from mailer.foundation.clock import local, say_date, say_moment, say_short_month, say_time, say_times
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext
from mailer.wire.phones import show_phone


@dataclass(frozen=True)
class DateTile:
    """A paving tile with a day on it."""

    day: str
    month: str


@dataclass(frozen=True)
class Fact:
    """One line of the table of facts."""

    label: str
    lines: list[str]
    url: str = ""
    url_label: str = ""


def coming_events(
    session: Session, *, now: datetime, within_days: int, themes: Sequence[str] = (), neighbourhoods: Sequence[str] = ()
) -> list[Event]:
    """Return the open meetings of the coming days, soonest first; themes and neighbourhoods are slugs, any of them.

    A meeting in a neighbourhood that covers all of them ("heel Delfshaven") is in every neighbourhood's agenda.
    """
    query = select(Event).where(
        Event.state == EventState.OPEN, Event.starts_at >= now, Event.starts_at < now + timedelta(days=within_days)
    )
    if themes:
        query = query.where(Event.themes.any(EventTheme.theme.has(Theme.slug.in_(themes))))
    if neighbourhoods:
        fits = or_(Neighbourhood.slug.in_(neighbourhoods), Neighbourhood.covers_all)
        query = query.where(Event.neighbourhoods.any(EventNeighbourhood.neighbourhood.has(fits)))
    return list(session.scalars(query.order_by(Event.starts_at, Event.id)))


def meeting_that_was(session: Session, title: str, *, now: datetime) -> Event | None:
    """Return the last meeting of this name that took place, or None; capitals and spaces do not matter."""
    query = select(Event).where(
        func.lower(Event.title) == " ".join(title.lower().split()), Event.state == EventState.OPEN, Event.ends_at <= now
    )
    return session.scalars(query.order_by(Event.starts_at.desc()).limit(1)).one_or_none()


def present_at(session: Session, event: Event) -> int:
    """Return how many guests were there."""
    query = select(func.count()).where(Guest.event_id == event.id, Guest.state == GuestState.PRESENT)
    return session.scalar(query) or 0


def is_full(session: Session, event: Event) -> bool:
    """Tell whether somebody who answers now would come on the waiting list."""
    return free_places(session, pool_of(event, None)) == 0


def date_tile(event: Event) -> DateTile:
    """Return the tile with the day the meeting begins."""
    return DateTile(day=str(local(event.starts_at).day), month=say_short_month(event.starts_at))


def say_when(event: Event) -> str:
    """Return "donderdag 14 januari 2027, 19.30 – 21.30 uur"."""
    return f"{say_date(event.starts_at)}, {say_times(event.starts_at, event.ends_at)}"


def facts_of(event: Event) -> list[Fact]:
    """Return when, where and what it costs, as far as known: what a phone shows above the two buttons."""
    when = [say_date(event.starts_at), say_times(event.starts_at, event.ends_at)]
    if event.doors_open_at:
        when.append(_("inloop vanaf %(time)s uur", time=say_time(event.doors_open_at)))
    where = [part for part in (event.venue_name, event.venue_address) if part]
    url = event.venue_url if event.venue_url.startswith(("https://", "http://")) else ""
    facts = [Fact(_("Wanneer"), when), Fact(_("Waar"), where, url, _("Meer over deze plek"))]
    facts.append(Fact(_("Kosten"), [event.costs] if event.costs else []))
    return [fact for fact in facts if fact.lines or fact.url]


def say_closing(event: Event) -> str:
    """Return until when one can answer, or nothing when that is until it begins."""
    if event.rsvp_closes_at is None:
        return ""
    return _("Laat het weten voor %(moment)s.", moment=say_moment(event.rsvp_closes_at))


def say_notice(event: Event, *, full: bool, now: datetime) -> str:
    """Return what must be known before all else: it is off, it was, it is full."""
    if event.state is EventState.CANCELLED:
        reason = f" {event.cancelled_because}" if event.cancelled_because else ""
        return _("Deze bijeenkomst gaat niet door.") + reason
    if event.is_past(now):
        return _("Deze bijeenkomst is geweest.")
    return _("De bijeenkomst is vol. Je kunt op de wachtlijst.") if full else ""


def answer_by_mail(event: Event, *, reply_to: str) -> str:
    """Return an address that opens a mail to the network about this meeting."""
    subject = _("Aanmelden: %(title)s", title=event.title)
    return f"mailto:{quote(reply_to, safe='@')}?subject={quote(subject)}"


def notes_of(event: Event) -> list[str]:
    """Return what is good to know below the buttons: how one gets in, how many can come, and whom to call."""
    return [note for note in (event.venue_note, _say_room(event), say_contact(event)) if note]


def say_contact(event: Event) -> str:
    """Return whom to call or mail about the meeting, or nothing."""
    who = event.contact_name or _("ons")
    ways = [_("bel %(phone)s", phone=show_phone(event.contact_phone))] if event.contact_phone else []
    ways += [_("mail %(address)s", address=event.contact_address)] if event.contact_address else []
    if not ways:
        return ""
    return _("Vragen? Vraag het aan %(who)s: %(ways)s.", who=who, ways=listing(ways, joined_by="of"))


def _say_room(event: Event) -> str:
    if event.capacity is None:
        return ""
    people = ngettext("Er is plek voor 1 persoon", "Er is plek voor %(n)s mensen", event.capacity)
    if event.per_organisation is None:
        return f"{people}."
    each = ngettext("1 persoon per organisatie", "%(n)s mensen per organisatie", event.per_organisation)
    return f"{people}, {each}."
