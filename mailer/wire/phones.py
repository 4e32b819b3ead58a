"""Dutch telephone numbers: read as people write them, kept as E.164 ("+31100000123"), shown as people read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[\s\-–./()]+")
# Area codes of three digits (with their 0); all others in the Netherlands have four. Enough for showing.
_SHORT_AREA_CODES = re.compile(r"0(1[0135]|2[0346]|3[03568]|4[0356]|5[0358]|7[0-9]|8[58])")


_SEVERAL = re.compile(r"\s*(?:/|;|,|\||\n|\bof\b|\ben\b)\s*")
_LABEL = re.compile(r"^(?:tel|telefoon|t|m|mob|mobiel|vast)\b\s*[:.]?\s*", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"^\d[.,]?\d*\s*E\s*\+?\s*\d+$", re.IGNORECASE)


@dataclass(frozen=True)
class Phones:
    """The numbers of one cell as E.164, and what in it is no number."""

    numbers: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
    # "6,12E+08": Excel threw digits away; no one can bring them back.
    is_broken_by_excel: bool = False


def read_phones(text: str) -> Phones:
    """Return every number in a cell: "010 1234567 / 06…" holds two. A Dutch number has nine digits after its zero."""
    if _SCIENTIFIC.match(text.strip()):
        return Phones((), (text.strip(),), is_broken_by_excel=True)
    if whole := _whole_number(text):
        return Phones((whole,))
    parts = [part for part in _SEVERAL.split(text.strip()) if part.strip()]
    found = [(_whole_number(part), part.strip()) for part in parts]
    numbers = dict.fromkeys(number for number, _part in found if number)
    return Phones(tuple(numbers), tuple(part for number, part in found if not number))


def is_mobile(number: str) -> bool:
    """Return whether an E.164 number is a Dutch mobile one."""
    return number.startswith("+316")


def _whole_number(text: str) -> str:
    typed = _LABEL.sub("", text.strip())
    digits = re.sub(r"\D", "", typed)
    # Excel took the first zero of "0101234567" away too.
    number = f"+31{digits}" if re.fullmatch(r"10\d{7}", digits) and "+" not in typed else read_phone(typed) or ""
    return "" if number.startswith("+31") and len(number) != 12 else number


def read_phone(text: str) -> str | None:
    """Return the number as E.164; None when it is no telephone number. "06-0000 1234" and "0031 6 …" are the same."""
    digits = _SEPARATORS.sub("", text.replace("(0)", ""))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+31" + digits[1:]
    elif re.fullmatch(r"6\d{8}", digits):
        digits = "+31" + digits  # A spreadsheet ate the leading zero.
    return digits if re.fullmatch(r"\+[1-9]\d{7,14}", digits) else None


def dial(number: str) -> str:
    """Return what a ``tel:`` link holds: the number as E.164, or only its signs when it is not Dutch as we know it."""
    return read_phone(number) or re.sub(r"[^\d+]", "", number)


def show_phone(number: str) -> str:
    """Return "06-0000 1234" or "010-000 0123"; a foreign number stays as it is."""
    if not re.fullmatch(r"\+31\d{9}", number):
        return number
    national = "0" + number[3:]
    if national.startswith("06"):
        return f"06-{national[2:6]} {national[6:]}"
    split = 3 if _SHORT_AREA_CODES.match(national) else 4
    return f"{national[:split]}-{national[split:-4]} {national[-4:]}"
