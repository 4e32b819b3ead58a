"""Filling: the values that differ per mailbox, and the message they make. One set of queries a batch, never per letter.

The letter itself was frozen by ``preparing`` and is encoded once per mailing (``wire.message``). One-off letters are
written by ``notices``. This runs for every letter there is: rows are read as columns, only what the letter has slots
for is worked out, and what is the same for all is kept in a ``Mould`` (decision 0066).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from mailer.deliveries.letters.envelopes import LINKS, envelope_address, leave_address, list_headers, return_path
from mailer.deliveries.letters.greeting import Readers, greet, name_organisations
from mailer.deliveries.letters.readers import grounds_of, readers_of
from mailer.deliveries.letters.reasons import Ground, Occasion, occasion_of, say_why
from mailer.deliveries.models import Delivery
from mailer.events.models import Event
from mailer.foundation.database import settings_of
from mailer.foundation.given import among
from mailer.foundation.language import speaking
from mailer.foundation.prepared import Prepared
from mailer.foundation.settings import Settings
from mailer.mailings.models import CompiledLetter, Mailing
from mailer.subscriptions.models import Sender, Topic
from mailer.wire.body import Body
from mailer.wire.message import Envelope, Personal, Skeleton
from mailer.wire.signing import signer_from
from mailer.wire.slots import KNOWN_SLOTS, Letter, split


class Ready(NamedTuple):
    """A letter ready to hand over: the envelope, and the message in pieces, most of them shared."""

    delivery_id: int
    sender: str
    recipient: str
    body: Body

    @property
    def message(self) -> bytes:
        """The message as one."""
        return bytes(self.body)


@dataclass(frozen=True)
class Cast:
    """What all letters of a mailing share."""

    made_of: tuple[Any, ...]
    skeleton: Skeleton
    occasion: Occasion
    reply_to: str


@dataclass
class Mould:
    """What a worker keeps of the mailing it is sending, so that it is encoded once."""

    casts: dict[int, Cast] = field(default_factory=dict)

    def of(self, session: Session, mailing: Mailing) -> Cast:
        """Return the encoded letter of this mailing, made anew when what it is made of changed."""
        made_of = tuple(session.connection().execute(_MADE_OF, {"mailing": mailing.id}).one())
        kept = self.casts.get(mailing.id)
        if kept is None or kept.made_of != made_of:
            letter = session.scalars(select(CompiledLetter).where(CompiledLetter.mailing_id == mailing.id)).one()
            kept = Cast(
                made_of=made_of,
                skeleton=encode(session, mailing, letter),
                occasion=occasion_of(mailing),
                reply_to=mailing.topic.sender.reply_to if mailing.topic else "",
            )
            # One mailing at a time is enough to remember, and a worker's memory stays flat.
            self.casts = {mailing.id: kept}
        return kept


def fill(session: Session, mailing: Mailing, delivery_ids: Sequence[int], *, mould: Mould) -> list[Ready]:
    """Make the messages of these deliveries, in the order of their ids, signed when signing is configured.

    Raises ``KeyError`` or ``ValueError`` when the letter cannot be made, ``BadInput`` when a key to sign with cannot be
    used: then that holds for every letter of it.
    """
    settings = settings_of(session)
    cast = mould.of(session, mailing)
    found = _LETTERS(session, {"ids": delivery_ids})
    # Hardly any letter has such facts, and reading JSON costs more than the rest of the row.
    rows = [
        _Row(number, mailbox, address, message_id, json.loads(because) if len(because) > len("{}") else {})
        for number, mailbox, address, message_id, because in found
    ]
    values = _values_of(session, mailing.topic_id, cast.occasion, rows, cast.skeleton.slots)
    personals = [_personal(settings, cast, row, own) for row, own in zip(rows, values, strict=True)]
    bodies = cast.skeleton.fill_all(personals)
    return [
        Ready(one.delivery_id, return_path(settings, one.delivery_id), one.to_address, body)
        for one, body in zip(personals, bodies, strict=True)
    ]


def encode(session: Session, mailing: Mailing, letter: CompiledLetter) -> Skeleton:
    """Encode the frozen letter with all headers that its mailboxes share."""
    topic = mailing.topic
    if topic is None:
        raise ValueError(f"mailing {mailing.id} has no topic")
    envelope = Envelope(
        from_name=topic.sender.name,
        from_address=envelope_address(topic.sender.from_address),
        date=mailing.prepared_at or letter.compiled_at,
        list_headers=list_headers(mailing, topic),
    )
    pattern = split(Letter(subject=letter.subject, preheader="", html=letter.html, text=letter.text))
    return Skeleton(envelope, pattern, signer_from(settings_of(session)))


def slot_values(session: Session, mailing: Mailing, deliveries: Sequence[Delivery]) -> dict[int, dict[str, str]]:
    """Return delivery id → slot name → value, for every slot there is. Letters are Dutch."""
    rows = [_Row(one.id, one.mailbox_id, one.address, one.message_id, one.because) for one in deliveries]
    values = _values_of(session, mailing.topic_id, occasion_of(mailing), rows, KNOWN_SLOTS)
    return dict(zip((one.id for one in rows), values, strict=True))


class _Row(NamedTuple):
    id: int
    mailbox_id: int | None
    address: str
    message_id: str
    because: dict[str, Any]


class _Reader(NamedTuple):
    """One letter's reader, with all that words are made of."""

    row: _Row
    readers: Readers
    ground: Ground | None
    occasion: Occasion


_WORDS: dict[str, Callable[[_Reader], str]] = {
    "mailbox.greeting": lambda one: greet(one.readers),
    "mailbox.address": lambda one: one.row.address,
    "mailbox.organisations": lambda one: name_organisations(one.readers.organisations),
    "why": lambda one: say_why(one.occasion, one.readers, one.ground, one.row.because),
}


def _values_of(
    session: Session, topic_id: int | None, occasion: Occasion, rows: Sequence[_Row], names: Collection[str]
) -> list[dict[str, str]]:
    """Return slot name → value for each row, only those that are asked for."""
    links = settings_of(session).links
    readers = readers_of(session, [row.id for row in rows])
    mailboxes = [row.mailbox_id for row in rows if row.mailbox_id is not None]
    grounds = grounds_of(session, topic_id, mailboxes) if "why" in names else {}
    words = [(name, say) for name, say in _WORDS.items() if name in names]
    addresses = [(name, link) for name, link in LINKS.items() if name in names]
    found = []
    with speaking("nl"):
        for row in rows:
            one = _Reader(row, readers[row.id], grounds.get(row.mailbox_id or 0), occasion)
            values = {name: say(one) for name, say in words}
            values.update([(name, link(links, row.id)) for name, link in addresses])
            found.append(values)
    return found


def _personal(settings: Settings, cast: Cast, row: _Row, values: dict[str, str]) -> Personal:
    return Personal(
        to_address=envelope_address(row.address),
        message_id=row.message_id,
        delivery_id=row.id,
        reply_to=cast.reply_to,
        one_click_url=settings.links.one_click(row.id),
        leave_address=leave_address(settings, row.id),
        values=values,
    )


# Put together once: they run for every batch.
_LETTERS = Prepared(
    lambda _sqlite: (
        select(
            Delivery.id, Delivery.mailbox_id, Delivery.address, Delivery.message_id, sql_cast(Delivery.because, Text)
        )
        .where(among(Delivery.id, "ids"))
        .order_by(Delivery.id)
    )
)
_MADE_OF = (
    select(CompiledLetter.compiled_at, Mailing.prepared_at, Topic, Sender, Event.title)
    .select_from(Mailing)
    .join(CompiledLetter, CompiledLetter.mailing_id == Mailing.id)
    .outerjoin(Topic, Topic.id == Mailing.topic_id)
    .outerjoin(Sender, Sender.id == Topic.sender_id)
    .outerjoin(Event, Event.id == Mailing.event_id)
    .where(Mailing.id == bindparam("mailing"))
)
