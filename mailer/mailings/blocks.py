"""What a mailing is made of: each type of block, its fields, and the words the office shows beside them.

A block may be unfinished (a button without a label is a draft, not an error); what is missing is ``checking``'s to
say. What is wrong is refused here: a type or field that does not exist, an address that leads nowhere. Not how a block
looks: that is ``templates/emails/blocks``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.richtext import clean, is_allowed_address

# Two months ahead: a monthly newsletter names the meetings of this month and the next.
AGENDA_DAYS = 60
BARE_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
BARE_ADDRESS = re.compile(r"[^\s@:/]+@[\w-]+(\.[\w-]+)+")


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _rich(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def _address(value: object) -> object:
    """Read what people type: "voorbeeld.nl" and "info@voorbeeld.nl" are addresses too."""
    if not isinstance(value, str) or not value.strip():
        return "" if value is None else value
    typed = value.strip()
    if BARE_ADDRESS.fullmatch(typed):
        typed = f"mailto:{typed}"
    elif BARE_DOMAIN.fullmatch(typed):
        typed = f"https://{typed}"
    if not is_allowed_address(typed):
        raise ValueError(_("Deze link klopt niet: %(url)s. Een link begint met https:// of mailto:.", url=typed))
    return typed


def _list_of_slugs(value: object) -> object:
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_one_line), Field(max_length=500)]
Rich = Annotated[str, BeforeValidator(_rich), Field(max_length=20_000)]
Address = Annotated[str, BeforeValidator(_address), Field(max_length=2_000)]
Slugs = Annotated[list[str], BeforeValidator(_list_of_slugs)]


class BlockFields(BaseModel):
    """Parent of every type of block."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Heading(BlockFields):
    type: Literal["heading"] = "heading"
    text: Line = ""
    level: Annotated[int, Field(ge=1, le=3)] = 2


class Text(BlockFields):
    type: Literal["text"] = "text"
    html: Rich = ""


class Image(BlockFields):
    type: Literal["image"] = "image"
    src: Annotated[str, BeforeValidator(_one_line), Field(max_length=2_000)] = ""
    # None: nobody decided yet. "": only decoration, and somebody said so.
    alt: Line | None = None
    caption: Line = ""


class Button(BlockFields):
    type: Literal["button"] = "button"
    label: Line = ""
    url: Address = ""


class Divider(BlockFields):
    type: Literal["divider"] = "divider"


class Quote(BlockFields):
    type: Literal["quote"] = "quote"
    text: Line = ""
    name: Line = ""
    role: Line = ""


class Agenda(BlockFields):
    type: Literal["agenda"] = "agenda"
    within_days: Annotated[int, Field(ge=1, le=366)] = AGENDA_DAYS
    theme: Slugs = []
    neighbourhood: Slugs = []


class Event(BlockFields):
    type: Literal["event"] = "event"
    event: int | None = None


class Organisation(BlockFields):
    type: Literal["organisation"] = "organisation"
    organisation: Line = ""
    text: Rich = ""


Block = Heading | Text | Image | Button | Divider | Quote | Agenda | Event | Organisation
BLOCK_TYPES: dict[str, type[BlockFields]] = {
    "heading": Heading,
    "text": Text,
    "image": Image,
    "button": Button,
    "divider": Divider,
    "quote": Quote,
    "agenda": Agenda,
    "event": Event,
    "organisation": Organisation,
}
_reader: TypeAdapter[Block] = TypeAdapter(Annotated[Block, Field(discriminator="type")])


def read_block(values: Mapping[str, Any]) -> Block:
    """Return the block that the values describe, its text cleaned.

    Raises ``BadInput`` with a sentence for each problem: an unknown type or field, an address that leads nowhere.
    """
    kind = values.get("type")
    if kind not in BLOCK_TYPES:
        known = ", ".join(BLOCK_TYPES)
        raise BadInput(_("Dit soort blok bestaat niet: %(type)s. Kies uit: %(known)s.", type=kind, known=known))
    try:
        return _reader.validate_python(dict(values))
    except ValidationError as problem:
        sentences = [_sentence(str(kind), dict(error)) for error in problem.errors()]
        raise BadInput(sentences[0], field=_field(problem), problems=sentences) from problem


def fields_of(block: Block) -> dict[str, Any]:
    """Return the block's fields without its type, as they are stored."""
    return block.model_dump(mode="json", exclude={"type"})


@dataclass(frozen=True)
class FieldWords:
    """A field as the office shows it. ``input`` is line, rich, address, picture, number, choice, slugs, event,
    organisation."""

    name: str
    label: str
    hint: str
    input: str
    default: Any = None
    choices: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class BlockWords:
    """A type of block as the office shows it."""

    type: str
    label: str
    hint: str
    fields: list[FieldWords]


def describe_blocks() -> list[BlockWords]:
    """Return every type of block with its fields, in the order in which the office offers them."""
    return [
        BlockWords("heading", _("Kop"), _("De titel van een stuk tekst."), _heading_words()),
        BlockWords("text", _("Tekst"), _("Eén of meer alinea’s."), _text_words()),
        BlockWords("image", _("Foto"), _("Een foto met een beschrijving."), _image_words()),
        BlockWords("button", _("Knop"), _("Eén ding dat de lezer kan doen."), _button_words()),
        BlockWords("divider", _("Lijn"), _("Een lijn tussen twee onderwerpen."), []),
        BlockWords("quote", _("Citaat"), _("Wat iemand zei, met de naam erbij."), _quote_words()),
        BlockWords("agenda", _("Agenda"), _("De bijeenkomsten die eraan komen. Vult zichzelf."), _agenda_words()),
        BlockWords("event", _("Bijeenkomst"), _("Eén bijeenkomst, met knoppen om te reageren."), _event_words()),
        BlockWords("organisation", _("Maak kennis met"), _("Een organisatie in beeld."), _organisation_words()),
    ]


def block_words(kind: str) -> BlockWords:
    """Return the words of one type of block."""
    return next(words for words in describe_blocks() if words.type == kind)


def describe_blocks_as_json() -> list[dict[str, Any]]:
    """Return ``describe_blocks`` as plain values, for ``mailer mailing blocks --json``."""
    return [asdict(words) for words in describe_blocks()]


def _heading_words() -> list[FieldWords]:
    levels = [
        {"value": 1, "label": _("Titel van de hele mail")},
        {"value": 2, "label": _("Kop")},
        {"value": 3, "label": _("Tussenkop")},
    ]
    return [
        FieldWords("text", _("Tekst van de kop"), _("Kort en zonder punt."), "line", ""),
        FieldWords("level", _("Hoe groot?"), _("Gebruik de titel één keer."), "choice", 2, levels),
    ]


def _text_words() -> list[FieldWords]:
    hint = _("Korte zinnen. Een lege regel begint een nieuwe alinea.")
    return [FieldWords("html", _("Tekst"), hint, "rich", "")]


def _image_words() -> list[FieldWords]:
    alt = _("Wat zie je op de foto? Zo weten ook mensen die de foto niet zien wat erop staat.")
    return [
        FieldWords("src", _("Foto"), _("Een jpg, png of webp van je eigen computer."), "picture", ""),
        FieldWords("alt", _("Beschrijving"), alt, "line", None),
        FieldWords("caption", _("Bijschrift (hoeft niet)"), _("Staat onder de foto."), "line", ""),
    ]


def _button_words() -> list[FieldWords]:
    return [
        FieldWords("label", _("Tekst op de knop"), _("Begin met een werkwoord, zoals “Bekijk de route”."), "line", ""),
        FieldWords("url", _("Waar gaat de knop naartoe?"), _("Bijvoorbeeld https://voorbeeld.nl."), "address", ""),
    ]


def _quote_words() -> list[FieldWords]:
    return [
        FieldWords("text", _("Wat zei iemand?"), _("Zonder aanhalingstekens, die komen vanzelf."), "line", ""),
        FieldWords("name", _("Naam"), _("Vraag eerst of de naam erbij mag."), "line", ""),
        FieldWords("role", _("Rol of organisatie (hoeft niet)"), "", "line", ""),
    ]


def _agenda_words() -> list[FieldWords]:
    days = _("Bijeenkomsten tot zoveel dagen na het verzenden.")
    return [
        FieldWords("within_days", _("Hoeveel dagen vooruit?"), days, "number", AGENDA_DAYS),
        FieldWords("theme", _("Alleen met thema (hoeft niet)"), "", "slugs", []),
        FieldWords("neighbourhood", _("Alleen in wijk (hoeft niet)"), "", "slugs", []),
    ]


def _event_words() -> list[FieldWords]:
    return [FieldWords("event", _("Welke bijeenkomst?"), _("Datum, plek en knoppen komen vanzelf."), "event")]


def _organisation_words() -> list[FieldWords]:
    return [
        FieldWords("organisation", _("Welke organisatie?"), _("Wijk en thema komen vanzelf."), "organisation", ""),
        FieldWords("text", _("Tekst"), _("60 tot 120 woorden: wie zijn ze, en wat doen ze?"), "rich", ""),
    ]


def _field(problem: ValidationError) -> str | None:
    location = problem.errors()[0]["loc"]
    return str(location[1]) if len(location) > 1 else None


def _sentence(kind: str, error: dict[str, Any]) -> str:
    names = [str(part) for part in error["loc"][1:]]
    name = names[0] if names else kind
    if error["type"] == "extra_forbidden":
        return _("Het blok %(type)s heeft geen veld %(field)s.", type=kind, field=name)
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _("Het veld %(field)s van het blok %(type)s klopt niet.", field=name, type=kind)
