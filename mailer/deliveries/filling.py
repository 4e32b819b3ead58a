"""Filling: the values that differ per mailbox, and the message they make. One set of queries a batch, never per letter.

The letter itself was frozen by ``preparing`` and is encoded once per mailing (``wire.message``). One-off letters are
written by ``notices``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.envelopes import envelope_address, leave_address, link_values, list_headers, return_path
from mailer.deliveries.greeting import greet, name_organisations
from mailer.deliveries.models import Delivery
from mailer.deliveries.readers import grounds_of, readers_of
from mailer.deliveries.reasons import say_why
from mailer.foundation.database import settings_of
from mailer.foundation.language import speaking
from mailer.foundation.settings import Settings
from mailer.mailings.models import CompiledLetter, Mailing
from mailer.wire.message import Envelope, Personal, Skeleton
from mailer.wire.signing import signer_from
from mailer.wire.slots import Letter, split


@dataclass(frozen=True)
class Ready:
    """A letter ready to hand over: the envelope, and the message."""

    delivery_id: int
    sender: str
    recipient: str
    message: bytes


@dataclass
class Mould:
    """What a worker keeps of the mailing it is sending, so that it is encoded once."""

    skeletons: dict[int, tuple[datetime, Skeleton]] = field(default_factory=dict)

    def of(self, session: Session, mailing: Mailing) -> Skeleton:
        """Return the encoded letter of this mailing."""
        letter = session.scalars(select(CompiledLetter).where(CompiledLetter.mailing_id == mailing.id)).one()
        kept = self.skeletons.get(mailing.id)
        if kept is None or kept[0] != letter.compiled_at:
            # One mailing at a time is enough to remember, and a worker's memory stays flat.
            self.skeletons = {mailing.id: (letter.compiled_at, encode(session, mailing, letter))}
        return self.skeletons[mailing.id][1]


def fill(session: Session, mailing: Mailing, delivery_ids: Sequence[int], *, mould: Mould) -> list[Ready]:
    """Make the messages of these deliveries, in the order of their ids, signed when signing is configured.

    Raises ``KeyError`` or ``ValueError`` when the letter cannot be made, ``BadInput`` when a key to sign with cannot be
    used: then that holds for every letter of it.
    """
    skeleton = mould.of(session, mailing)
    deliveries = _deliveries(session, delivery_ids)
    values = slot_values(session, mailing, deliveries)
    settings = settings_of(session)
    personals = [_personal(settings, mailing, one, values[one.id]) for one in deliveries]
    messages = skeleton.fill_all(personals)
    return [
        Ready(one.delivery_id, return_path(settings, one.delivery_id), one.to_address, message)
        for one, message in zip(personals, messages, strict=True)
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
    links = settings_of(session).links
    readers = readers_of(session, deliveries)
    grounds = grounds_of(session, mailing, [one.mailbox_id for one in deliveries if one.mailbox_id is not None])
    with speaking("nl"):
        return {
            one.id: {
                "mailbox.greeting": greet(readers[one.id]),
                "mailbox.address": one.address,
                "mailbox.organisations": name_organisations(readers[one.id].organisations),
                "why": say_why(mailing, readers[one.id], grounds.get(one.mailbox_id or 0), one.because),
                **link_values(links, one.id),
            }
            for one in deliveries
        }


def _deliveries(session: Session, ids: Sequence[int]) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.id)))


def _personal(settings: Settings, mailing: Mailing, delivery: Delivery, values: dict[str, str]) -> Personal:
    return Personal(
        to_address=envelope_address(delivery.address),
        message_id=delivery.message_id,
        delivery_id=delivery.id,
        reply_to=mailing.topic.sender.reply_to if mailing.topic else "",
        one_click_url=settings.links.one_click(delivery.id),
        leave_address=leave_address(settings, delivery.id),
        values=values,
    )
