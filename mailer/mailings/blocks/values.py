"""The kinds of values that fields of blocks hold, read as people type them and refused with a sentence.

What a value *is* stands beside it (``Words``), so that whoever reads a block's words need not know its type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from mailer.foundation.language import gettext as _
from mailer.wire.richtext import clean, is_allowed_address

BARE_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
BARE_ADDRESS = re.compile(r"[^\s@:/]+@[\w-]+(\.[\w-]+)+")
DUTCH_DAY = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})")


@dataclass(frozen=True)
class Words:
    """Marks a field that holds words of staff: ``rich`` is cleaned HTML, else one line.

    What does not ``translate`` (a name, an address) is the same in every language.
    """

    rich: bool = False
    translates: bool = True


def without_nul(value: object) -> object:
    """Return what was written without NUL characters, which PostgreSQL keeps in no text."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {without_nul(name): without_nul(one) for name, one in value.items()}
    return [without_nul(one) for one in value] if isinstance(value, list) else value


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


def _day(value: object) -> object:
    """Read 29-1-2027, 29/1/2027 and 2027-01-29; keep it as one types it here, for that is how the form shows it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    read = read_day(str(value))
    if read is None:
        raise ValueError(_("Vul een dag in die bestaat, zoals 14-1-2027."))
    return f"{read.day}-{read.month}-{read.year}"


def read_day(typed: str) -> date | None:
    """Return the day that is written there, or None."""
    dutch = DUTCH_DAY.fullmatch(typed.strip())
    try:
        return date(int(dutch[3]), int(dutch[2]), int(dutch[1])) if dutch else date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _list_of_slugs(value: object) -> object:
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else value


def _event(value: object) -> object:
    return None if value == "" else value


Line = Annotated[str, BeforeValidator(_one_line), Field(max_length=500), Words()]
# A name, a place, a number to call.
Fixed = Annotated[str, BeforeValidator(_one_line), Field(max_length=500), Words(translates=False)]
# None: nobody decided yet.
OptionalLine = Annotated[Line | None, Words(translates=False)]
Rich = Annotated[str, BeforeValidator(_rich), Field(max_length=20_000), Words(rich=True)]
Address = Annotated[str, BeforeValidator(_address), Field(max_length=2_000), Words(translates=False)]
# A day as it is typed, "29-1-2027"; empty when there is none.
Day = Annotated[str, BeforeValidator(_day)]
Slugs = Annotated[list[str], BeforeValidator(_list_of_slugs)]
EventNumber = Annotated[int | None, BeforeValidator(_event)]
# Where a picture of ours is served.
Source = Annotated[str, BeforeValidator(_one_line), Field(max_length=2_000)]
YesNo = Annotated[int, Field(ge=0, le=1)]


def one_of(words: Sequence[str], value: object) -> object:
    """Read a choice by its number (from 0, as the form sends it) or by its word. For a ``BeforeValidator``."""
    if isinstance(value, str) and value.strip().lower() in words:
        return words.index(value.strip().lower())
    return value
