"""What every type of block is made of: its fields, and the words the office shows beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, field_validator

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks.values import Words
from mailer.mailings.blocks.variants import Variant, read_variants


class BlockFields(BaseModel):
    """Parent of every type of block."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # The field whose words are this block's heading, if it has one: "In het kort" is made of these.
    headed_by: ClassVar[str] = ""

    # Code of a language → the same words in it, for the foot of the letter.
    variants: dict[str, Variant] = {}

    @property
    def is_untouched(self) -> bool:
        """Whether nobody wrote anything in it: then one stop says it all."""
        return self == type(self)()

    def rich_words(self) -> list[str]:
        """Return the cleaned HTML that staff wrote in this block, in Dutch."""
        return [value for name in self._words(rich=True) if (value := getattr(self, name))]

    def lines(self) -> list[str]:
        """Return the single lines that staff wrote in this block, in Dutch; addresses too."""
        return [value for name in self._words(rich=False) if (value := getattr(self, name))]

    def words_of_variants(self, *, rich: bool) -> list[str]:
        """Return what it says in other languages: the cleaned HTML, or the single lines."""
        marked = self.translatable()
        said = (one for variant in self.variants.values() for one in variant.words.items())
        return [words for name, words in said if marked[name] is rich]

    def dutch(self) -> dict[str, str]:
        """Return the Dutch of the fields that may be said in other languages too: name → words."""
        return {name: getattr(self, name) or "" for name in self.translatable()}

    @classmethod
    def translatable(cls) -> dict[str, bool]:
        """Return the fields that may be said in other languages too: name → whether it holds rich text."""
        return {name: words.rich for name, words in cls._marked().items() if words.translates}

    @field_validator("variants", mode="before")
    @classmethod
    def _read_variants(cls, value: object) -> object:
        return read_variants(value, cls.translatable())

    @classmethod
    def _words(cls, *, rich: bool) -> list[str]:
        return [name for name, words in cls._marked().items() if words.rich is rich]

    @classmethod
    def _marked(cls) -> dict[str, Words]:
        fields = cls.model_fields.items()
        return {name: mark for name, info in fields for mark in info.metadata if isinstance(mark, Words)}


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


def numbered(*labels: str) -> list[dict[str, Any]]:
    """Return choices that are stored by their number, from 0."""
    return [{"value": number, "label": label} for number, label in enumerate(labels)]


def heading_field(label: str, hint: str = "", default: str = "") -> FieldWords:
    """Return the words of the line above a block."""
    return FieldWords("text", label, hint, "line", default)


def picture_fields(label: str) -> list[FieldWords]:
    """Return the words of a picture that a block may have, with what it shows."""
    alt = _("Wat zie je op de foto? Zo weten ook mensen die de foto niet zien wat erop staat.")
    return [
        FieldWords("src", label, _("Een jpg, png of webp, van je eigen telefoon of computer."), "picture", ""),
        FieldWords("alt", _("Beschrijving van de foto"), alt, "line", ""),
    ]


def link_fields(label: str = "") -> list[FieldWords]:
    """Return the words of a link that a block may have."""
    return [
        FieldWords("label", label or _("Tekst van de link (hoeft niet)"), "", "line", ""),
        FieldWords("url", _("Waar gaat de link naartoe?"), _("Bijvoorbeeld https://voorbeeld.nl."), "address", ""),
    ]
