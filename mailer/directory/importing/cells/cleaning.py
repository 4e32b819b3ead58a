"""One cell at a time: what people typed becomes a value, with what is to be said about it. Pure; knows no rows.

A value that is not sure is never guessed: the cell is left alone and a remark says why.
"""

# ruff: noqa: SIM905 - a list of words reads best as text
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold, tidy

T = TypeVar("T")


@dataclass(frozen=True)
class Remark:
    """Something to tell about a cell. With ``is_doubt`` a person must choose first, so the whole row waits."""

    code: str
    message: str
    is_doubt: bool = False
    # A part of the cell, and what may be meant by it: offered, never done.
    typed: str = ""
    meant: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cleaned(Generic[T]):
    """The value of a cell (or the empty value of its kind) and the remarks about it."""

    value: T
    remarks: tuple[Remark, ...] = ()


_PLACEHOLDERS = frozenset(
    "geen;nvt;n v t;niet van toepassing;onbekend;niet bekend;weet niet;volgt;nog invullen;nb;leeg;none;null;"
    "geen mail;geen e mail;geen email;geen website;geen telefoon;xx;xxx;x x nl;nee geen".split(";")
)
# Excel's error values, Dutch and English.
_EXCEL_ERRORS = frozenset(
    "#N/B #N/A #VERW! #REF! #DEEL/0! #DIV/0! #WAARDE! #VALUE! #NAAM? #NAME? #GETAL! #NUM! #LEEG! #NULL! ####".split()
)
_YES = frozenset({"ja", "j", "x", "1", "waar", "true", "v", "y", "yes", "ok", "lid", "✓", "✔", "✅", "☑"})
_NO = frozenset({"nee", "n", "0", "onwaar", "false", "no"})
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_DATE = re.compile(r"^(\d{1,2})\s*[-/. ]\s*(\d{1,2}|[a-z]{3,9})\.?\s*[-/. ]\s*(\d{2}|\d{4})(?:\s+\d{1,2}[.:]\d{2}.*)?$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_EXCEL_EPOCH = date(1899, 12, 30)


def say_nothing(text: str) -> Cleaned[str]:
    """Return the tidied text, or nothing when it only says that there is nothing ("n.v.t.", "#N/B")."""
    if not text:
        return Cleaned("")
    text = tidy(text)
    if text.upper() in _EXCEL_ERRORS:
        return Cleaned(
            "",
            (Remark("excel-error", _("Hier staat een fout van Excel: %(text)s. We lezen dit als leeg.", text=text)),),
        )
    if text and (fold(text) in _PLACEHOLDERS or _says_no_word(text)):
        return Cleaned("", (empty_value(text),))
    return Cleaned(text)


def empty_value(text: str) -> Remark:
    """Return what to say about a cell that only says that there is nothing."""
    return Remark("placeholder", _("“%(text)s” lezen we als leeg.", text=text), typed=text)


def _says_no_word(text: str) -> bool:
    return text not in _YES and not any(letter.isalnum() for letter in text)


def mojibake(text: str) -> str:
    """Return the text as it was meant when its accents broke on the way ("CafÃ©" → "Café"), else nothing."""
    if not re.search("[ÃÂâÄÅ][\u0080-\u00ff\u2013-\u203a\u20ac\u2122ŠšŒœŽžŸƒˆ˜]", text):
        return ""
    for encoding in ("cp1252", "latin-1"):
        try:
            repaired = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return repaired if repaired != text else ""
    return ""


def read_yes_no(text: str) -> bool | None:
    """Return what the cell says; "?", other words and an empty cell are None: unknown is not "nee"."""
    said = tidy(text).casefold().strip(" .!")
    if said in _YES:
        return True
    return False if said in _NO else None


def read_date(text: str) -> date | None:
    """Return the day in the Dutch order (d-m-j), ISO, or as Excel's day number; None when it names no single day."""
    said = tidy(text).casefold()
    if found := _ISO_DATE.match(said):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DATE.match(said):
        month = int(found[2]) if found[2].isdigit() else _month(found[2])
        year = int(found[3])
        return _day(year if year > 99 else 2000 + year, month, int(found[1]))
    if said.isdecimal() and 20_000 <= int(said) <= 80_000:
        return _EXCEL_EPOCH + timedelta(days=int(said))
    return None


def _month(word: str) -> int:
    return next((n for n, short in enumerate(_MONTHS, start=1) if word[:3] in (short, "maa" if n == 3 else short)), 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
