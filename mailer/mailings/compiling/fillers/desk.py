"""What lies on the desk while a letter is put together, and what several blocks need from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from mailer.events.models import Event
from mailer.mailings.compiling import agenda
from mailer.mailings.compiling.stationery import StaffWords, staff_html, staff_text
from mailer.mailings.models import Mailing
from mailer.wire.mjml import is_ours
from mailer.wire.slots import slot


@dataclass(frozen=True)
class Headline:
    """What a block is headed by, where it stands in the letter, and until when it shows on the web."""

    words: str
    anchor: str
    until: str = ""


@dataclass(frozen=True)
class Desk:
    """The mailing, this moment, and the headlines of all its blocks."""

    session: Session
    mailing: Mailing
    now: datetime
    base_url: str
    headlines: list[Headline] = field(default_factory=list)
    # Of a block that answers come back to, the row it is kept in: id() of the block → number of the row.
    rows: dict[int, int] = field(default_factory=dict)

    @property
    def reply_to(self) -> str:
        return self.mailing.topic.sender.reply_to if self.mailing.topic else ""

    def answer_url(self, event: Event) -> str:
        """The answering page for the meeting this mailing invites to; a mail to the network for any other."""
        if self.mailing.event_id == event.id:
            return StaffWords(slot("link.rsvp"))
        return agenda.answer_by_mail(event, reply_to=self.reply_to) if self.reply_to else ""

    def picture(self, src: str, alt: str | None) -> dict[str, Any]:
        """Return the values of a picture; one on somebody else's server would tell them who opened the letter."""
        return {"src": src if is_ours(src, self.base_url) else "", "alt": StaffWords(alt or "")}


def rich(html: str) -> dict[str, Any]:
    """Return staff's text for both parts of the letter."""
    return {"rich": staff_html(html), "plain": staff_text(html)}


def link(label: str, url: str) -> SimpleNamespace | None:
    """Return a link that has its words and its address, or None."""
    return SimpleNamespace(label=StaffWords(label), url=StaffWords(url)) if label and url else None


def first_sentence(text: str, *, longest: int = 140) -> str:
    """Return how a description begins, whole words only."""
    line = " ".join(text.split())
    for end in (". ", "! ", "? "):
        if 0 < line.find(end) < longest:
            return line[: line.find(end) + 1]
    return line if len(line) <= longest else line[:longest].rpartition(" ")[0].rstrip(",;:") + "…"
