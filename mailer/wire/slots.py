"""Slots: what differs per mailbox in a letter that is otherwise the same for everybody.

A letter is compiled once and keeps its slots, ``[[mailbox.greeting]]``; here it is split once and filled many times.
Names come from one list, values are escaped for where they stand, and a value is never looked at again: a person
called ``[[link.leave]]`` gets a letter to ``[[link.leave]]``. Not for templates: those are Jinja, and ours alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _


@dataclass(frozen=True)
class Letter:
    """A compiled letter, slots still in it."""

    subject: str
    preheader: str
    html: str
    text: str


class SlotKind(StrEnum):
    """What a slot's value is: words to read, or an address to follow."""

    WORDS = "words"
    LINK = "link"


KNOWN_SLOTS: dict[str, SlotKind] = {
    "mailbox.greeting": SlotKind.WORDS,
    "mailbox.address": SlotKind.WORDS,
    "mailbox.organisations": SlotKind.WORDS,
    "why": SlotKind.WORDS,
    "link.leave": SlotKind.LINK,
    "link.preferences": SlotKind.LINK,
    "link.web": SlotKind.LINK,
    "link.rsvp": SlotKind.LINK,
    "link.rsvp_yes": SlotKind.LINK,
    "link.rsvp_no": SlotKind.LINK,
}
"""Every slot there is. ``deliveries.letters.filling`` has a value for each; ``describe_slots`` says what it means."""

# How two brackets that somebody really wrote stand in a letter, so that they are never taken for a slot.
BRACKETS = "brackets"
SLOT = re.compile(r"\[\[([a-z][a-z_.]*)\]\]")
LIKE_A_SLOT = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
# A whole tag, its quoted values included; then its attributes one after the other, so that words in a value are no
# attribute of their own.
TAG = re.compile(r"""<[a-zA-Z](?:"[^"]*"|'[^']*'|[^'">])*>""")
ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
LEADS_SOMEWHERE = frozenset({"href", "src", "action", "background"})


def describe_slots() -> dict[str, str]:
    """Return for each known slot what it becomes, for whoever writes a mailing."""
    return {
        "mailbox.greeting": _("De aanhef, zoals “Beste Samira en Joost,”"),
        "mailbox.address": _("Het e-mailadres waar de mail naartoe gaat"),
        "mailbox.organisations": _("De organisaties achter het postvak"),
        "why": _("De zin die uitlegt waarom iemand deze mail krijgt"),
        "link.leave": _("Link naar de pagina om je uit te schrijven"),
        "link.preferences": _("Link naar de pagina met voorkeuren"),
        "link.web": _("Link naar deze mail in de browser"),
        "link.rsvp": _("Link naar de pagina om te reageren op de bijeenkomst"),
        "link.rsvp_yes": _("Dezelfde pagina, met “Ja, we komen” al gekozen"),
        "link.rsvp_no": _("Dezelfde pagina, met “Nee, we komen niet” al gekozen"),
    }


def slot(name: str) -> str:
    """Return the slot as it is written in a letter."""
    return f"[[{name}]]"


def unknown_slots(text: str) -> list[str]:
    """Return what stands between double brackets in the text and is no known slot, in order, each once."""
    found = (match.group(1).strip() for match in LIKE_A_SLOT.finditer(text))
    return list(dict.fromkeys(name for name in found if name not in KNOWN_SLOTS))


def protect(text: str) -> str:
    """Return the text with its double brackets kept as brackets: for a row's own words, which are never slots."""
    return text.replace("[[", slot(BRACKETS))


def keep_known(text: str) -> str:
    """Return the text with its known slots left open and all other double brackets protected: for staff's words."""
    pieces = []
    at = 0
    for match in SLOT.finditer(text):
        if match.group(1) in KNOWN_SLOTS:
            pieces += [protect(text[at : match.start()]), match.group()]
            at = match.end()
    return "".join([*pieces, protect(text[at:])])


class Place(StrEnum):
    """Where a text goes, which decides how a value is escaped in it."""

    HTML = "html"
    PLAIN = "plain"
    HEADER = "header"


@dataclass(frozen=True)
class Pattern:
    """A text cut into literals and slots: ``literals[0] names[0] literals[1] … literals[n]``."""

    place: Place
    literals: tuple[str, ...]
    names: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with each slot's value, escaped for its place. A slot without a value is a ``KeyError``."""
        known = {name: escape(name, values, self.place) for name in set(self.names)}
        pieces = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            pieces += (known[name], literal)
        return "".join(pieces)


@dataclass(frozen=True)
class LetterPattern:
    """A letter cut once, to be filled for each mailbox."""

    subject: Pattern
    preheader: Pattern
    html: Pattern
    text: Pattern

    @property
    def names(self) -> frozenset[str]:
        """The slots whose values this letter needs."""
        parts = (self.subject, self.preheader, self.html, self.text)
        return frozenset(name for part in parts for name in part.names if name != BRACKETS)

    def fill(self, values: Mapping[str, str]) -> Letter:
        """Return the letter of one mailbox."""
        return Letter(
            subject=self.subject.fill(values),
            preheader=self.preheader.fill(values),
            html=self.html.fill(values),
            text=self.text.fill(values),
        )


def split(letter: Letter) -> LetterPattern:
    """Cut the letter into literals and slots.

    Raises ``BadInput`` when it holds an unknown slot, a link slot in its subject, or words where an address belongs.
    """
    _refuse_slots_inside_addresses(letter.html)
    subject = split_text(letter.subject, Place.HEADER)
    if any(KNOWN_SLOTS.get(name) is SlotKind.LINK for name in subject.names):
        raise BadInput(_("In het onderwerp kan geen link staan."), field="subject")
    return LetterPattern(
        subject=subject,
        preheader=split_text(letter.preheader, Place.PLAIN),
        html=split_text(letter.html, Place.HTML),
        text=split_text(letter.text, Place.PLAIN),
    )


def split_text(text: str, place: Place) -> Pattern:
    """Cut one text into literals and slots. Raises ``BadInput`` when it holds an unknown slot."""
    pieces = SLOT.split(text)
    literals, names = tuple(pieces[::2]), tuple(pieces[1::2])
    for name in names:
        if name not in KNOWN_SLOTS and name != BRACKETS:
            raise BadInput(_("Dit invulveld bestaat niet: [[%(name)s]].", name=name))
    return Pattern(place, literals, names)


def escape(name: str, values: Mapping[str, str], place: Place) -> str:
    """Return the slot's value as it may stand in that place."""
    if name == BRACKETS:
        return "[["
    value = values[name]
    if KNOWN_SLOTS[name] is SlotKind.LINK and not value.startswith(("https://", "http://", "mailto:")):
        raise ValueError(f"the value of {name} is not an address to follow")
    if place is Place.HTML:
        # Quotes too: the same value may stand in an attribute.
        return html.escape(value, quote=True)
    if place is Place.HEADER:
        # A line end in a header would begin a new header.
        return " ".join(value.split())
    return value


def _refuse_slots_inside_addresses(source: str) -> None:
    """An address is one link slot or has none: half an address from a value could lead anywhere (javascript: too)."""
    attributes = (match for tag in TAG.finditer(source) for match in ATTRIBUTE.finditer(tag.group()))
    for match in attributes:
        address = match.group(2) or match.group(3) or "" if match.group(1).lower() in LEADS_SOMEWHERE else ""
        if "[[" not in address:
            continue
        whole = SLOT.fullmatch(address)
        if whole is None or KNOWN_SLOTS.get(whole.group(1)) is not SlotKind.LINK:
            raise BadInput(_("Een link mag alleen uit één invulveld bestaan, zoals [[link.rsvp]]."))
