"""A text that a spreadsheet would run as a formula gets an apostrophe in front; reading takes it off again.

OWASP, CSV injection; ASVS 1.2.10. A text that already begins with apostrophes before such a sign gets one more, so that
guarding and unguarding are each other's exact opposite.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\0]")
_GUARDED = re.compile(r"'(?='*[=+\-@\t\r\0])")


def guard(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: "=1+1" becomes "'=1+1"."""
    return f"'{text}" if _RUNS.match(text) else text


def unguard(text: str) -> str:
    """Return the text without the apostrophe that ``guard`` put before it; "'t Kasseitje" stays as it is."""
    return text[1:] if _GUARDED.match(text) else text
