"""Filling blocks about meetings, from the meetings as they are at this moment."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from mailer.events.models import Event, EventState
from mailer.foundation.clock import say_date, say_moment
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings import blocks, phrases
from mailer.mailings.compiling import agenda
from mailer.mailings.compiling.fillers.desk import Desk, rich
from mailer.mailings.compiling.stationery import StaffWords, row_html
from mailer.mailings.models import MailingKind
from mailer.wire.richtext import paragraphs, plain_text


def fill_agenda(desk: Desk, block: blocks.Agenda) -> dict[str, Any]:
    """Return a row for each meeting that comes."""
    return {"rows": [_agenda_row(desk, event) for event in coming(desk, block)]}


def coming(desk: Desk, block: blocks.Agenda) -> list[Event]:
    """Return the meetings of which this agenda tells at this moment."""
    return agenda.coming_events(
        desk.session,
        now=desk.now,
        within_days=block.within_days,
        themes=block.theme,
        neighbourhoods=block.neighbourhood,
    )


def _agenda_row(desk: Desk, event: Event) -> SimpleNamespace:
    full = agenda.is_full(desk.session, event)
    takes_answers = event.takes_answers(desk.now)
    return SimpleNamespace(
        number=event.id,
        is_own=desk.mailing.event_id == event.id,
        tile=agenda.date_tile(event),
        title=event.title,
        when=say_moment(event.starts_at),
        where=event.venue_name,
        full=full,
        url=desk.answer_url(event) if takes_answers else "",
        invitation=_invitation(full=full),
        note="" if takes_answers else _("Aanmelden kan niet meer."),
    )


def fill_event(desk: Desk, block: blocks.Event) -> dict[str, Any] | None:
    """Return all of one meeting, with the two buttons when this mailing invites to it."""
    event = desk.session.get(Event, block.event) if block.event is not None else None
    if event is None:
        return None
    full = agenda.is_full(desk.session, event)
    takes_answers = event.takes_answers(desk.now)
    # Somebody typed it as plain text, and the page of the meeting shows it so: "<tien>" is a word here, no tag.
    description = paragraphs(event.description)
    return {
        "number": event.id,
        "tile": agenda.date_tile(event),
        "title": event.title,
        "level": 1 if desk.mailing.kind is MailingKind.INVITATION and desk.mailing.blocks[0].type == "event" else 2,
        "notice": agenda.say_notice(event, full=full, now=desk.now),
        "description": row_html(description),
        "description_plain": plain_text(description),
        "facts": agenda.facts_of(event),
        "notes": agenda.notes_of(event),
        "asks": desk.mailing.event_id == event.id and takes_answers,
        "closes": agenda.say_closing(event),
        "url": desk.answer_url(event) if takes_answers else "",
        "invitation": _invitation(full=full),
        **desk.picture(block.src, block.alt),
    }


def fill_change(_desk: Desk, block: blocks.Change) -> dict[str, Any] | None:
    """Return what it was and what it is."""
    if not block.after:
        return None
    return {name: StaffWords(getattr(block, name)) for name in ("text", "before", "after")}


def fill_report(desk: Desk, block: blocks.Report) -> dict[str, Any] | None:
    """Return what came of a meeting; its day and how many were there come from the meeting itself."""
    if not block.text:
        return None
    event = agenda.meeting_that_was(desk.session, block.text, now=desk.now)
    present = agenda.present_at(desk.session, event) if event is not None else 0
    facts = [say_date(event.starts_at)] if event is not None else []
    if present:
        facts.append(ngettext("er was 1 persoon", "er waren %(n)s mensen", present))
    return {
        "text": StaffWords(block.text),
        "facts": " · ".join(facts),
        **rich(block.html),
        **desk.picture(block.src, block.alt),
    }


def fill_languages(desk: Desk, block: blocks.Languages) -> dict[str, Any] | None:
    """Return a meeting's facts in every checked language; None when there is none to show."""
    event = desk.session.get(Event, block.event) if block.event is not None else None
    shown = phrases.languages_on(block.languages)
    if event is None or not shown:
        return None
    full = agenda.is_full(desk.session, event)
    takes_answers = event.takes_answers(desk.now)
    return {
        "number": event.id,
        "is_own": desk.mailing.event_id == event.id,
        "title": event.title,
        "url": desk.answer_url(event) if takes_answers else "",
        "parts": [_in_language(language, event, full=full) for language in shown],
    }


def _in_language(language: phrases.Language, event: Event, *, full: bool) -> SimpleNamespace:
    say = language.phrases
    off = event.state is EventState.CANCELLED
    return SimpleNamespace(
        code=language.code,
        direction=language.direction,
        side=language.side,
        name=language.name,
        invited=say["invited"],
        notice=say["off"] if off else say["full"] if full else "",
        facts=phrases.facts_in(language, event),
        notes=phrases.notes_in(language, event),
        coming=say["coming"],
    )


def _invitation(*, full: bool) -> str:
    return _("Zet ons op de wachtlijst") if full else _("Laat weten of jullie komen")
