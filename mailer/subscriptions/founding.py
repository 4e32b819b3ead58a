"""The first sender of an installation and its lists. Without them nobody can write a letter."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.subscriptions.models import Sender, Topic
from mailer.wire.spelling import slug_of

# slug, name, how often: what a network usually writes. Rows like any other once they are there.
TOPICS = [
    ("nieuwsbrief", "Nieuwsbrief", "1 keer per maand"),
    ("uitnodigingen", "Uitnodigingen", "als er een bijeenkomst is"),
    ("oproepen", "Oproepen", "alleen als er snel hulp nodig is"),
]


def found_sender(
    session: Session,
    *,
    name: str,
    from_address: str,
    reply_to: str,
    postal_address: str,
    slug: str = "",
    **more: str,
) -> Sender:
    """Make a sender, and the three usual lists when there are none yet. ``more``: the sender's other columns.

    Raises ``BadInput`` when an address is wrong, or when there already is a sender of this name.
    """
    slug = slug or slug_of(name)
    if session.scalars(select(Sender.id).where(Sender.slug == slug)).first():
        raise BadInput(_("Er is al een afzender die %(name)s heet.", name=name), field="name")
    address = parse_address(from_address)
    sender = Sender(
        slug=slug,
        name=name,
        from_address=address.shown,
        reply_to=parse_address(reply_to).shown,
        postal_address=postal_address,
        list_id_domain=more.pop("list_id_domain", "") or address.domain,
        **more,
    )
    session.add(sender)
    session.flush()
    if not session.scalars(select(Topic.id).limit(1)).first():
        for position, (topic, title, frequency) in enumerate(TOPICS, start=1):
            session.add(Topic(slug=topic, name=title, frequency=frequency, sender_id=sender.id, position=position))
        session.flush()
    return sender
