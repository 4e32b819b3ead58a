"""Lines: their ends and lengths (RFC 5321 §4.5.3.1.6, RFC 5322 §2.1.1, §2.3), and what could be taken for an end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.standards.mail import Mail

LONGEST, ADVISED = 998, 78


def whole_line_ends(mail: Mail) -> Iterator[str]:
    """Servers that disagree about a bare CR or LF make two messages of one (CVE-2024-27938, CVE-2023-51764)."""
    if len(re.findall(rb"\r\n", mail.raw)) != mail.raw.count(b"\n") or mail.raw.count(b"\n") != mail.raw.count(b"\r"):
        yield "RFC 5322 §2.3: a bare CR or LF"
    if not mail.raw.endswith(b"\r\n"):
        yield "RFC 5321 §2.3.8: the last line has no end"


def no_long_lines(mail: Mail) -> Iterator[str]:
    longest = max(map(len, mail.raw.split(b"\r\n")))
    if longest > LONGEST:
        yield f"RFC 5322 §2.1.1: a line of {longest} bytes"
    if max(map(len, mail.body.split(b"\r\n"))) > ADVISED:
        yield "RFC 5322 §2.1.1: a line of the body is longer than 78"


def no_eight_bit_body(mail: Mail) -> Iterator[str]:
    if not mail.body.isascii():
        yield "RFC 2045 §2.8: an 8-bit byte in a body that says it has none"
    if b"\0" in mail.raw:
        yield "RFC 5322 §3.5: a NUL"


def no_line_begins_with_a_dot(mail: Mail) -> Iterator[str]:
    """Ours never do: nobody on the way has to stuff them, and none can end a message early."""
    if b"\n." in mail.body or mail.body.startswith(b"."):
        yield "our own rule: a line of the body begins with a dot"


CHECKS = (whole_line_ends, no_long_lines, no_eight_bit_body, no_line_begins_with_a_dot)
