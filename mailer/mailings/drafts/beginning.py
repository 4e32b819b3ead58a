"""With which blocks each kind of mailing begins: in the order in which it reads best, and not a word invented.

What staff has to write is empty, and ``checks.checking`` stops the mailing until it is written or taken out.
"""

from __future__ import annotations

from datetime import datetime

from mailer.events.models import Event
from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import AGENDA_DAYS
from mailer.mailings.models import MailingKind

Values = dict[str, object]

DIVIDER: Values = {"type": "divider"}


def first_blocks(kind: MailingKind, event: Event | None, *, now: datetime) -> list[Values]:
    """Return the blocks of a new mailing; an invitation is written from its meeting (``inviting``)."""
    if kind is MailingKind.NEWSLETTER:
        return _newsletter()
    if kind is MailingKind.CALL:
        return [_greeting(), {"type": "call"}]
    if event is None:
        return [_greeting()]
    return _news_of(event, now=now)


def programme() -> list[Values]:
    """Return what stands below the two buttons of an invitation. Host, access and route come from the meeting."""
    return [DIVIDER, {"type": "heading", "level": 2, "text": _("Programma")}, {"type": "text"}]


def _newsletter() -> list[Values]:
    return [
        {"type": "intro"},
        {"type": "in_short"},
        DIVIDER,
        {"type": "heading", "level": 2, "text": _("Agenda")},
        {"type": "agenda", "within_days": AGENDA_DAYS},
        DIVIDER,
        {"type": "organisation"},
        DIVIDER,
        {"type": "call"},
        DIVIDER,
        {"type": "funding"},
        DIVIDER,
        {"type": "news"},
        DIVIDER,
        {"type": "partners"},
    ]


def _news_of(event: Event, *, now: datetime) -> list[Values]:
    """What is different, and one button while one can still answer."""
    title: Values = {"type": "heading", "level": 1, "text": event.title}
    button: Values = {"type": "button", "label": _("Verander je antwoord"), "url": "[[link.rsvp]]"}
    return [title, _greeting(), {"type": "change"}, *([button] if event.takes_answers(now) else [])]


def _greeting() -> Values:
    return {"type": "text", "html": "<p>[[mailbox.greeting]]</p>"}
