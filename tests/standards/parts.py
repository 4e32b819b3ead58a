"""Parts: they decode strictly to text in the character set they name (RFC 2045–2049), and can be shown."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from email.message import EmailMessage

from tests.standards.mail import Mail

LINE = 76
# Gmail cuts off what comes after, and the way to leave is at the end.
LARGEST_HTML = 100_000
_QP = re.compile(rb"(?:[!-<>-~ \t]|=[0-9A-F]{2}|=\r\n|\r\n)*")


def it_parses_without_a_defect(mail: Mail) -> Iterator[str]:
    for part in mail.parsed.walk():
        for defect in part.defects:
            yield f"RFC 2046 §5.1: {type(defect).__name__} in {part.get_content_type()}"


def it_is_mime_one(mail: Mail) -> Iterator[str]:
    if mail.one("mime-version") != "1.0":
        yield f"RFC 2045 §4: MIME-Version is {mail.one('mime-version')!r}"


def text_stands_before_html(mail: Mail) -> Iterator[str]:
    """The last one that a program can show is the one it shows (RFC 2046 §5.1.4)."""
    for part in mail.parsed.walk():
        if part.get_content_type() == "multipart/alternative":
            kinds = [one.get_content_type() for one in part.iter_parts()]
            if kinds[:2] != ["text/plain", "text/html"]:
                yield f"RFC 2046 §5.1.4: the order of the texts is {kinds}"
    if {"text/plain", "text/html"} - {part.get_content_type() for part in mail.leaves()}:
        yield "our own rule: a text or an HTML part is missing"


def every_part_decodes(mail: Mail) -> Iterator[str]:
    for part in mail.leaves():
        encoded = part.get_payload().encode("utf-8", "surrogateescape")
        match str(part["content-transfer-encoding"]).lower():
            case "quoted-printable":
                yield from _quoted_printable(encoded)
            case "base64":
                yield from _base64(encoded)
            case other:
                yield f"RFC 2045 §6: a part is in {other}"
        yield from _characters(part)


def html_is_small_enough(mail: Mail) -> Iterator[str]:
    for part in mail.leaves():
        if part.get_content_type() == "text/html" and len(part.get_payload(decode=True) or b"") > LARGEST_HTML:
            yield "Gmail: more than 100 kB of HTML, the end is cut off"


def every_slot_is_filled(mail: Mail) -> Iterator[str]:
    for part in mail.leaves():
        if part.get_content_maintype() == "text" and re.search(r"\[\[[a-z]+\.[a-z_]+\]\]", part.get_content()):
            yield "our own rule: a slot was left open"


def file_names_are_plain(mail: Mail) -> Iterator[str]:
    for part in mail.leaves():
        name = part.get_filename()
        if name is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", name):
            yield f"RFC 2231: a file name that not every program reads: {name!r}"


def _quoted_printable(encoded: bytes) -> Iterator[str]:
    if not _QP.fullmatch(encoded):
        yield "RFC 2045 §6.7: this is no quoted-printable"
    if max(map(len, encoded.split(b"\r\n"))) > LINE:
        yield "RFC 2045 §6.7: a line of quoted-printable is longer than 76"
    if re.search(rb"[ \t](?:\r\n|\Z)", encoded):
        yield "RFC 2045 §6.7: a blank at the end of a line of quoted-printable"
    if encoded.endswith((b"=", b"=\r\n")):
        yield "RFC 2045 §6.7: the last line is a soft break"


def _base64(encoded: bytes) -> Iterator[str]:
    if max(map(len, encoded.split(b"\r\n"))) > LINE:
        yield "RFC 2045 §6.8: a line of base64 is longer than 76"
    try:
        base64.b64decode(encoded.replace(b"\r\n", b""), validate=True)
    except binascii.Error:
        yield "RFC 2045 §6.8: this is no base64"


def _characters(part: EmailMessage) -> Iterator[str]:
    if part.get_content_maintype() != "text":
        return
    charset = part.get_content_charset()
    try:
        text = (part.get_payload(decode=True) or b"").decode(charset or "")
    except (LookupError, UnicodeDecodeError):
        yield f"RFC 2046 §4.1.2: {part.get_content_type()} is not in {charset}"
        return
    if "�" in text:
        yield f"our own rule: {part.get_content_type()} holds a sign that stands for one that was lost"


CHECKS = (
    it_parses_without_a_defect,
    it_is_mime_one,
    text_stands_before_html,
    every_part_decodes,
    html_is_small_enough,
    every_slot_is_filled,
    file_names_are_plain,
)
