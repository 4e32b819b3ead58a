"""A poll in a letter: how often each answer was given, and by nobody. Nothing is kept of who answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.compiling.fillers.asking import poll_closes_at
from mailer.mailings.models import Block, PollCount


def find_poll(session: Session, block_id: int) -> blocks.Poll | None:
    """Return the poll in this block once its letter was frozen, or None."""
    row = session.get(Block, block_id)
    if row is None or row.type != "poll" or row.mailing.prepared_at is None:
        return None
    read = blocks.read_block({"type": row.type, **row.fields})
    assert isinstance(read, blocks.Poll)
    return read


def closes_at(session: Session, block_id: int, poll: blocks.Poll) -> datetime:
    """Return when it closes, as its letter was marked when that was made."""
    row = session.get_one(Block, block_id)
    assert row.mailing.prepared_at is not None, "only a poll that was sent is asked for"
    return poll_closes_at(poll, sent_at=row.mailing.prepared_at)


def is_closed(session: Session, block_id: int, poll: blocks.Poll, *, now: datetime) -> bool:
    """Tell whether its last day is over."""
    return now >= closes_at(session, block_id, poll)


def vote(session: Session, block_id: int, answer: int, *, now: datetime) -> None:
    """Count one vote for an answer (from 1).

    Raises ``BadInput`` when the poll has no such answer, ``Conflict`` when it is closed.
    """
    poll = find_poll(session, block_id)
    if poll is not None and is_closed(session, block_id, poll, now=now):
        raise Conflict(_("De peiling is gesloten."))
    if poll is None or not 1 <= answer <= len(poll.answers):
        raise BadInput(_("Kies een van de antwoorden."), field="answer")
    if not _add_one(session, block_id, answer):
        try:
            with session.begin_nested():
                session.add(PollCount(block_id=block_id, answer=answer, votes=1))
        except IntegrityError:
            # Somebody else gave the first vote at this very moment.
            _add_one(session, block_id, answer)


def votes(session: Session, block_id: int) -> dict[int, int]:
    """Return answer (from 1) → how often it was given."""
    rows = session.execute(select(PollCount.answer, PollCount.votes).where(PollCount.block_id == block_id))
    return {row.answer: row.votes for row in rows}


def _add_one(session: Session, block_id: int, answer: int) -> bool:
    one = (PollCount.block_id == block_id, PollCount.answer == answer)
    session.execute(update(PollCount).where(*one).values(votes=PollCount.votes + 1))
    return bool(session.scalar(select(func.count()).select_from(PollCount).where(*one)))
