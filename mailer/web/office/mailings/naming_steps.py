"""Which block a step of a draft was about, so that a list of a hundred steps can be read. Not what the step did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailer.mailings.blocks import BLOCK_TYPES, block_words
from mailer.mailings.drafts.contents import Content
from mailer.mailings.models import Block, DraftStep, StepStanding
from mailer.web.office.mailings.block_forms import summary


def name_blocks(steps: Sequence[DraftStep], now_says: Content) -> dict[int, str]:
    """Return step id → the block in a few words, for the steps (newest first) that were about one block."""
    named = {}
    for step, beside in _pairs(steps, now_says):
        if entry := _entry(step, beside):
            named[step.id] = _say(entry)
    return named


def _pairs(steps: Sequence[DraftStep], now_says: Content) -> list[tuple[DraftStep, Content]]:
    """Each step with what the draft said on its other side: what stands remembers before, what was undone after."""
    pairs, beside = [], now_says
    for step in (one for one in steps if one.standing is StepStanding.DONE):
        pairs.append((step, beside))
        beside = step.content
    beside = now_says
    for step in reversed([one for one in steps if one.standing is StepStanding.UNDONE]):
        pairs.append((step, beside))
        beside = step.content
    # What did not get into the draft is known by its own words: in the draft stand those of somebody else.
    return pairs + [(one, one.content) for one in steps if one.standing is StepStanding.ASIDE]


def _entry(step: DraftStep, beside: Content) -> dict[str, Any] | None:
    here, there = _by_id(step.content), _by_id(beside)
    if step.place.isdecimal():
        # As it was in the step: an empty block says less than what was written in it since.
        return there.get(int(step.place)) or here.get(int(step.place))
    only_once = here.keys() ^ there.keys()
    return (here | there)[only_once.pop()] if len(only_once) == 1 else None


def _by_id(content: Content) -> dict[int, dict[str, Any]]:
    return {entry["id"]: entry for entry in content["blocks"] if entry.get("id") and entry["type"] in BLOCK_TYPES}


def _say(entry: dict[str, Any]) -> str:
    block = Block(type=entry["type"], fields=entry["fields"])
    return f"{block_words(entry['type']).label} – {summary(block)}"
