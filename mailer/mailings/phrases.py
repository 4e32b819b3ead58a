"""The phrase book: facts of a meeting in other languages, from fixed phrases that somebody who speaks it checked.

A file a language in ``phrasebook/``. A language is off until its file says who checked it and when; dates and times
come from CLDR (Babel), never from a translator. Not for free text: nothing here translates what somebody wrote.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_time

from mailer.events.models import Event
from mailer.foundation.clock import local
from mailer.foundation.language import language_name, speaking

PHRASEBOOK = Path(__file__).parent / "phrasebook"
# What costs and notes of a meeting say in Dutch → the phrase that says the same.
MEANINGS = (
    (re.compile(r"\bgratis\b", re.IGNORECASE), "free"),
    (re.compile(r"\b(soep|eten|maaltijd|lunch|ontbijt)\b", re.IGNORECASE), "with_food"),
    (re.compile(r"\bkinderen\b.*\bwelkom\b", re.IGNORECASE), "children_welcome"),
    (re.compile(r"\brolstoel", re.IGNORECASE), "wheelchair"),
)


@dataclass(frozen=True)
class Language:
    """A language of the phrase book. ``name`` is in the language itself; ``checked_by`` empty: it is off."""

    code: str
    name: str
    direction: str
    checked_by: str
    checked_on: str
    phrases: dict[str, str]

    @property
    def is_on(self) -> bool:
        return bool(self.checked_by and self.checked_on)

    @property
    def side(self) -> str:
        """Where its lines begin."""
        return "right" if self.direction == "rtl" else "left"


@dataclass(frozen=True)
class ForeignFact:
    """A label and its words; ``numbers`` are read from left to right in every language."""

    label: str
    words: str
    numbers: str = ""


def languages() -> list[Language]:
    """Return every language of the phrase book, by its code; also those that are off."""
    return _read(PHRASEBOOK)


def language_of(code: str) -> Language | None:
    """Return the language with this code, or None."""
    return next((language for language in languages() if language.code == code), None)


def languages_on(asked: str = "") -> list[Language]:
    """Return the languages that may be shown: all, or those asked for with commas between."""
    wanted = {one.casefold() for one in _asked(asked)}
    found = [language for language in languages() if language.is_on]
    return [one for one in found if not wanted or _called(one) & wanted]


def unknown_languages(asked: str) -> list[str]:
    """Return what was asked for and is no language of the phrase book, as it was written."""
    known = {name for language in languages() for name in _called(language)}
    return [one for one in _asked(asked) if one.casefold() not in known]


def _asked(asked: str) -> list[str]:
    return [one.strip() for one in asked.split(",") if one.strip()]


def _called(language: Language) -> set[str]:
    """Its code, its own name, and its Dutch name: staff writes "Turks" as easily as "Türkçe"."""
    with speaking("nl"):
        return {language.code, language.name.casefold(), language_name(language.code).casefold()}


def facts_in(language: Language, event: Event) -> list[ForeignFact]:
    """Return when, where and what it costs in this language."""
    say = language.phrases
    when = str(format_date(local(event.starts_at).date(), "full", locale=language.code))
    times = f"{_time(event.starts_at, language)} – {_time(event.ends_at, language)}"
    facts = [ForeignFact(say["when"], when, times)]
    place = ", ".join(part for part in (event.venue_name, event.venue_address) if part)
    if place:
        # The address is what one types or shows to somebody: it stays as it stands on the wall.
        facts.append(ForeignFact(say["where"], "", place))
    return facts


def notes_in(language: Language, event: Event) -> list[str]:
    """Return what else is known and has a phrase: free, with food, children, wheelchair."""
    told = f"{event.costs}\n{event.venue_note}"
    return [language.phrases[phrase] for meaning, phrase in MEANINGS if meaning.search(told)]


def _time(moment: datetime, language: Language) -> str:
    # As clocks here show it: "7:30" with letters behind it falls apart where lines run from right to left.
    return str(format_time(local(moment), "HH:mm", locale=language.code))


@cache
def _read(folder: Path) -> list[Language]:
    found = []
    for path in sorted(folder.glob("*.toml")):
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append(
            Language(
                code=path.stem,
                name=held["name"],
                direction=held["direction"],
                checked_by=held["checked_by"],
                checked_on=held["checked_on"],
                phrases=held["phrases"],
            )
        )
    return found
