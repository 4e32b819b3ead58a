"""A caught letter as the pages show it. Not how it is kept: that is ``wire.catcher``."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from mailer.web.pages import Page
from mailer.wire.catcher import Caught, OpenedLetter, count_letters, list_letters

PER_PAGE = 50
# Searching reads every card: enough for the largest demonstration, and not for ever.
SEARCHED_AT_MOST = 20_000


@dataclass(frozen=True)
class Attachment:
    """What came with a letter. ``kind`` is its media type."""

    name: str
    kind: str
    content: bytes


def search(folder: Path, sought: str, number: int) -> Page[Caught]:
    """Return a page of letters, newest first; ``sought`` is a piece of an address or a subject."""
    if sought:
        found = [one for one in list_letters(folder, limit=SEARCHED_AT_MOST) if _fits(one, sought.casefold())]
        total = len(found)
    else:
        total = count_letters(folder)
        found = list_letters(folder, limit=number * PER_PAGE)
    last = max(1, -(-total // PER_PAGE))
    here = min(number, last)
    return Page(found[(here - 1) * PER_PAGE : here * PER_PAGE], here, total, PER_PAGE)


def headers_of(letter: OpenedLetter) -> list[tuple[str, str]]:
    """Return the letter's headers in their order, each on one line."""
    return [(name, " ".join(str(value).split())) for name, value in letter.message.items()]


def attachments(letter: OpenedLetter) -> list[Attachment]:
    """Return what came with the letter, calendar files included, also when they have no name."""
    parts = (part for part in letter.message.walk() if not part.is_multipart())
    return [_attachment(part) for part in parts if _comes_along(part)]


def _comes_along(part: EmailMessage) -> bool:
    return part.get_content_type() == "text/calendar" or part.get_content_disposition() == "attachment"


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    name = part.get_filename() or ("bijeenkomst.ics" if part.get_content_type() == "text/calendar" else "bijlage")
    return Attachment(name, part.get_content_type(), content if isinstance(content, bytes) else b"")


def _fits(letter: Caught, sought: str) -> bool:
    return sought in letter.recipient.casefold() or sought in letter.subject.casefold()
