"""Arranging: in which order the blocks of a letter stand, how large their headings are, and how much room there is.

Also what "In het kort" can lead to, and until when a block shows on the web.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from mailer.directory.models import Organisation
from mailer.events.models import Event
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.compiling.fillers.asking import closing_moment, mark_of
from mailer.mailings.compiling.fillers.desk import Desk, Headline
from mailer.mailings.compiling.fillers.meetings import coming
from mailer.mailings.compiling.stationery import StaffWords

# Room above a block, so that a letter breathes the same however it is put together.
SPACE_BEFORE_HEADING = "28px"
SPACE_BEFORE_SMALL_HEADING = "20px"


@dataclass(frozen=True)
class Place:
    """A block with what its place in the letter gives it: ``space_above``, ``level``, ``until``, ``anchor``."""

    block: blocks.Block
    frame: dict[str, Any]


@dataclass(frozen=True)
class Arranged:
    """The blocks in their places, and the desk that knows their headlines."""

    desk: Desk
    places: list[Place]


def arrange(desk: Desk, read: list[blocks.Block]) -> Arranged:
    """Return the blocks as they stand in the letter."""
    ordered = _soonest_deadline_first(read)
    if any(isinstance(block, blocks.InShort) for block in ordered):
        desk = replace(desk, headlines=headlines_of(desk, ordered))
    led_to = {headline.anchor for headline in desk.headlines}
    return Arranged(desk, [_place(ordered, position, led_to) for position in range(len(ordered))])


def _place(ordered: list[blocks.Block], position: int, led_to: set[str]) -> Place:
    block, level, anchor = ordered[position], _level(ordered, position), _anchor(position)
    frame = {
        "space_above": _space_above(block, position, level),
        "level": level,
        "until": _until(block),
        "anchor": anchor if anchor in led_to else "",
    }
    return Place(block, frame)


def _soonest_deadline_first(read: list[blocks.Block]) -> list[blocks.Block]:
    """Chances for money that stand together, stand in the order in which they close."""
    ordered: list[blocks.Block] = []
    run: list[blocks.Funding] = []
    for block in read:
        if isinstance(block, blocks.Funding):
            run.append(block)
        else:
            ordered += [*sorted(run, key=_closes_at), block]
            run = []
    return [*ordered, *sorted(run, key=_closes_at)]


def _closes_at(block: blocks.Funding) -> datetime:
    return closing_moment(block) or datetime.max.replace(tzinfo=UTC)


def headlines_of(desk: Desk, ordered: list[blocks.Block]) -> list[Headline]:
    """Return what "In het kort" can lead to.

    A heading right above a block that has its own is only the name of a section.
    """
    found = []
    for position, block in enumerate(ordered):
        words = _headline(desk, block)
        following = ordered[position + 1] if position + 1 < len(ordered) else None
        if isinstance(block, blocks.Heading) and (block.level != 2 or _needs_no_line(desk, following)):
            continue
        if words:
            found.append(Headline(words, _anchor(position), _until(block)))
    return found


def _needs_no_line(desk: Desk, following: blocks.Block | None) -> bool:
    """Tell whether what stands below a heading has a headline of its own, or is an agenda with nothing in it."""
    if isinstance(following, blocks.Agenda):
        return not coming(desk, following)
    return following is not None and bool(_headline(desk, following))


def _headline(desk: Desk, block: blocks.Block) -> str:
    if isinstance(block, blocks.Event):
        event = desk.session.get(Event, block.event) if block.event is not None else None
        return event.title if event is not None else ""
    if isinstance(block, blocks.Organisation):
        query = select(Organisation.name).where(Organisation.slug == block.organisation)
        name = desk.session.scalars(query).one_or_none()
        return _("Maak kennis met %(name)s", name=name) if name else ""
    return StaffWords(getattr(block, block.headed_by)) if block.headed_by else ""


def _anchor(position: int) -> str:
    return f"b{position + 1}"


def _until(block: blocks.Block) -> str:
    """Until when the block shows on the web; a letter that was sent stays as it is."""
    return mark_of(closing_moment(block)) if isinstance(block, blocks.Funding) else ""


def _level(ordered: list[blocks.Block], position: int) -> int:
    """The size of a block's own heading: below a section's heading it is one smaller."""
    for block in reversed(ordered[:position]):
        if isinstance(block, blocks.Divider):
            return 2
        if isinstance(block, blocks.Heading):
            return 3 if block.level == 2 else 2
    return 2


def _space_above(block: blocks.Block, position: int, level: int) -> str:
    if position == 0 or isinstance(block, blocks.Text | blocks.Intro):
        return "0"
    small = (block.level if isinstance(block, blocks.Heading) else level) == 3
    return SPACE_BEFORE_SMALL_HEADING if small else SPACE_BEFORE_HEADING
