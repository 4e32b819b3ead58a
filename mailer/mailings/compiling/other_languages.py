"""What a letter says in other languages: a part of its own for each, below the Dutch, in the order of the blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace

from mailer.foundation.database import settings_of
from mailer.mailings import blocks
from mailer.mailings.blocks import block_words
from mailer.mailings.compiling.arranging import Place
from mailer.mailings.compiling.fillers.asking import closing_moment, mark_of, poll_closes_at
from mailer.mailings.compiling.fillers.desk import Desk
from mailer.mailings.compiling.fillers.plain import unquoted
from mailer.mailings.compiling.stationery import StaffWords, staff_html, staff_text
from mailer.mailings.phrases import Language, languages
from mailer.wire.directions import keep_numbers_together


def fill_variants(desk: Desk, places: Sequence[Place]) -> list[SimpleNamespace]:
    """Return a part for each language that somebody who speaks it vouched for; blocks without words in it stay out."""
    found = [_part(desk, language, places) for language in languages()]
    return [part for part in found if part.blocks]


def _part(desk: Desk, language: Language, places: Sequence[Place]) -> SimpleNamespace:
    said = [
        SimpleNamespace(until=place.frame["until"], pieces=pieces)
        for place in places
        if (pieces := _pieces(desk, place.block, language))
    ]
    # When all of it is over, its name has nothing left to stand above.
    over = max((one.until for one in said), default="") if all(one.until for one in said) else ""
    return SimpleNamespace(
        code=language.code,
        name=language.name,
        direction=language.direction,
        side=language.side,
        anchor=f"taal-{language.code}",
        until=over,
        blocks=said,
    )


def _pieces(desk: Desk, block: blocks.Block, language: Language) -> list[SimpleNamespace]:
    variant = block.variants.get(language.code)
    if variant is None or not variant.is_on(language, block.dutch()):
        return []
    # Words without a Dutch original are left out: nobody who checks the letter could tell what they say.
    names = [field.name for field in block_words(block.type).fields if getattr(block, field.name, None)]
    return [_piece(desk, block, name, variant.words[name], language) for name in names if name in variant.words]


def _piece(desk: Desk, block: blocks.Block, name: str, words: str, language: Language) -> SimpleNamespace:
    if block.translatable()[name]:
        rich = staff_html(words)
        shown = keep_numbers_together(rich) if language.direction == "rtl" else rich
        return SimpleNamespace(kind="rich", words=shown, plain=staff_text(words), url="")
    if name == "quote" or (block.type == "quote" and name == "text"):
        said = unquoted(words)
        return SimpleNamespace(kind="said", words=said, plain=StaffWords(f"“{said}”"), url="")
    kind = "heading" if name == block.headed_by else "line"
    line = StaffWords(words)
    url = _leads_to(desk, block, name)
    return SimpleNamespace(kind=kind, words=line, plain=line, url=url, open_until=mark_of(_closes_at(desk, block)))


def _closes_at(desk: Desk, block: blocks.Block) -> datetime | None:
    if isinstance(block, blocks.Poll):
        return poll_closes_at(block, sent_at=desk.now)
    return closing_moment(block) if isinstance(block, blocks.Call) else None


def _leads_to(desk: Desk, block: blocks.Block, name: str) -> str:
    """Where the words lead: those of a button as its Dutch, those of an answer to that answer."""
    if name == "label":
        return StaffWords(getattr(block, "url", ""))
    if isinstance(block, blocks.Poll) and name.startswith("answer_"):
        at = block.answers.index(getattr(block, name)) + 1
        return settings_of(desk.session).links.poll(desk.rows[id(block)], answer=at)
    return ""
