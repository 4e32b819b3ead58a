"""Blocks about organisations: one in the picture, and those that are new."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks.base import BlockFields, BlockWords, FieldWords, heading_field, numbered, picture_fields
from mailer.mailings.blocks.values import Fixed, Line, Rich, Source, YesNo

MOST_NEW = 5


class Organisation(BlockFields):
    type: Literal["organisation"] = "organisation"
    organisation: Fixed = ""
    text: Rich = ""
    quote: Line = ""
    name: Fixed = ""
    src: Source = ""
    alt: Fixed = ""
    # Whoever is on the picture said that it may be used.
    agreed: YesNo = 0


class NewOrganisations(BlockFields):
    type: Literal["new_organisations"] = "new_organisations"
    text: Line = ""
    most: Annotated[int, Field(ge=1, le=MOST_NEW)] = MOST_NEW
    # Names, with commas between, of those that rather wait.
    without: Fixed = ""

    headed_by: ClassVar[str] = "text"


def organisation_words() -> BlockWords:
    """Return the words of an organisation in the picture."""
    fields = [
        FieldWords("organisation", _("Welke organisatie?"), _("Wijk en thema komen vanzelf."), "organisation", ""),
        FieldWords("text", _("Tekst"), _("60 tot 120 woorden: wie zijn ze, en wat doen ze?"), "rich", ""),
        FieldWords("quote", _("Wat zei iemand? (hoeft niet)"), _("Eén zin, in eigen woorden."), "line", ""),
        FieldWords("name", _("Wie zei dat?"), "", "line", ""),
        *picture_fields(_("Foto (hoeft niet)")),
        FieldWords("agreed", _("Mag de foto in de mail?"), "", "choice", 0, numbered(_("Nog niet gevraagd"), _("Ja"))),
    ]
    return BlockWords("organisation", _("Maak kennis met"), _("Een organisatie in beeld."), fields)


def new_organisations_words() -> BlockWords:
    """Return the words of those that are new."""
    names = _("Wie nu liever niet genoemd wordt. Namen met een komma ertussen.")
    fields = [
        heading_field(_("Kop"), _("Leeg: “Nieuw onder de tegel”.")),
        FieldWords("most", _("Hoeveel organisaties?"), _("Hoogstens 5, de nieuwste eerst."), "number", MOST_NEW),
        FieldWords("without", _("Zonder (hoeft niet)"), names, "line", ""),
    ]
    hint = _("Organisaties die erbij kwamen sinds de vorige nieuwsbrief. Vult zichzelf.")
    return BlockWords("new_organisations", _("Nieuw onder de tegel"), hint, fields)
