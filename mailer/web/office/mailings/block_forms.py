"""A block as a form, and a form as a block: its fields, what one can choose there, and a line that sums it up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.models import Neighbourhood, Theme
from mailer.directory.queries import words as words_in_order
from mailer.events.queries import ahead
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import AGENDA_DAYS, BLOCK_TYPES, FieldWords, block_words, read_block
from mailer.mailings.compiling.spotlight import Candidate, candidates
from mailer.mailings.models import Block
from mailer.web.forms import Filled
from mailer.web.office.mailings import variant_forms
from mailer.wire.markup import from_markup
from mailer.wire.richtext import plain_text

ICONS = {
    "intro": "edit",
    "heading": "heading",
    "text": "text",
    "image": "picture",
    "button": "button",
    "divider": "more",
    "quote": "quote",
    "agenda": "agenda",
    "event": "events",
    "organisation": "organisation",
    "in_short": "list",
    "change": "change",
    "languages": "languages",
    "poll": "question",
    "news": "info",
    "report": "check",
    "new_organisations": "sprout",
    "call": "call",
    "funding": "euroday",
    "practical": "place",
    "partners": "people",
}
# What nobody has to write: they fill themselves.
FILL_THEMSELVES = ("in_short", "new_organisations")
# Ticked when a picture says nothing that the text does not say.
ONLY_DECORATION = "only_decoration"
Options = list[tuple[str, str]]


def filled_of(block: Block) -> Filled:
    """Return the block as a form that shows what it holds."""
    values: dict[str, object] = dict(block.fields)
    values.update(variant_forms.values_of(block))
    if block.type == "image":
        values[ONLY_DECORATION] = values.get("alt") == ""
    return Filled.of(values)


def fields_from(filled: Filled, block: Block) -> dict[str, Any]:
    """Return the block's fields as they were filled in; ``mailings.blocks`` checks them."""
    fields = {words.name: _value(filled, words) for words in block_words(block.type).fields if words.input != "picture"}
    fields.update(variant_forms.variants_from(filled, block))
    if block.type == "image":
        fields["alt"] = "" if filled.is_ticked(ONLY_DECORATION) else filled.text("alt") or None
    return fields


def first_field(block: Block, language: str = "") -> str:
    """Return where one begins to write in this block, or in its words in a language; its heading when it has none."""
    names = BLOCK_TYPES[block.type].translatable() if language else [one.name for one in block_words(block.type).fields]
    return next((f"{language}-{name}" if language else name for name in names), "dit-blok")


def choices_for(session: Session, block: Block, *, now: datetime) -> Mapping[str, Options]:
    """Return field name → what one can choose there, for the fields that choose."""
    return {words.name: _options(session, words, now=now) for words in block_words(block.type).fields}


def summary(block: Block) -> str:
    """Return a few words that tell this block from the others in the list."""
    fields = block.fields
    if block.type == "image":
        if not fields.get("src"):
            return _("Nog geen foto")
        return fields.get("alt") or (
            _("Nog geen beschrijving") if fields.get("alt") is None else _("Alleen versiering")
        )
    if block.type == "agenda":
        return _("%(n)s dagen vooruit", n=fields.get("within_days", AGENDA_DAYS))
    if block.type in FILL_THEMSELVES:
        return _("Vult zichzelf")
    if block.type == "divider":
        return _("Tussen twee stukken")
    if block.type == "languages" and fields.get("event"):
        return fields.get("languages") or _("Alle talen die zijn nagekeken")
    if block.type in ("event", "languages"):
        return _("Datum, plek en knoppen") if fields.get("event") else _("Nog geen bijeenkomst gekozen")
    if block.type == "organisation":
        return _first_words(plain_text(fields.get("text", ""))) or _("Nog geen tekst")
    return _first_words(fields.get("text") or fields.get("label") or own_words(block)) or _("Nog leeg")


def own_words(block: Block) -> str:
    """Return the text in which a block says something in whole sentences; empty when it has none."""
    return "\n\n".join(plain_text(html) for html in read_block({"type": block.type, **block.fields}).rich_words())


def _value(filled: Filled, words: FieldWords) -> Any:
    typed = filled.text(words.name, longest=20_000)
    if words.input == "slugs":
        return filled.several(words.name)
    if words.input in ("number", "choice"):
        return filled.number(words.name, most=1_000) if typed else words.default
    if words.input == "event":
        return int(typed) if typed.isdecimal() else None
    if words.input == "time":
        filled.time(words.name)
    # Without a script one types a small markup; with it, HTML comes in.
    return from_markup(typed) if words.input == "rich" else typed


def _options(session: Session, words: FieldWords, *, now: datetime) -> Options:
    if words.input == "choice":
        return [(str(choice["value"]), str(choice["label"])) for choice in words.choices]
    if words.input == "event":
        return _events(session, now)
    if words.input == "organisation":
        return [(one.slug, _say_candidate(one)) for one in candidates(session)]
    if words.input == "slugs":
        kind = Theme if words.name == "theme" else Neighbourhood
        return [(word.slug, word.name) for word in words_in_order(session, kind)]
    return []


def _say_candidate(one: Candidate) -> str:
    """Whoever never was in the picture comes first, and it is said: the small and the new must be seen too."""
    if one.last_at is None:
        return _("%(name)s (nog nooit in beeld)", name=one.name)
    return _("%(name)s (in beeld in %(month)s)", name=one.name, month=clock.say_month(one.last_at))


def _events(session: Session, now: datetime) -> Options:
    return [
        (str(event.id), f"{event.title}, {clock.say_day_month(event.starts_at)}") for event in ahead(session, now=now)
    ]


def _first_words(text: str) -> str:
    # A slot reads as what it stands for: brackets mean nothing to who writes a newsletter.
    line = " ".join(re.sub(r"\[\[mailbox\.greeting\]\]", _("Beste …,"), text).split())
    return line if len(line) <= 48 else line[:47].rstrip() + "…"
