"""Questions about mailings; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Block, Mailing, MailingState

PAGE = 50


def find_mailing(session: Session, mailing_id: int) -> Mailing:
    """Return the mailing with this number. Raises ``NotFound``."""
    mailing = session.get(Mailing, mailing_id)
    if mailing is None:
        raise NotFound(_("Er is geen mailing met nummer %(id)s.", id=mailing_id))
    return mailing


def find_block(session: Session, mailing: Mailing, block_id: int) -> Block:
    """Return this block of this mailing. Raises ``NotFound``, also for a block of another mailing."""
    block = session.get(Block, block_id)
    if block is None or block.mailing_id != mailing.id:
        raise NotFound(_("Dit blok is er niet (meer)."))
    return block


def list_mailings(
    session: Session,
    *,
    states: Sequence[MailingState] = (),
    search: str = "",
    page: int = 1,
    page_size: int = PAGE,
) -> list[Mailing]:
    """Return mailings in these states (none: all), the last changed first; topic and author come along."""
    query = (
        select(Mailing)
        .options(selectinload(Mailing.topic), selectinload(Mailing.author))
        .order_by(Mailing.changed_at.desc(), Mailing.id.desc())
    )
    if states:
        query = query.where(Mailing.state.in_(states))
    if search.strip():
        words = f"%{search.strip().lower()}%"
        query = query.where(or_(func.lower(Mailing.title).like(words), func.lower(Mailing.subject).like(words)))
    return list(session.scalars(query.limit(page_size).offset((max(page, 1) - 1) * page_size)))


def count_by_state(session: Session) -> dict[MailingState, int]:
    """Return how many mailings are in each state; every state is there, also with none."""
    rows = session.execute(select(Mailing.state, func.count()).group_by(Mailing.state))
    counted = {state: n for state, n in rows}  # noqa: C416 - dict(rows) has no types
    return {state: counted.get(state, 0) for state in MailingState}
