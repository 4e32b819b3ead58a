"""A mailing as the check reads it: its blocks as values, every word with its place, and what is found there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from mailer.audiences.showing.counting import AudienceCount, count
from mailer.foundation.errors import BadInput
from mailer.mailings import blocks
from mailer.mailings.models import Block, Mailing
from mailer.mailings.purpose import purpose_of
from mailer.wire import richtext

RSVP_SLOTS = ("[[link.rsvp]]", "[[link.rsvp_yes]]", "[[link.rsvp_no]]")


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to look at.

    ``place`` is where: subject, preheader, topic, audience, event, blocks or schedule; ``block`` the id of the block.
    """

    code: str
    sentence: str
    place: str
    block: int | None = None


@dataclass(frozen=True)
class Reading:
    """A mailing being read: its blocks as values, and the rows behind them."""

    session: Session
    mailing: Mailing
    now: datetime
    # When the first letter would leave.
    sending_at: datetime
    blocks: list[tuple[Block, blocks.Block]]

    @cached_property
    def counted(self) -> AudienceCount | None:
        """The audience in numbers, asked once; None when nobody was chosen, or the rule cannot be read any more."""
        if not self.mailing.audience:
            return None
        try:
            return count(self.session, self.mailing.audience, now=self.now, purpose=purpose_of(self.mailing))
        except BadInput:
            return None


Check = Callable[[Reading], Iterator[Finding]]


def all_words(reading: Reading) -> Iterator[tuple[str, str, int | None]]:
    """Yield every piece of Dutch that staff wrote, with its place."""
    yield reading.mailing.subject, "subject", None
    yield reading.mailing.preheader, "preheader", None
    for row, block in reading.blocks:
        for text in _lines_of(block):
            yield text, "blocks", row.id


def words_in_every_language(reading: Reading) -> Iterator[tuple[str, str, int | None]]:
    """Yield ``all_words``, and what blocks say in other languages: for what holds in each of them."""
    yield from all_words(reading)
    for row, block in reading.blocks:
        for text in block.words_of_variants(rich=False):
            yield text, "blocks", row.id
        for html in block.words_of_variants(rich=True):
            yield richtext.plain_text(html), "blocks", row.id


def rich_in_every_language(block: blocks.Block) -> list[str]:
    """Return all cleaned HTML of a block: its Dutch, and what it says in other languages."""
    return [*block.rich_words(), *block.words_of_variants(rich=True)]


def addresses(reading: Reading) -> Iterator[tuple[str, int]]:
    """Yield every address that a link or button leads to, with its block; slots are no addresses."""
    for row, block in reading.blocks:
        own = [value for name, value in block.model_dump().items() if name == "url" and isinstance(value, str)]
        linked = [address for html in rich_in_every_language(block) for _words, address in richtext.links(html)]
        for address in dict.fromkeys([*own, *linked]):
            if address and not address.startswith("[["):
                yield address, row.id


def _lines_of(block: blocks.Block) -> list[str]:
    return [*block.lines(), *(richtext.plain_text(html) for html in block.rich_words())]


def asks_for_an_answer(reading: Reading) -> bool:
    """Tell whether a reader of this letter can answer to its meeting."""
    event_id = reading.mailing.event_id
    for _row, block in reading.blocks:
        if isinstance(block, blocks.Event) and event_id is not None and block.event == event_id:
            return True
        text = " ".join([*block.rich_words(), getattr(block, "url", "")])
        if any(slot in text for slot in RSVP_SLOTS):
            return True
    return False
