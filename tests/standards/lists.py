"""Mail of a list: which list, and how to leave it (RFC 2369, 2919, 8058; Gmail's Feedback-ID)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.standards.mail import Mail

_URIS = re.compile(r"<([^<>\s]+)>(?:, <([^<>\s]+)>)*")
_LIST_ID = re.compile(r"(?:[^<>]* )?<([a-z0-9-]+(?:\.[a-z0-9-]+)+)>")


def it_can_be_left(mail: Mail) -> Iterator[str]:
    if not mail.is_bulk:
        return
    value = mail.one("list-unsubscribe")
    if not _URIS.fullmatch(value):
        yield f"RFC 2369 §2: List-Unsubscribe is no list of addresses in angle brackets: {value!r}"
    if len(re.findall(r"<https://", value)) != 1:
        yield "RFC 8058 §3.1: List-Unsubscribe does not hold one HTTPS address"
    if not value.startswith("<https://"):
        yield "RFC 2369 §2: the address that works best does not come first"
    if mail.one("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        yield "RFC 8058 §3.1: List-Unsubscribe-Post is not what it must be"


def other_list_headers_are_addresses(mail: Mail) -> Iterator[str]:
    for name in ("list-help", "list-owner", "list-archive"):
        for value in mail.all(name):
            if not _URIS.fullmatch(value):
                yield f"RFC 2369 §2: {name} is no list of addresses in angle brackets"
    if mail.one("list-post") not in ("", "NO"):
        yield "RFC 2369 §3.4: nobody can post to our lists, and List-Post does not say NO"


def the_list_has_a_name(mail: Mail) -> Iterator[str]:
    value = mail.one("list-id")
    if mail.is_bulk and (not _LIST_ID.fullmatch(value) or len(value) > 255):
        yield f"RFC 2919 §2: List-Id is not a name and <label.domain>: {value!r}"


def gmail_can_report(mail: Mail) -> Iterator[str]:
    if not mail.is_bulk:
        return
    fields = mail.one("feedback-id").split(":")
    if not 2 <= len(fields) <= 4 or not 5 <= len(fields[-1]) <= 15 or not all(fields):
        yield f"Gmail: Feedback-ID is not a:b:c:SenderId: {mail.one('feedback-id')!r}"


def nothing_of_a_list_on_other_letters(mail: Mail) -> Iterator[str]:
    if not mail.is_bulk and any(name.startswith("list-") for name, _value in mail.fields):
        yield "RFC 2369: a letter of no list has a header of one"


def of_all(mails: Sequence[Mail]) -> list[str]:
    """What holds over a whole mailing: leaving is personal, the list and the Feedback-ID are not."""
    found = []
    leaving = [mail.one("list-unsubscribe") for mail in mails if mail.is_bulk]
    if len(set(leaving)) != len(leaving):
        found.append("RFC 8058 §3.1: two letters have the same address to leave with")
    feedback = defaultdict(set)
    for mail in mails:
        if mail.is_bulk:
            feedback[mail.one("subject"), mail.one("list-id")].add(mail.one("feedback-id"))
    if any(len(ids) > 1 for ids in feedback.values()):
        found.append("Gmail: Feedback-ID differs within a mailing")
    return found


CHECKS = (
    it_can_be_left,
    other_list_headers_are_addresses,
    the_list_has_a_name,
    gmail_can_report,
    nothing_of_a_list_on_other_letters,
)
