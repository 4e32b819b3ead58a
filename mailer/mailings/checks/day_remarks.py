"""What deserves a look about the day: of the meeting, where others have something else, and of the letter itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from mailer.events.models import Event, EventState
from mailer.events.special_days import DayKind, Special, special_on
from mailer.foundation.clock import local, say_date, say_time, today
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.mailings import blocks
from mailer.mailings.checks.reading import Check, Finding, Reading
from mailer.mailings.models import MailingKind

# Two meetings this close keep people from coming to both.
TOO_CLOSE = timedelta(hours=2)


def _day_of_sending(reading: Reading) -> Iterator[Finding]:
    for special in special_on(reading.session, today(reading.sending_at)):
        if special.kind is DayKind.PUBLIC:
            sentence = _("De mail gaat weg op een feestdag: %(name)s. Dan lezen minder mensen hem.", name=special.name)
            yield Finding("sent-on-holiday", sentence, "schedule")


def _day_of_meeting(reading: Reading) -> Iterator[Finding]:
    for event, block in _meetings(reading):
        for special in special_on(reading.session, today(event.starts_at)):
            yield Finding("meeting-on-special-day", _say(event, special), "event", block)


def _other_meetings(reading: Reading) -> Iterator[Finding]:
    for event, block in _meetings(reading):
        others = _meetings_of_that_day(reading, event)
        if others:
            sentence = _(
                "Rond de tijd van %(title)s is er meer: %(others)s. Wie naar beide wil, moet kiezen.",
                title=event.title,
                others=listing([f"{other.title} ({say_time(other.starts_at)} uur)" for other in others]),
            )
            yield Finding("meetings-clash", sentence, "event", block)


def _meetings(reading: Reading) -> Iterator[tuple[Event, int | None]]:
    """The meetings this letter invites to, each once, with the block that shows it."""
    shown = {
        block.event: row.id
        for row, block in reading.blocks
        if isinstance(block, blocks.Event) and block.event is not None
    }
    invited = reading.mailing.event_id if reading.mailing.kind is MailingKind.INVITATION else None
    for event_id in dict.fromkeys([*([invited] if invited else []), *shown]):
        event = reading.session.get(Event, event_id)
        if event is not None and event.state is not EventState.CANCELLED and not event.is_past(reading.sending_at):
            yield event, shown.get(event_id) if event_id != invited else None


def _meetings_of_that_day(reading: Reading, event: Event) -> list[Event]:
    question = select(Event).where(
        Event.id != event.id,
        Event.state == EventState.OPEN,
        Event.starts_at < event.ends_at + TOO_CLOSE,
        Event.ends_at > event.starts_at - TOO_CLOSE,
    )
    return list(reading.session.scalars(question.order_by(Event.starts_at, Event.id)))


def _say(event: Event, special: Special) -> str:
    day = say_date(_day(event.starts_at))
    if special.kind is DayKind.SCHOOL:
        return _("%(title)s is in de %(name)s (%(day)s).", title=event.title, name=special.name.lower(), day=day)
    said = _("Op de dag van %(title)s (%(day)s) is het %(name)s.", title=event.title, name=special.name, day=day)
    return f"{said} {_('Bron: %(source)s', source=special.source)}" if special.source else said


def _day(moment: datetime) -> date:
    return local(moment).date()


DAY_REMARKS: tuple[Check, ...] = (_day_of_sending, _day_of_meeting, _other_meetings)
