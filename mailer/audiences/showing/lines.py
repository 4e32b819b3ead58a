"""The lines of an audience: a mailbox, a person or an organisation, with what there is to know of it. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.recipients.addressing import addressees
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.criteria import Audience
from mailer.audiences.why.explaining import stand_ins
from mailer.directory.models import Mailbox, Organisation, Person
from mailer.foundation.portions import portions
from mailer.subscriptions.permission import Refusal, say_refusal


@dataclass(frozen=True)
class MailboxLine:
    """One mailbox of an audience: for whom its letter is, and why there is none."""

    mailbox_id: int
    address: str
    organisations: list[str]
    people: list[str]
    refusal: Refusal | None
    # Why the letter comes here and not to a better choice, for each organisation where somebody stands in.
    stands_in: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PartyLine:
    """One person or organisation of an audience, with the address that would be used."""

    id: int
    name: str
    # For a person: the organisations through which they are in it.
    organisations: list[str]
    address: str
    refusal: Refusal | None
    # Why the letter goes there and not to a better choice; empty when it was the first choice.
    stands_in: str = ""

    @property
    def is_reached(self) -> bool:
        return bool(self.address) and self.refusal is None

    @property
    def refusal_word(self) -> str:
        """Why there is no letter, in words; empty when there is one, or no mailbox at all."""
        return say_refusal(self.refusal) if self.refusal else ""


def list_mailboxes(
    session: Session, audience: Mapping[str, Any] | Audience, *, now: datetime, purpose: Purpose = ANY_PURPOSE
) -> list[MailboxLine]:
    """Return every mailbox of the audience, by address."""
    letters = letters_of(session, audience, now=now, purpose=purpose)
    rows = session.execute(
        select(Mailbox.id, Mailbox.address, func.max(letters.c.refusal))
        .join(letters, letters.c.mailbox_id == Mailbox.id)
        .where(letters.c.is_chosen == 1)
        .group_by(Mailbox.id, Mailbox.address, Mailbox.address_key)
        .order_by(Mailbox.address_key)
    ).all()
    behind = addressees(session, audience, now=now, purpose=purpose)
    organisations = _organisation_names(session, {i for each in behind.values() for i in each.organisations})
    people = _person_names(session, {i for each in behind.values() for i in each.people})
    instead: dict[int, list[str]] = {}
    for (_organisation_id, mailbox_id), sentence in stand_ins(session, audience, now=now, purpose=purpose).items():
        instead.setdefault(mailbox_id, []).append(sentence)
    return [
        MailboxLine(
            mailbox_id=mailbox_id,
            address=address,
            organisations=[organisations[i] for i in behind[mailbox_id].organisations],
            people=[people[i] for i in behind[mailbox_id].people],
            refusal=Refusal(refusal) if refusal else None,
            stands_in=instead.get(mailbox_id, []),
        )
        for mailbox_id, address, refusal in rows
    ]


def _organisation_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    return {organisation.id: organisation.name for organisation in _by_ids(session, Organisation, ids)}


def _person_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    return {person.id: person.full_name for person in _by_ids(session, Person, ids)}


def _by_ids(session: Session, model: Any, ids: Iterable[int]) -> Sequence[Any]:
    found: list[Any] = []
    for some in portions(sorted(ids)):
        found.extend(session.scalars(select(model).where(model.id.in_(some))))
    return found
