"""Letters in which every word that somebody can write is hostile."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput
from mailer.mailings.blocks import BLOCK_TYPES, block_words, read_block
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.models import Mailing
from tests.factories import a_topic, an_event, an_organisation

WRITTEN = ("line", "rich", "address", "picture", "slugs")


def hostile_mailing(session: Session, vector: str, number: int) -> Mailing:
    """Return a mailing with the vector in its subject, in every field of every block, and in the names of its rows."""
    # Every door takes NUL out of what is written in a row; a database holds none in a text.
    stored = vector.replace("\0", "")
    event = an_event(
        session,
        stored[:200] or "x",
        description=stored,
        venue_name=stored[:200],
        venue_address=stored[:300],
        venue_url=stored[:300],
        venue_note=stored[:500],
        costs=stored[:200],
    )
    named = an_organisation(
        session, stored[:200] or "x", slug=f"hostile-{number}", website=stored[:300], description=stored
    )
    a_topic(session).sender.name = stored[:120] or "x"
    session.flush()
    spec = {
        "kind": "newsletter",
        "topic": "nieuwsbrief",
        # A link in a subject is refused with a sentence, before anything is sent.
        "subject": vector[:200].replace("[[link.", "[[mailbox."),
        "preheader": vector[:200],
        "event": event.id,
        "blocks": [_block(kind, vector, event.id, named.slug) for kind in BLOCK_TYPES],
    }
    return create_mailing(session, spec, now=event.created_at)


def _block(kind: str, vector: str, event_id: int, slug: str) -> dict[str, Any]:
    """Every field that takes words takes the vector, unless it is refused with a sentence, which is as good."""
    block: dict[str, Any] = {"type": kind}
    for words in block_words(kind).fields:
        if words.input == "event":
            block[words.name] = event_id
        elif words.input == "organisation":
            block[words.name] = slug
        elif words.input in WRITTEN and not _is_refused(kind, words.name, vector):
            block[words.name] = vector
    if "agreed" in BLOCK_TYPES[kind].model_fields:
        block["agreed"] = 1
    said = [name for name in BLOCK_TYPES[kind].translatable() if not _is_refused(kind, "variants", _said(name, vector))]
    return {**block, "variants": _said(*said, vector) if said else {}}


def _said(*names_and_vector: str) -> dict[str, Any]:
    """The vector as the words of these fields in another language, and as the name of who read them over."""
    *names, vector = names_and_vector
    return {"en": {"words": dict.fromkeys(names, vector), "checked_by": " ".join(vector.split())[:500]}}


def _is_refused(kind: str, name: str, value: object) -> bool:
    try:
        read_block({"type": kind, name: value})
    except BadInput:
        return True
    return False
