"""The basics: a heading, text, a button, a line, a quote, a picture; and what opens and closes a newsletter."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks.base import BlockFields, BlockWords, FieldWords, heading_field, numbered, picture_fields
from mailer.mailings.blocks.values import Address, Fixed, Line, OptionalLine, Rich, Source, YesNo

# Who stands on a picture, and whether they agreed (``Image.people``).
NOBODY_ASKED, NOBODY_RECOGNISABLE, EVERYBODY_AGREED = range(3)


class Intro(BlockFields):
    type: Literal["intro"] = "intro"
    greets: YesNo = 1
    html: Rich = ""
    name: Fixed = ""
    role: Line = ""
    src: Source = ""
    alt: Fixed = ""


class InShort(BlockFields):
    type: Literal["in_short"] = "in_short"
    text: Line = ""
    html: Rich = ""


class Heading(BlockFields):
    type: Literal["heading"] = "heading"
    text: Line = ""
    level: Annotated[int, Field(ge=1, le=3)] = 2

    headed_by: ClassVar[str] = "text"


class Text(BlockFields):
    type: Literal["text"] = "text"
    html: Rich = ""


class Image(BlockFields):
    type: Literal["image"] = "image"
    src: Source = ""
    # None: nobody decided yet. "": only decoration, and somebody said so.
    alt: OptionalLine = None
    caption: Line = ""
    credit: Fixed = ""
    people: Annotated[int, Field(ge=0, le=2)] = NOBODY_ASKED


class Button(BlockFields):
    type: Literal["button"] = "button"
    label: Line = ""
    url: Address = ""


class Divider(BlockFields):
    type: Literal["divider"] = "divider"


class Quote(BlockFields):
    type: Literal["quote"] = "quote"
    text: Line = ""
    name: Fixed = ""
    role: Line = ""


class Partners(BlockFields):
    type: Literal["partners"] = "partners"
    text: Line = ""
    src: Source = ""


def intro_words() -> BlockWords:
    """Return the words of the opening."""
    fields = [
        FieldWords("greets", _("Met aanhef?"), _("Bijvoorbeeld: Beste Samira en Joost,"), "choice", 1, _no_yes()),
        FieldWords("html", _("Tekst"), _("Eén tot drie alinea’s, samen hoogstens 80 woorden."), "rich", ""),
        FieldWords("name", _("Naam eronder (hoeft niet)"), _("Wie schrijft dit?"), "line", ""),
        FieldWords("role", _("Rol of organisatie (hoeft niet)"), "", "line", ""),
        *picture_fields(_("Foto van wie schrijft (hoeft niet)")),
    ]
    return BlockWords("intro", _("Aanhef en intro"), _("De eerste woorden, met je naam eronder."), fields)


def in_short_words() -> BlockWords:
    """Return the words of the list on top."""
    hint = _("Laat dit leeg: dan maken we de regels van de koppen hieronder.")
    fields = [
        heading_field(_("Kop"), _("Leeg: “In het kort”.")),
        FieldWords("html", _("Eigen regels (hoeft niet)"), hint, "rich", ""),
    ]
    return BlockWords("in_short", _("In het kort"), _("Wat er in de mail staat, met links. Vult zichzelf."), fields)


def heading_words() -> BlockWords:
    """Return the words of a heading."""
    levels = [
        {"value": 1, "label": _("Titel van de hele mail")},
        {"value": 2, "label": _("Kop")},
        {"value": 3, "label": _("Tussenkop")},
    ]
    fields = [
        heading_field(_("Tekst van de kop"), _("Kort en zonder punt.")),
        FieldWords("level", _("Hoe groot?"), _("Gebruik de titel één keer."), "choice", 2, levels),
    ]
    return BlockWords("heading", _("Kop"), _("De titel van een stuk tekst."), fields)


def text_words() -> BlockWords:
    """Return the words of a text."""
    hint = _("Korte zinnen. Een lege regel begint een nieuwe alinea.")
    return BlockWords(
        "text", _("Tekst"), _("Eén of meer alinea’s."), [FieldWords("html", _("Tekst"), hint, "rich", "")]
    )


def image_words() -> BlockWords:
    """Return the words of a picture."""
    alt = _("Wat zie je op de foto? Zo weten ook mensen die de foto niet zien wat erop staat.")
    agreed = numbered(_("Nog niet gekeken"), _("Niemand herkenbaar"), _("Ja, en zij vinden het goed"))
    fields = [
        FieldWords("src", _("Foto"), _("Een jpg, png of webp, van je eigen telefoon of computer."), "picture", ""),
        FieldWords("alt", _("Beschrijving"), alt, "line", None),
        FieldWords("caption", _("Bijschrift (hoeft niet)"), _("Staat onder de foto."), "line", ""),
        FieldWords("credit", _("Wie maakte de foto? (hoeft niet)"), "", "line", ""),
        FieldWords("people", _("Staan er mensen op?"), _("Vraag het ze eerst."), "choice", NOBODY_ASKED, agreed),
    ]
    return BlockWords("image", _("Foto"), _("Een foto met een beschrijving."), fields)


def button_words() -> BlockWords:
    """Return the words of a button."""
    fields = [
        FieldWords("label", _("Tekst op de knop"), _("Begin met een werkwoord, zoals “Bekijk de route”."), "line", ""),
        FieldWords("url", _("Waar gaat de knop naartoe?"), _("Bijvoorbeeld https://voorbeeld.nl."), "address", ""),
    ]
    return BlockWords("button", _("Knop"), _("Eén ding dat de lezer kan doen."), fields)


def divider_words() -> BlockWords:
    """Return the words of a line."""
    return BlockWords("divider", _("Lijn"), _("Een lijn tussen twee stukken."), [])


def quote_words() -> BlockWords:
    """Return the words of a quote."""
    fields = [
        FieldWords("text", _("Wat zei iemand?"), _("Zonder aanhalingstekens, die komen vanzelf."), "line", ""),
        FieldWords("name", _("Naam"), _("Vraag eerst of de naam erbij mag."), "line", ""),
        FieldWords("role", _("Rol of organisatie (hoeft niet)"), "", "line", ""),
    ]
    return BlockWords("quote", _("Citaat"), _("Wat iemand zei, met de naam erbij."), fields)


def partners_words() -> BlockWords:
    """Return the words of the partners' strip."""
    names = _("De namen als tekst, zoals “de gemeente en het Tegelfonds”. Zo leest iedereen ze.")
    logos = _("Eén plaatje met de logo’s naast elkaar. Het wordt 40 pixels hoog.")
    fields = [
        FieldWords("text", _("Wie maken dit mogelijk?"), names, "line", ""),
        FieldWords("src", _("Logo’s (hoeft niet)"), logos, "picture", ""),
    ]
    return BlockWords("partners", _("Mogelijk gemaakt door"), _("Wie het werk mogelijk maken."), fields)


def _no_yes() -> list[dict[str, object]]:
    return numbered(_("Nee"), _("Ja"))
