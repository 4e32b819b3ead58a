"""Headers: which ones there are and how often, and what they are made of (RFC 5322 §3.6, RFC 2047, RFC 3834)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from email.headerregistry import AddressHeader
from email.utils import parsedate_to_datetime

from tests.standards.mail import Mail

EXACTLY_ONCE = ("date", "from", "message-id", "to", "subject", "mime-version", "content-type")
AT_MOST_ONCE = (
    *("sender", "reply-to", "cc", "bcc", "in-reply-to", "references", "list-id", "feedback-id", "auto-submitted"),
    *("list-unsubscribe", "list-unsubscribe-post", "list-help", "list-owner", "list-archive", "list-post"),
    *("precedence", "x-mailer-delivery", "content-language", "content-transfer-encoding"),
)
_WORD = re.compile(r"=\?[^? ]*\?[^? ]*\?[^? ]*\?=")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@([A-Za-z0-9.-]+)>")
ADVISED = 78


def every_line_is_a_header(mail: Mail) -> Iterator[str]:
    if mail.rest.strip():
        yield f"RFC 5322 §2.2: this is no header line: {mail.rest[:60]!r}"


def as_often_as_they_may(mail: Mail) -> Iterator[str]:
    counts = Counter(name for name, _value in mail.fields)
    for name in EXACTLY_ONCE:
        if counts[name] != 1:
            yield f"RFC 5322 §3.6: {name} occurs {counts[name]} times"
    for name in AT_MOST_ONCE:
        if counts[name] > 1:
            yield f"RFC 5322 §3.6: {name} occurs {counts[name]} times"


def the_date_is_one(mail: Mail) -> Iterator[str]:
    try:
        moment = parsedate_to_datetime(mail.one("date"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        yield f"RFC 5322 §3.3: this is no date: {mail.one('date')!r}"


def addresses_can_be_read(mail: Mail) -> Iterator[str]:
    for name in ("from", "to", "reply-to"):
        if name != "reply-to" and not mail.all(name):
            continue  # said by another check
        header = mail.parsed[name]
        if header is None:
            continue
        assert isinstance(header, AddressHeader)
        if header.defects:
            yield f"RFC 5322 §3.4: {name} cannot be read: {header.defects[0]}"
        if len(header.addresses) != 1 or not header.addresses[0].domain:
            yield f"RFC 5322 §3.4: {name} is not one address"
        elif not header.addresses[0].domain.isascii():
            yield f"RFC 5890: the domain in {name} is not in A-labels"
        if _WORD.search(mail.one(name).rpartition("<")[2]) and "<" in mail.one(name):
            yield f"RFC 2047 §5: an encoded word inside the address of {name}"


def encoded_words_are_whole(mail: Mail) -> Iterator[str]:
    for name, value in mail.fields:
        text = value.decode("utf-8", "surrogateescape")
        if any(len(word) > 75 for word in _WORD.findall(text)):
            yield f"RFC 2047 §2: an encoded word of more than 75 characters in {name}"
        if any(len(line) > 76 for line in text.split("\r\n") if _WORD.search(line)):
            yield f"RFC 2047 §2: a line with an encoded word of more than 76 characters in {name}"
        if re.search(r"\S=\?|\?=\S", re.sub(r"\s+", " ", _WORD.sub("=??=", text))) and _WORD.search(text):
            yield f"RFC 2047 §5: an encoded word that touches other text in {name}"


def eight_bits_only_in_addresses(mail: Mail) -> Iterator[str]:
    for name, value in mail.fields:
        if not value.isascii() and name not in ("to", "from", "reply-to"):
            yield f"RFC 6532: {name} holds an 8-bit byte"


def lines_that_can_be_folded_are(mail: Mail) -> Iterator[str]:
    for name, value in mail.fields:
        lines = f"{name}:{value.decode('utf-8', 'surrogateescape')}".split("\r\n")
        # A line without a blank inside has no place to be folded at.
        if any(len(line) > ADVISED and " " in line.strip().partition(": ")[2] for line in lines):
            yield f"RFC 5322 §2.1.1: a line of {name} is longer than 78 and could be folded"
        if any(not line.strip() for line in lines[1:]):
            yield f"RFC 5322 §3.2.2: {name} is folded at a line of blanks"


def a_letter_of_no_list_says_it_is_automatic(mail: Mail) -> Iterator[str]:
    if not mail.is_bulk:
        if mail.one("auto-submitted") != "auto-generated":
            yield "RFC 3834 §5: a letter that no person sent does not say so"
        if "OOF" not in mail.one("x-auto-response-suppress"):
            yield "MS-OXCMAIL: Exchange is not asked to keep its out-of-office"


def of_all(mails: Sequence[Mail], *, ours: str) -> list[str]:
    """What holds over all messages that were ever sent: a Message-ID names one (RFC 5322 §3.6.4)."""
    ids = Counter(mail.one("message-id") for mail in mails)
    found = [f"RFC 5322 §3.6.4: {one} names {count} messages" for one, count in ids.items() if count > 1]
    for one in ids:
        match = _MESSAGE_ID.fullmatch(one)
        if match is None:
            found.append(f"RFC 5322 §3.6.4: this is no Message-ID: {one!r}")
        elif ours and match.group(1) != ours:
            found.append(f"RFC 5322 §3.6.4: {one} is not of our domain {ours}")
    return found


CHECKS = (
    every_line_is_a_header,
    as_often_as_they_may,
    the_date_is_one,
    addresses_can_be_read,
    encoded_words_are_whole,
    eight_bits_only_in_addresses,
    lines_that_can_be_folded_are,
    a_letter_of_no_list_says_it_is_automatic,
)
