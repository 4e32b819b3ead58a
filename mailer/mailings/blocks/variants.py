"""What a block says in another language, beside its Dutch: written by a person, never by a machine.

A language is one of the phrase book's. Not for facts of a meeting: those translate themselves (``mailings.phrases``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks.values import Line, Rich
from mailer.mailings.phrases import Language, language_of, languages

_line: TypeAdapter[str] = TypeAdapter(Line)
_rich: TypeAdapter[str] = TypeAdapter(Rich)


class Variant(BaseModel):
    """The words of one block in one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Field of the block → its words in this language.
    words: dict[str, str] = {}
    # Who speaks the language and read these words over; empty: nobody yet.
    checked_by: Line = ""
    # What they and their Dutch were then (``mark_of``); empty: what they are now.
    checked_as: Line = ""

    def is_outdated(self, dutch: Mapping[str, str]) -> bool:
        """Tell whether these words, or the Dutch beside them, changed since somebody read them over."""
        return bool(self.checked_by and self.checked_as) and self.checked_as != self.mark_of(dutch)

    def is_on(self, language: Language, dutch: Mapping[str, str]) -> bool:
        """Tell whether it may be in a letter: somebody who speaks the language vouched for it, or for these words."""
        return language.is_on or (bool(self.checked_by) and not self.is_outdated(dutch))

    def stored(self, dutch: Mapping[str, str]) -> dict[str, object]:
        """Return it as JSON keeps it: whoever read it over by name read what it says now, unless it tells otherwise."""
        kept: dict[str, object] = {"words": self.words, "checked_by": self.checked_by}
        if self.checked_by:
            kept["checked_as"] = self.checked_as or self.mark_of(dutch)
        return kept

    def mark_of(self, dutch: Mapping[str, str]) -> str:
        """Return what tells these words beside their Dutch from any others, in 16 characters."""
        said = sorted((name, dutch.get(name, ""), words) for name, words in self.words.items())
        return sha256(json.dumps(said).encode()).hexdigest()[:16]


def read_variants(value: object, translatable: Mapping[str, bool]) -> object:
    """Return code → variant with its words cleaned; fields left empty are left out.

    Raises ``ValueError`` with a sentence: a language we do not know, a field that is the same in every language.
    """
    if not isinstance(value, Mapping):
        return value
    return {code: _read(code, one, translatable) for code, one in value.items()}


def _read(code: str, value: object, translatable: Mapping[str, bool]) -> object:
    if language_of(code) is None:
        known = ", ".join(language.code for language in languages())
        raise ValueError(_("De taal %(code)s kennen we niet. Kies uit: %(known)s.", code=code, known=known))
    words = value.get("words") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(words, Mapping):
        return value
    return {**value, "words": {name: read for name, one in words.items() if (read := _clean(name, one, translatable))}}


def _clean(name: str, words: object, translatable: Mapping[str, bool]) -> str:
    if name not in translatable:
        raise ValueError(_("Het veld %(field)s is in elke taal hetzelfde.", field=name))
    try:
        return (_rich if translatable[name] else _line).validate_python(words)
    except ValidationError as problem:
        raise ValueError(_("De vertaling van %(field)s klopt niet, of is te lang.", field=name)) from problem
