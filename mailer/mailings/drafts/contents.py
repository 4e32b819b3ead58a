"""All that a draft says as one value, and back: what a step remembers, and what undoing and a template give again.

The value is that of docs/interfaces.md (Mailing) with the number of each block, so that a block that comes back is the
same block: whoever had it open finds it again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.mailings.blocks import fields_of, read_block
from mailer.mailings.drafts.composing import change_mailing, must_be_draft, touch
from mailer.mailings.models import Block, Mailing

Content = dict[str, Any]
LINES = ("title", "subject", "preheader")


def content_of(mailing: Mailing) -> Content:
    """Return what the mailing says and to whom, as plain values."""
    return {
        **letterhead_of(mailing),
        "event": mailing.event_id,
        "audience": mailing.audience,
        "blocks": [{"id": block.id, "type": block.type, "fields": dict(block.fields)} for block in mailing.blocks],
    }


def letterhead_of(mailing: Mailing) -> Content:
    """Return what stands above the blocks: the lines, the topic, and what it is about."""
    return {
        **{name: getattr(mailing, name) for name in LINES},
        "topic": mailing.topic.slug if mailing.topic else None,
        "themes": sorted(entry.theme.slug for entry in mailing.themes),
        "neighbourhoods": sorted(entry.neighbourhood.slug for entry in mailing.neighbourhoods),
    }


def mark_of(value: Mapping[str, Any]) -> str:
    """Return a short mark that is another one as soon as the value is: what a form was opened with."""
    return f"{zlib.crc32(json.dumps(value, sort_keys=True, default=str).encode()):08x}"


def put_content(session: Session, mailing: Mailing, content: Content, *, now: datetime) -> Mailing:
    """Let a draft say this again.

    Raises ``BadInput`` when something in it is gone, ``Conflict`` when the mailing is no draft.
    """
    must_be_draft(mailing)
    lines = {name: content[name] for name in (*LINES, "topic", "event", "audience", "themes", "neighbourhoods")}
    change_mailing(session, mailing, now=now, **lines)
    kept = {block.id: block for block in mailing.blocks}
    mailing.blocks = [_block(kept.get(entry.get("id")), entry) for entry in content["blocks"]]
    return touch(session, mailing, now)


def _block(row: Block | None, entry: Mapping[str, Any]) -> Block:
    # Read again: what comes back from long ago gets the rules of today.
    fields = fields_of(read_block({"type": entry["type"], **entry["fields"]}))
    if row is None:
        return Block(id=entry.get("id"), type=entry["type"], fields=fields)
    row.fields = fields
    return row
