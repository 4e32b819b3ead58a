"""A newsletter as a message to pass on: plain, short enough for a phone, with one link to read the rest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.compiling.arranging import headlines_of
from mailer.mailings.compiling.fillers.asking import closing_moment
from mailer.mailings.compiling.fillers.desk import Desk
from mailer.mailings.models import Mailing
from mailer.mailings.published.webletters import words_for_everybody

# What a group still reads in one glance.
LONGEST_SHARED = 500


def share_text(session: Session, mailing: Mailing, *, now: datetime) -> str:
    """Return at most 500 characters of plain text: what it is about, what is in it, and where to read it."""
    address = settings_of(session).links.archived(mailing.topic.slug, mailing.id) if mailing.topic else ""
    end = "\n\n" + _("Lees de brief: %(address)s", address=address) if address else ""
    written = words_for_everybody(session, mailing, mailing.subject)
    for line in [mailing.preheader, *(f"- {headline}" for headline in _headlines(session, mailing, now))]:
        longer = f"{written}\n{line}" if line and "[[" not in line else written
        if len(longer) + len(end) <= LONGEST_SHARED:
            written = longer
    return written[: LONGEST_SHARED - len(end)] + end


def _headlines(session: Session, mailing: Mailing, now: datetime) -> list[str]:
    read = [blocks.read_block({"type": row.type, **row.fields}) for row in mailing.blocks]
    open_still = [block for block in read if not _is_over(block, now)]
    desk = Desk(session, mailing, now, settings_of(session).base_url)
    return [headline.words for headline in headlines_of(desk, open_still)]


def _is_over(block: blocks.Block, now: datetime) -> bool:
    closes = closing_moment(block) if isinstance(block, blocks.Call | blocks.Funding | blocks.Poll) else None
    return closes is not None and closes <= now
