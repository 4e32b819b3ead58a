"""Blocks that ask or offer something: a call, money with a deadline, short news, something practical."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks.base import BlockFields, BlockWords, FieldWords, heading_field, link_fields, numbered
from mailer.mailings.blocks.values import Address, Day, Fixed, Line, Rich, one_of

# What a call asks for, by number; programs may write the word.
CALLS = ("volunteer", "room", "things", "knowledge", "help")

CallKind = Annotated[int, BeforeValidator(lambda value: one_of(CALLS, value)), Field(ge=0, lt=len(CALLS))]


class Call(BlockFields):
    type: Literal["call"] = "call"
    kind: CallKind = 0
    text: Line = ""
    name: Fixed = ""
    html: Rich = ""
    until: Day = ""
    contact: Fixed = ""
    label: Line = ""
    url: Address = ""

    headed_by: ClassVar[str] = "text"


class Funding(BlockFields):
    type: Literal["funding"] = "funding"
    text: Line = ""
    name: Fixed = ""
    amount: Line = ""
    html: Rich = ""
    until: Day = ""
    time: Fixed = ""
    contact: Fixed = ""
    label: Line = ""
    url: Address = ""

    headed_by: ClassVar[str] = "text"


class News(BlockFields):
    type: Literal["news"] = "news"
    text: Line = ""
    html: Rich = ""
    label: Line = ""
    url: Address = ""

    headed_by: ClassVar[str] = "text"


class Practical(BlockFields):
    type: Literal["practical"] = "practical"
    text: Line = ""
    when: Line = ""
    place: Fixed = ""
    html: Rich = ""
    contact: Fixed = ""

    headed_by: ClassVar[str] = "text"


def say_call_kind(kind: int) -> str:
    """Return in a word or two what a call asks for."""
    return call_kinds()[kind]


def call_kinds() -> tuple[str, ...]:
    """Return the words of ``CALLS``, in that order."""
    return (
        _("Vrijwilliger gezocht"),
        _("Ruimte gezocht"),
        _("Spullen gezocht"),
        _("Kennis gezocht"),
        _("Hulp gezocht"),
    )


def call_words() -> BlockWords:
    """Return the words of a call."""
    fields = [
        FieldWords("kind", _("Wat wordt er gezocht?"), "", "choice", 0, numbered(*call_kinds())),
        heading_field(_("Kop"), _("Zoals “Wie heeft een keuken?”.")),
        FieldWords("name", _("Wie vraagt het?"), _("De naam van de organisatie of de persoon."), "line", ""),
        FieldWords("html", _("Wat is er nodig, en voor wie?"), _("Korte zinnen."), "rich", ""),
        FieldWords("until", _("Tot welke dag? (hoeft niet)"), _("Bijvoorbeeld 22-1-2027."), "line", ""),
        FieldWords("contact", _("Wie bel of mail je?"), _("Naam met telefoonnummer of mailadres."), "line", ""),
        *link_fields(_("Tekst op de knop (hoeft niet)")),
    ]
    return BlockWords("call", _("Oproep"), _("Iemand zoekt iets of iemand."), fields)


def funding_words() -> BlockWords:
    """Return the words of money with a deadline."""
    fields = [
        heading_field(_("Naam van het potje"), _("Zoals “Straatpotje Groen”.")),
        FieldWords("name", _("Van welk fonds? (hoeft niet)"), "", "line", ""),
        FieldWords("amount", _("Hoeveel geld?"), _("Zoals “tot € 750,00”."), "line", ""),
        FieldWords("html", _("Waarvoor, en hoe vraag je het aan?"), _("Korte zinnen."), "rich", ""),
        FieldWords("until", _("Laatste dag"), _("Bijvoorbeeld 29-1-2027."), "line", ""),
        FieldWords("time", _("Hoe laat sluit het? (hoeft niet)"), _("Bijvoorbeeld 17.00."), "time", ""),
        FieldWords("contact", _("Wie helpt je? (hoeft niet)"), _("Naam met telefoonnummer of mailadres."), "line", ""),
        *link_fields(),
    ]
    hint = _("Geld met een laatste dag. Staat op volgorde, en verdwijnt van de website als die dag voorbij is.")
    return BlockWords("funding", _("Subsidiekans"), hint, fields)


def news_words() -> BlockWords:
    """Return the words of short news."""
    fields = [
        heading_field(_("Titel")),
        FieldWords("html", _("Tekst"), _("Ongeveer 40 woorden."), "rich", ""),
        *link_fields(),
    ]
    return BlockWords("news", _("Nieuws kort"), _("Een bericht van een paar regels."), fields)


def practical_words() -> BlockWords:
    """Return the words of something practical."""
    fields = [
        heading_field(_("Kop"), _("Zoals “Plek vrij” of “Samen eten”.")),
        FieldWords("when", _("Wanneer?"), _("Zoals “elke woensdag, 18.00 uur”."), "line", ""),
        FieldWords("place", _("Waar?"), "", "line", ""),
        FieldWords("html", _("Meer erover (hoeft niet)"), _("Een korte lijst leest het best."), "rich", ""),
        FieldWords("contact", _("Wie bel of mail je? (hoeft niet)"), "", "line", ""),
    ]
    return BlockWords("practical", _("Praktisch"), _("Plek vrij, samen eten: dag en plek op een rij."), fields)
