"""One catalogue for pages, letters and calendars: Dutch stands in the code, English complete beside it.

The Dutch sentence is the key. ``catalogue/en/*.po`` hold the English, a file per room so that each room keeps its own
words together; a new language is a new folder. Not for dates: see ``clock`` for those.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

CATALOGUE = Path(__file__).parent / "catalogue"
BASE_LANGUAGE = "nl"

_current: ContextVar[str] = ContextVar("language", default=BASE_LANGUAGE)


def current_language() -> str:
    """Return the language code that sentences are made in now: ``nl`` or a folder of the catalogue."""
    return _current.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make every sentence inside in this language; an unknown one falls back to Dutch."""
    token = _current.set(language if language in languages() else BASE_LANGUAGE)
    try:
        yield
    finally:
        _current.reset(token)


def set_language(language: str) -> None:
    """Choose the language for the rest of this context (a request, a command)."""
    _current.set(language if language in languages() else BASE_LANGUAGE)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages, the base first."""
    return (BASE_LANGUAGE, *sorted(folder.name for folder in CATALOGUE.iterdir() if folder.is_dir()))


def gettext(sentence: str, **values: object) -> str:
    """Return the sentence in the current language, with ``%(name)s`` replaced by the values."""
    found = _sentences(_current.get()).get(sentence)
    spoken = found[0] if found else sentence
    return spoken % values if values else spoken


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """Return the sentence for ``n`` things: ``one`` when n is 1, else ``many``. ``%(n)s`` is the number (1.250)."""
    found = _sentences(_current.get()).get(one)
    spoken = (found if found and len(found) > 1 else (one, many))[0 if n == 1 else 1]
    return spoken % {"n": say_number(n), **values}


def say_number(amount: int) -> str:
    """Return 1250 as "1.250" (Dutch) or "1,250" (English)."""
    return str(amount) if abs(amount) < 1000 else str(format_decimal(amount, locale=_current.get()))


def listing(words: list[str], *, joined_by: str = "en") -> str:
    """Return "a, b en c" (or "a, b of c") in the current language."""
    if len(words) < 2:
        return "".join(words)
    word = {"en": gettext("en"), "of": gettext("of")}[joined_by]
    return f"{', '.join(words[:-1])} {word} {words[-1]}"


def language_name(code: str) -> str:
    """Return what a language is called in the current one, as CLDR says it: "Turks"; its code when that is unknown."""
    return _language_names(_current.get()).get(code.replace("-", "_").casefold(), code)


@cache
def _language_names(spoken: str) -> dict[str, str]:
    return {code.casefold(): str(name) for code, name in Locale.parse(spoken).languages.items()}


@cache
def _sentences(language: str) -> dict[str, tuple[str, ...]]:
    if language == BASE_LANGUAGE:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((CATALOGUE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                key = message.id if isinstance(message.id, str) else message.id[0]
                texts = (message.string,) if isinstance(message.string, str) else message.string
                if key and texts and all(texts):
                    found[key] = tuple(str(text) for text in texts)
    return found
