"""A mailing as it would be with words that nobody kept yet: for the letter beside the form, while somebody types.

What comes out is no row and never becomes one; the mailing itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events.models import Event
from mailer.foundation.errors import BadInput
from mailer.mailings.blocks import fields_of, read_block
from mailer.mailings.drafts.contents import LINES, Content
from mailer.mailings.models import Block, Mailing
from mailer.subscriptions.models import Topic

# What a letter is made of beside its blocks.
PARTS = (
    "id",
    "kind",
    "state",
    "title",
    "subject",
    "preheader",
    "topic",
    "topic_id",
    "event",
    "event_id",
    # A reminder is one by whom it is for.
    "audience",
    "scheduled_at",
)


def suppose(mailing: Mailing, *, lines: Mapping[str, str] | None = None) -> Mailing:
    """Return a stand-in for the mailing, with other lines (subject, preheader, title) where they are given."""
    values = {name: getattr(mailing, name) for name in PARTS}
    values.update({name: " ".join(text.split()) for name, text in (lines or {}).items() if name in LINES})
    stand_in = Mailing(**values)
    stand_in.blocks = [_stand_in(row, row.fields) for row in mailing.blocks]
    return stand_in


def suppose_block(mailing: Mailing, block: Block, fields: Mapping[str, Any]) -> Mailing:
    """Return a stand-in in which this block has other fields; what cannot be read yet stays as it was kept."""
    stand_in = suppose(mailing)
    for position, row in enumerate(mailing.blocks):
        if row.id == block.id:
            stand_in.blocks[position] = _stand_in(row, _readable(row, fields))
    return stand_in


def suppose_content(session: Session, mailing: Mailing, content: Content) -> Mailing:
    """Return a stand-in that says this content (``mailings.drafts.contents``): an earlier version, to look at."""
    stand_in = suppose(mailing, lines={name: content[name] for name in LINES})
    stand_in.topic = session.scalars(select(Topic).where(Topic.slug == content["topic"])).one_or_none()
    stand_in.topic_id = stand_in.topic.id if stand_in.topic else None
    stand_in.event_id = content["event"]
    stand_in.event = session.get(Event, content["event"]) if content["event"] else None
    stand_in.blocks = [
        Block(id=entry["id"], position=position, type=entry["type"], fields=entry["fields"])
        for position, entry in enumerate(content["blocks"])
    ]
    return stand_in


def _readable(row: Block, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Half an address is no mistake yet: every field that can be read counts, one by one."""
    read = dict(row.fields)
    for name, value in fields.items():
        with suppress(BadInput):
            read = fields_of(read_block({"type": row.type, **read, name: value}))
    return read


def _stand_in(row: Block, fields: Mapping[str, Any]) -> Block:
    return Block(id=row.id, position=row.position, type=row.type, fields=dict(fields))
