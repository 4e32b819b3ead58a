"""What of a letter is over by now, as its web version shows it. The letter itself was frozen; its templates put marks.

``<!--until MOMENT-->…<!--/until-->`` stands around what goes away as a whole. Around what asks for something stands
``<!--open MOMENT KIND-->…<!--/open-->`` (a call, a poll) or ``<!--answers EVENT-->…<!--/answers-->`` (a meeting, as it
is now: it may be cancelled or moved since); when it is over, a sentence takes its place, or with ``silent`` nothing.
"""

from __future__ import annotations

import re
from datetime import datetime

from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events.models import Event
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.compiling.agenda import say_notice

UNTIL = re.compile(r"<!--until (\S+)-->(.*?)<!--/until-->", re.DOTALL)
OPEN = re.compile(r"<!--open (\S+) (\w+)-->(.*?)<!--/open-->", re.DOTALL)
ANSWERS = re.compile(r"<!--answers (\d+)( silent)?-->(.*?)<!--/answers-->", re.DOTALL)


def without_what_is_over(session: Session, html: str, *, now: datetime) -> str:
    """Return a letter's HTML as it may be shown at this moment."""
    current = UNTIL.sub(lambda mark: mark[2] if now < datetime.fromisoformat(mark[1]) else "", html)
    with speaking("nl"):
        opened = OPEN.sub(lambda mark: mark[3] if now < datetime.fromisoformat(mark[1]) else _closed(mark[2]), current)
        return _without_closed_meetings(session, opened, now=now)


def _closed(kind: str) -> str:
    sentences = {"call": _("Reageren kan niet meer."), "poll": _("De peiling is gesloten.")}
    return _sentence(sentences[kind]) if kind in sentences else ""


def _without_closed_meetings(session: Session, html: str, *, now: datetime) -> str:
    numbers = {int(mark[1]) for mark in ANSWERS.finditer(html)}
    found = session.scalars(select(Event).where(Event.id.in_(numbers))) if numbers else ()
    events = {event.id: event for event in found}
    return ANSWERS.sub(lambda mark: _for_meeting(events.get(int(mark[1])), mark, now=now), html)


def _for_meeting(event: Event | None, mark: re.Match[str], *, now: datetime) -> str:
    if event is not None and event.takes_answers(now):
        return mark[3]
    if mark[2]:
        return ""
    said = say_notice(event, full=False, now=now) if event is not None else ""
    return _sentence(said or _("Aanmelden kan niet meer."))


def _sentence(words: str) -> str:
    return f'<p style="margin:8px 0 0"><strong>{escape(words)}</strong></p>'
