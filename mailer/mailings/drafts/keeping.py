"""What staff keeps to use again: a block (a snippet) and a whole mailing (a template of one's own).

Both are copies: changing a mailing later changes nothing that was kept, and the other way around.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.drafts.composing import add_block, start_mailing
from mailer.mailings.drafts.contents import content_of, put_content
from mailer.mailings.models import Block, Mailing, MailingTemplate, Snippet
from mailer.staff.logbook import note
from mailer.staff.models import Operator

LONGEST_NAME = 120
Kept = TypeVar("Kept", Snippet, MailingTemplate)


def keep_snippet(session: Session, block: Block, *, name: str, now: datetime, by: Operator | None) -> Snippet:
    """Keep a copy of a block under a name. Raises ``BadInput`` when the name is empty or taken."""
    _must_be_free(session, Snippet, name)
    kept = Snippet(name=name, type=block.type, fields=dict(block.fields), kept_at=now, kept_by_id=by.id if by else None)
    session.add(kept)
    session.flush()
    note(session, by, "snippet-kept", kept, now=now, note=name)
    return kept


def use_snippet(
    session: Session, mailing: Mailing, snippet: Snippet, *, now: datetime, position: int | None = None
) -> Block:
    """Put a copy of a kept block in a draft; it gets the rules of today."""
    return add_block(session, mailing, {"type": snippet.type, **snippet.fields}, now=now, position=position)


def keep_template(
    session: Session, mailing: Mailing, *, name: str, now: datetime, by: Operator | None
) -> MailingTemplate:
    """Keep what a mailing says as a template. Its meeting stays out: the next letter is about another one.

    Raises ``BadInput`` when the name is empty or taken.
    """
    _must_be_free(session, MailingTemplate, name)
    kept = MailingTemplate(
        name=name,
        kind=mailing.kind,
        content=_without_meeting(content_of(mailing)),
        kept_at=now,
        kept_by_id=by.id if by else None,
    )
    session.add(kept)
    session.flush()
    note(session, by, "template-kept", kept, now=now, note=name)
    return kept


def begin_from(session: Session, template: MailingTemplate, *, now: datetime, by: Operator | None) -> Mailing:
    """Begin a draft with what a template says. Raises ``BadInput`` when something it speaks of is gone."""
    mailing = start_mailing(session, kind=template.kind, now=now, by=by)
    # What we called one letter is not what the next is called.
    put_content(session, mailing, {**template.content, "title": ""}, now=now)
    note(session, by, "mailing-begun", mailing, now=now, note=template.name)
    return mailing


def forget(session: Session, kept: Snippet | MailingTemplate, *, now: datetime, by: Operator | None) -> None:
    """Throw away what was kept; mailings that were made with it stay as they are."""
    note(session, by, "kept-forgotten", kept, now=now, note=kept.name)
    session.delete(kept)
    session.flush()


def snippets(session: Session) -> list[Snippet]:
    """Return the kept blocks, by name."""
    return list(session.scalars(select(Snippet).order_by(Snippet.name)))


def templates(session: Session) -> list[MailingTemplate]:
    """Return the kept mailings, by name."""
    return list(session.scalars(select(MailingTemplate).order_by(MailingTemplate.name)))


def find_kept(session: Session, kind: type[Kept], kept_id: int) -> Kept:
    """Return what was kept under this number. Raises ``NotFound``."""
    found = session.get(kind, kept_id)
    if found is None:
        raise NotFound(_("Dit is niet (meer) bewaard."))
    return found


def _must_be_free(session: Session, kind: type[Snippet] | type[MailingTemplate], name: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(_("Geef het een naam van hoogstens %(n)s letters.", n=LONGEST_NAME), field="name")
    if session.scalars(select(kind.id).where(kind.name == name)).first() is not None:
        raise BadInput(_("Er is al iets bewaard als “%(name)s”. Kies een andere naam.", name=name), field="name")


def _without_meeting(content: dict[str, Any]) -> dict[str, Any]:
    blocks = [
        {
            "type": entry["type"],
            "fields": {**entry["fields"], "event": None} if "event" in entry["fields"] else entry["fields"],
        }
        for entry in content["blocks"]
    ]
    return {**content, "event": None, "blocks": blocks}
