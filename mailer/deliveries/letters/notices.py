"""One-off letters: a row owed (``foundation.outbox``) becomes a delivery, and later its message.

What each letter says is known by the floor that owes it; here is the one table of them. They leave before any mailing,
they ask no permission (a person's own deed brought them about; a check letter asks for itself), and they carry no list
to leave.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.checking import LETTER
from mailer.deliveries.letters.check_letters import check_letter
from mailer.deliveries.letters.envelopes import envelope_address, return_path
from mailer.deliveries.letters.filling import Ready
from mailer.deliveries.letters.proofing import PROOF, example_values, write_proof
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.queries import mailbox_of_address
from mailer.events import letters as event_letters
from mailer.foundation.addresses import parse_address
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import speaking
from mailer.foundation.outbox import NoticeContent, OwedLetter
from mailer.mailings.compiling.notices import compile_notice, signing_sender
from mailer.staff import letters as staff_letters
from mailer.wire.message import Calendar, Envelope, Personal, Skeleton
from mailer.wire.signing import signer_from
from mailer.wire.slots import Letter, split

CONTENT: Mapping[str, Callable[[Session, OwedLetter], NoticeContent]] = {
    "sign-in-link": staff_letters.sign_in_link,
    LETTER: check_letter,
    **event_letters.NOTICES,
}
"""Letter → what it says. The key is its folder in templates/emails."""

MOST_AT_ONCE = 500


def take_owed(session: Session, *, now: datetime) -> int:
    """Make a delivery of each letter that is owed; return how many."""
    owed = session.scalars(
        select(OwedLetter)
        .where(OwedLetter.taken_at.is_(None))
        .order_by(OwedLetter.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for letter in owed:
        session.add(_delivery(session, letter, now=now))
        letter.taken_at = now
    session.flush()
    return len(owed)


def write_notice(session: Session, delivery: Delivery) -> Ready:
    """Write the message of a one-off letter, in the language it is owed in.

    Raises ``NotFound`` when what it speaks of is gone.
    """
    owed = delivery.owed_letter
    if owed is None:
        raise ValueError(f"delivery {delivery.id} is not a one-off letter")
    letter, calendar = _compose(session, owed)
    sender = signing_sender(session)
    settings = settings_of(session)
    # Before anybody filled in who writes, the installation signs for itself.
    from_address = sender.from_address or f"post@{settings.mail_domain}"
    envelope = Envelope(sender.name, envelope_address(from_address), date=owed.owed_at, language=owed.language)
    personal = Personal(
        to_address=envelope_address(delivery.address),
        message_id=delivery.message_id,
        delivery_id=delivery.id,
        reply_to=sender.reply_to,
        values=example_values(session, delivery.id, delivery.address),
        calendar=calendar,
    )
    body = Skeleton(envelope, split(letter), signer_from(settings)).fill(personal)
    return Ready(delivery.id, return_path(settings, delivery.id), personal.to_address, body)


def _delivery(session: Session, owed: OwedLetter, *, now: datetime) -> Delivery:
    domain = settings_of(session).mail_domain
    return Delivery(
        owed_letter_id=owed.id,
        mailbox_id=_mailbox_id(session, owed.address),
        address=owed.address,
        state=DeliveryState.QUEUED,
        next_attempt_at=now,
        message_id=f"<n{owed.id}.{secrets.token_hex(8)}@{domain}>",
        created_at=now,
    )


def _mailbox_id(session: Session, address: str) -> int | None:
    try:
        mailbox = mailbox_of_address(session, parse_address(address))
    except BadInput:
        return None
    return mailbox.id if mailbox else None


def _compose(session: Session, owed: OwedLetter) -> tuple[Letter, Calendar | None]:
    if owed.letter == PROOF:
        return write_proof(session, owed), None
    with speaking(owed.language):
        content = CONTENT[owed.letter](session, owed)
    letter = compile_notice(session, owed.letter, content.values, language=owed.language)
    file = content.calendar
    return (
        replace(letter, subject=f"{content.subject_mark}{letter.subject}"),
        Calendar(file.content, file.method, file.name) if file else None,
    )
