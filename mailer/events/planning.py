"""Planning a meeting: make it, change it, open and close it for answers, call it off. No letters about that."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Neighbourhood, Theme
from mailer.directory.queries import WordRow, words_of_slugs
from mailer.events import places, receipts
from mailer.events.models import (
    Event,
    EventNeighbourhood,
    EventState,
    EventTheme,
    GuestGroup,
    Invitation,
)
from mailer.events.plans import BadPlan, EventPlan, GroupPlan
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff import logbook
from mailer.staff.models import Operator

PLAIN_FIELDS = (
    "title", "description", "starts_at", "ends_at", "timezone", "doors_open_at", "rsvp_closes_at", "costs",
    "venue_name", "venue_address", "venue_url", "venue_note", "capacity", "per_organisation",
    "contact_name", "contact_phone", "contact_address",
)  # fmt: skip

# What a calendar must hear of (RFC 5546 §2.1.4; a far-away new place counts as well).
IN_CALENDARS = ("starts_at", "ends_at", "timezone", "venue_name", "venue_address")


def find_event(session: Session, event_id: int) -> Event:
    """Return the meeting. Raises `NotFound`."""
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound(_("Bijeenkomst %(id)s bestaat niet.", id=event_id))
    return event


def plan_event(
    session: Session, plan: EventPlan, *, by: Operator | None, now: datetime, is_open: bool = False
) -> Event:
    """Make a meeting: a draft, or at once open for answers and in the agenda."""
    event = Event(
        uid=f"{uuid.uuid4()}@tegelpost",
        state=EventState.OPEN if is_open else EventState.DRAFT,
        created_at=now,
        changed_at=now,
    )
    session.add(event)
    with session.no_autoflush:
        _write(session, event, plan)
    session.flush()
    logbook.note(session, by, "event-planned", event, now=now)
    return event


def change_event(session: Session, event: Event, plan: EventPlan, *, by: Operator | None, now: datetime) -> Event:
    """Change a meeting; SEQUENCE goes up when calendars must follow.

    Raises `BadPlan` when there are fewer places than people on the list, or when a group that was invited would go.
    """
    places.lock_event(session, event.id)
    before = _calendar_facts(event)
    with session.begin_nested():
        _write(session, event, plan)
        session.flush()
        _check_places(session, event)
    _touch(event, before, now)
    session.flush()
    logbook.note(session, by, "event-changed", event, now=now)
    return event


def open_event(session: Session, event: Event, *, by: Operator | None, now: datetime) -> None:
    """Take answers: a draft opens, and what was closed before its time opens again."""
    places.lock_event(session, event.id)
    if event.state is EventState.CANCELLED:
        raise BadInput(_("Deze bijeenkomst gaat niet door. Maak een nieuwe."))
    before = _calendar_facts(event)
    event.state = EventState.OPEN
    if event.rsvp_closes_at and event.rsvp_closes_at <= now:
        event.rsvp_closes_at = None
    _touch(event, before, now)
    session.flush()
    logbook.note(session, by, "event-opened", event, now=now)


def close_event(session: Session, event: Event, *, by: Operator | None, now: datetime) -> None:
    """Take no more answers from guests; staff still can record one."""
    places.lock_event(session, event.id)
    event.rsvp_closes_at = min(now, event.starts_at)
    event.changed_at = now
    session.flush()
    logbook.note(session, by, "event-closed", event, now=now)


def cancel_event(session: Session, event: Event, *, because: str, by: Operator | None, now: datetime) -> None:
    """Call the meeting off, with the reason everybody reads, and owe who comes or waits a letter.

    For good: a calendar that dropped the entry does not find it again. Raises `BadInput` without a reason.
    """
    places.lock_event(session, event.id)
    if event.state is EventState.CANCELLED:
        return
    if not because.strip():
        raise BadInput(_("Schrijf waarom de bijeenkomst niet doorgaat. Iedereen leest dit."), field="because")
    if len(because) > 500:
        raise BadInput(_("Dit is te lang: gebruik hooguit %(n)s tekens.", n=500), field="because")
    before = _calendar_facts(event)
    event.state = EventState.CANCELLED
    event.cancelled_because = because.strip()
    _touch(event, before, now)
    session.flush()
    receipts.owe_cancellations(session, event, now=now)
    logbook.note(session, by, "event-cancelled", event, now=now)


def _calendar_facts(event: Event) -> tuple[object, ...]:
    is_off = event.state is EventState.CANCELLED
    return (is_off, *(getattr(event, field) for field in IN_CALENDARS))


def _touch(event: Event, before: tuple[object, ...], now: datetime) -> None:
    event.changed_at = now
    if _calendar_facts(event) != before:
        event.sequence += 1


def _write(session: Session, event: Event, plan: EventPlan) -> None:
    for field in PLAIN_FIELDS:
        setattr(event, field, getattr(plan, field))
    _write_groups(session, event, plan.groups)
    themes = _words(session, Theme, plan.themes, field="themes")
    neighbourhoods = _words(session, Neighbourhood, plan.neighbourhoods, field="neighbourhoods")
    known_themes = {row.theme_id: row for row in event.themes}
    event.themes = [known_themes.get(word.id) or EventTheme(theme=word, theme_id=word.id) for word in themes]
    known_areas = {row.neighbourhood_id: row for row in event.neighbourhoods}
    event.neighbourhoods = [
        known_areas.get(word.id) or EventNeighbourhood(neighbourhood=word, neighbourhood_id=word.id)
        for word in neighbourhoods
    ]


def _write_groups(session: Session, event: Event, groups: Iterable[GroupPlan]) -> None:
    standing = {group.name.casefold(): group for group in event.groups}
    kept = []
    for plan in groups:
        group = standing.get(plan.name.casefold()) or GuestGroup()
        group.name, group.capacity, group.per_organisation = plan.name, plan.capacity, plan.per_organisation
        kept.append(group)
    gone = [group.id for group in event.groups if group not in kept]
    if gone and session.scalar(select(Invitation.id).where(Invitation.group_id.in_(gone)).limit(1)):
        raise BadPlan({"groups": _("Deze soort gast is al uitgenodigd. Laat hem staan.")})
    event.groups = kept


def _words(session: Session, kind: type[WordRow], slugs: tuple[str, ...], *, field: str) -> list[WordRow]:
    found = words_of_slugs(session, kind, slugs)
    known = {word.slug for word in found}
    for slug in slugs:
        if slug not in known:
            raise BadPlan({field: _("„%(slug)s” kennen we niet.", slug=slug)})
    return found


def _check_places(session: Session, event: Event) -> None:
    for group in [None, *(group for group in event.groups if group.capacity is not None)]:
        pool = places.pool_of(event, group)
        taken = places.taken_places(session, pool)
        if pool.capacity is not None and taken > pool.capacity:
            sentence = ngettext(
                "Er staat al %(n)s gast op de lijst. Kies minstens %(n)s plek.",
                "Er staan al %(n)s gasten op de lijst. Kies minstens %(n)s plekken.",
                taken,
            )
            raise BadPlan({"groups" if group else "capacity": sentence})
