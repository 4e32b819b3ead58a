"""Blocks about meetings: the agenda, one meeting, how it was, and the same facts in other languages."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks.base import BlockFields, BlockWords, FieldWords, picture_fields
from mailer.mailings.blocks.values import EventNumber, Fixed, Line, Rich, Slugs, Source

# Two months ahead: a monthly newsletter names the meetings of this month and the next.
AGENDA_DAYS = 60


class Agenda(BlockFields):
    type: Literal["agenda"] = "agenda"
    within_days: Annotated[int, Field(ge=1, le=366)] = AGENDA_DAYS
    theme: Slugs = []
    neighbourhood: Slugs = []


class Event(BlockFields):
    type: Literal["event"] = "event"
    event: EventNumber = None
    src: Source = ""
    alt: Fixed = ""


class Report(BlockFields):
    type: Literal["report"] = "report"
    # The name of the meeting, as staff knows it: it is looked up among those that were.
    text: Fixed = ""
    html: Rich = ""
    src: Source = ""
    alt: Fixed = ""

    headed_by: ClassVar[str] = "text"


class Change(BlockFields):
    type: Literal["change"] = "change"
    text: Line = ""
    before: Line = ""
    after: Line = ""


class Languages(BlockFields):
    type: Literal["languages"] = "languages"
    event: EventNumber = None
    # Names or codes, commas between; empty: every language that was checked.
    languages: Fixed = ""


def agenda_words() -> BlockWords:
    """Return the words of the agenda."""
    days = _("Bijeenkomsten tot zoveel dagen na het verzenden.")
    fields = [
        FieldWords("within_days", _("Hoeveel dagen vooruit?"), days, "number", AGENDA_DAYS),
        FieldWords("theme", _("Alleen met thema (hoeft niet)"), "", "slugs", []),
        FieldWords("neighbourhood", _("Alleen in wijk (hoeft niet)"), "", "slugs", []),
    ]
    return BlockWords("agenda", _("Agenda"), _("De bijeenkomsten die eraan komen. Vult zichzelf."), fields)


def event_words() -> BlockWords:
    """Return the words of one meeting."""
    fields = [
        FieldWords("event", _("Welke bijeenkomst?"), _("Datum, plek en knoppen komen vanzelf."), "event"),
        *picture_fields(_("Foto (hoeft niet)")),
    ]
    return BlockWords("event", _("Bijeenkomst"), _("Eén bijeenkomst, met knoppen om te reageren."), fields)


def report_words() -> BlockWords:
    """Return the words of how a meeting was."""
    name = _("De naam zoals hij bij Bijeenkomsten staat. Datum en aantal mensen komen dan vanzelf.")
    fields = [
        FieldWords("text", _("Welke bijeenkomst?"), name, "line", ""),
        FieldWords("html", _("Wat kwam eruit?"), _("Drie punten zijn genoeg."), "rich", ""),
        *picture_fields(_("Foto (hoeft niet)")),
    ]
    return BlockWords("report", _("Verslag"), _("Hoe een bijeenkomst was, en wat eruit kwam."), fields)


def change_words() -> BlockWords:
    """Return the words of what is different now."""
    fields = [
        FieldWords("text", _("Wat is er anders?"), _("Zoals “De zaal” of “De tijd”."), "line", ""),
        FieldWords("before", _("Hoe was het?"), "", "line", ""),
        FieldWords("after", _("Hoe is het nu?"), _("Dit staat groot in de mail."), "line", ""),
    ]
    return BlockWords("change", _("Wijziging"), _("Wat er anders is, oud en nieuw naast elkaar."), fields)


def languages_words() -> BlockWords:
    """Return the words of the strip in other languages."""
    which = _("Zoals “Türkçe, Polski”. Leeg: alle talen die zijn nagekeken.")
    fields = [
        FieldWords("event", _("Welke bijeenkomst?"), _("Dag, tijd en plek komen vanzelf."), "event"),
        FieldWords("languages", _("Welke talen? (hoeft niet)"), which, "line", ""),
    ]
    hint = _("Dezelfde feiten in andere talen. Zet hem onderaan.")
    return BlockWords("languages", _("Taalstrook"), hint, fields)
