"""Composing: make a mailing, change what it says and whom it is for. Only a draft can be changed.

Staff's words are data: they are stored as fields of blocks, cleaned once, and never become template source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.rules.understanding import understand
from mailer.directory.models import Neighbourhood, Theme
from mailer.directory.queries import WordRow, words_of_slugs
from mailer.events.models import Event
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import fields_of, read_block
from mailer.mailings.drafts.specs import read_spec
from mailer.mailings.models import Block, Mailing, MailingKind, MailingNeighbourhood, MailingState, MailingTheme
from mailer.staff.models import Operator
from mailer.subscriptions.models import Topic

LONGEST_SUBJECT = 200


def create_mailing(session: Session, spec: Mapping[str, Any], *, now: datetime, by: Operator | None = None) -> Mailing:
    """Make a draft from a spec (docs/interfaces.md: Mailing).

    It may be unfinished; raises ``BadInput`` with a sentence for each thing in it that does not exist.
    """
    read = read_spec(spec)
    mailing = start_mailing(session, kind=read.kind, now=now, by=by)
    change_mailing(
        session,
        mailing,
        now=now,
        title=read.title,
        subject=read.subject,
        preheader=read.preheader,
        topic=read.topic,
        event=read.event,
        audience=read.audience,
        themes=read.themes,
        neighbourhoods=read.neighbourhoods,
    )
    for block in read.blocks:
        add_block(session, mailing, {"type": block.type, **fields_of(block)}, now=now)
    return mailing


def start_mailing(session: Session, *, kind: MailingKind, now: datetime, by: Operator | None = None) -> Mailing:
    """Make an empty draft."""
    mailing = Mailing(
        kind=kind,
        state=MailingState.DRAFT,
        title="",
        subject="",
        preheader="",
        held_because="",
        created_at=now,
        changed_at=now,
        author_id=by.id if by else None,
    )
    session.add(mailing)
    session.flush()
    return mailing


def change_mailing(session: Session, mailing: Mailing, *, now: datetime, **fields: Any) -> Mailing:
    """Change fields of a draft: title, subject, preheader, topic (slug), event (id), audience (a value), themes and
    neighbourhoods (slugs).

    Only what is named changes. Raises ``BadInput`` when something does not exist, ``Conflict`` when it is no draft.
    """
    must_be_draft(mailing)
    for name, value in fields.items():
        SETTERS[name](session, mailing, value)
    return touch(session, mailing, now)


def add_block(
    session: Session, mailing: Mailing, values: Mapping[str, Any], *, now: datetime, position: int | None = None
) -> Block:
    """Add a block, ``{"type": …, …fields}``, at the end or at a position (from 0)."""
    must_be_draft(mailing)
    block = read_block(values)
    row = Block(type=block.type, fields=fields_of(block))
    mailing.blocks.insert(len(mailing.blocks) if position is None else max(0, position), row)
    touch(session, mailing, now)
    return row


def change_block(session: Session, block: Block, fields: Mapping[str, Any], *, now: datetime) -> Block:
    """Give a block new fields; those that are not named keep their value."""
    must_be_draft(block.mailing)
    read = read_block({"type": block.type, **block.fields, **fields})
    block.fields = fields_of(read)
    touch(session, block.mailing, now)
    return block


def move_block(session: Session, block: Block, *, by: int, now: datetime) -> Block:
    """Move a block up (``by=-1``) or down (``by=1``); at the edge it stays."""
    mailing = block.mailing
    must_be_draft(mailing)
    here = mailing.blocks.index(block)
    there = min(max(here + by, 0), len(mailing.blocks) - 1)
    mailing.blocks.insert(there, mailing.blocks.pop(here))
    touch(session, mailing, now)
    return block


def place_block(session: Session, block: Block, *, at: int, now: datetime) -> Block:
    """Put a block at a place (from 0); beyond the edge it comes first or last."""
    return move_block(session, block, by=at - block.mailing.blocks.index(block), now=now)


def remove_block(session: Session, block: Block, *, now: datetime) -> None:
    """Take a block out."""
    mailing = block.mailing
    must_be_draft(mailing)
    mailing.blocks.remove(block)
    touch(session, mailing, now)


def duplicate_block(session: Session, block: Block, *, now: datetime) -> Block:
    """Put a copy of the block right below it."""
    position = block.mailing.blocks.index(block) + 1
    values = {"type": block.type, **block.fields}
    return add_block(session, block.mailing, values, now=now, position=position)


def copy_mailing(session: Session, mailing: Mailing, *, now: datetime, by: Operator | None = None) -> Mailing:
    """Make a new draft that says the same to the same audience; whatever its state, the original stays as it is."""
    copy = start_mailing(session, kind=mailing.kind, now=now, by=by)
    copy.title = _("Kopie van %(title)s", title=mailing.shown_title)[:LONGEST_SUBJECT] if mailing.shown_title else ""
    copy.subject, copy.preheader = mailing.subject, mailing.preheader
    copy.topic, copy.event = mailing.topic, mailing.event
    copy.audience = dict(mailing.audience) if mailing.audience else None
    copy.themes = [MailingTheme(theme=entry.theme) for entry in mailing.themes]
    copy.neighbourhoods = [MailingNeighbourhood(neighbourhood=entry.neighbourhood) for entry in mailing.neighbourhoods]
    for block in mailing.blocks:
        # Read again: a copy of an old mailing gets the rules of today.
        add_block(session, copy, {"type": block.type, **block.fields}, now=now)
    return touch(session, copy, now)


def delete_draft(session: Session, mailing: Mailing) -> None:
    """Throw a draft away. Raises ``Conflict`` for a mailing that was scheduled or sent: that one is history."""
    must_be_draft(mailing)
    session.delete(mailing)
    session.flush()


def must_be_draft(mailing: Mailing) -> None:
    """Raise ``Conflict`` when the mailing is no draft any more."""
    if mailing.state is not MailingState.DRAFT:
        raise Conflict(
            _("Deze mailing is al ingepland of verzonden. Haal hem eerst uit de planning, of maak een kopie.")
        )


def touch(session: Session, mailing: Mailing, now: datetime) -> Mailing:
    """Give every block its place, and note that the mailing changed."""
    for position, block in enumerate(mailing.blocks):
        block.position = position
    mailing.changed_at = now
    session.flush()
    return mailing


def _set_line(name: str) -> Any:
    def set_it(_session: Session, mailing: Mailing, value: str | None) -> None:
        # A database holds no NUL in a text.
        line = " ".join((value or "").replace("\0", "").split())
        if len(line) > LONGEST_SUBJECT:
            raise BadInput(_("Dit is te lang. Gebruik hoogstens %(n)s tekens.", n=LONGEST_SUBJECT), field=name)
        setattr(mailing, name, line)

    return set_it


def _set_topic(session: Session, mailing: Mailing, slug: str | None) -> None:
    mailing.topic = None if not slug else session.scalars(select(Topic).where(Topic.slug == slug)).one_or_none()
    if slug and mailing.topic is None:
        raise BadInput(_("De verzendlijst %(topic)s bestaat niet.", topic=slug), field="topic")


def _set_event(session: Session, mailing: Mailing, identity: int | None) -> None:
    mailing.event = None if identity is None else session.get(Event, identity)
    if identity is not None and mailing.event is None:
        raise BadInput(_("De bijeenkomst met nummer %(id)s bestaat niet.", id=identity), field="event")


def _set_audience(session: Session, mailing: Mailing, audience: Mapping[str, Any] | None) -> None:
    if audience:
        # Read once here, so that a rule that cannot be read is refused now and not when the mailing is due.
        understand(session, audience)
    mailing.audience = dict(audience) if audience else None


def _set_themes(session: Session, mailing: Mailing, slugs: Sequence[str] | None) -> None:
    words = _words(session, Theme, slugs or [], _("Het thema %(slug)s bestaat niet."), field="themes")
    mailing.themes = [MailingTheme(theme=word) for word in words]


def _set_neighbourhoods(session: Session, mailing: Mailing, slugs: Sequence[str] | None) -> None:
    words = _words(session, Neighbourhood, slugs or [], _("De wijk %(slug)s bestaat niet."), field="neighbourhoods")
    mailing.neighbourhoods = [MailingNeighbourhood(neighbourhood=word) for word in words]


def _words(session: Session, kind: type[WordRow], slugs: Sequence[str], sentence: str, *, field: str) -> list[WordRow]:
    wanted = list(dict.fromkeys(slugs))
    found = words_of_slugs(session, kind, wanted)
    known = {word.slug for word in found}
    problems = [sentence % {"slug": slug} for slug in wanted if slug not in known]
    if problems:
        raise BadInput(problems[0], field=field, problems=problems)
    return found


SETTERS: dict[str, Any] = {
    "title": _set_line("title"),
    "subject": _set_line("subject"),
    "preheader": _set_line("preheader"),
    "topic": _set_topic,
    "event": _set_event,
    "audience": _set_audience,
    "themes": _set_themes,
    "neighbourhoods": _set_neighbourhoods,
}
