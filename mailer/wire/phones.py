"""Dutch telephone numbers: read as people write them, kept as E.164 ("+31100000123"), shown as people read them."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s\-–./()]+")
# Area codes of three digits (with their 0); all others in the Netherlands have four. Enough for showing.
_SHORT_AREA_CODES = re.compile(r"0(1[0135]|2[0346]|3[03568]|4[0356]|5[0358]|7[0-9]|8[58])")


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


def show_phone(number: str) -> str:
    """Return "06-0000 1234" or "010-000 0123"; a foreign number stays as it is."""
    if not re.fullmatch(r"\+31\d{9}", number):
        return number
    national = "0" + number[3:]
    if national.startswith("06"):
        return f"06-{national[2:6]} {national[6:]}"
    split = 3 if _SHORT_AREA_CODES.match(national) else 4
    return f"{national[:split]}-{national[split:-4]} {national[-4:]}"
