"""Who reads a delivery, as it was frozen, and why we may write to them; a batch in three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailer.deliveries.greeting import Readers
from mailer.deliveries.models import Delivery, DeliveryAddressee
from mailer.deliveries.reasons import Ground
from mailer.directory.models import Mailbox, MailboxKind, Organisation, Person, PersonMailbox
from mailer.mailings.models import Mailing
from mailer.subscriptions.models import Basis, Consent


def readers_of(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Readers]:
    """Return delivery id → whom it is meant for, as it was frozen; only who wants to be named is named."""
    ids = [one.id for one in deliveries]
    people: dict[int, list[str]] = defaultdict(list)
    organisations: dict[int, list[str]] = defaultdict(list)
    named = (
        select(DeliveryAddressee.delivery_id, Person.given_name)
        .join(Person, Person.id == DeliveryAddressee.person_id)
        .join(Delivery, Delivery.id == DeliveryAddressee.delivery_id)
        .join(
            PersonMailbox,
            (PersonMailbox.person_id == Person.id) & (PersonMailbox.mailbox_id == Delivery.mailbox_id),
        )
        .where(DeliveryAddressee.delivery_id.in_(ids), PersonMailbox.is_addressed)
        .distinct()
        .order_by(DeliveryAddressee.delivery_id, Person.given_name)
    )
    for delivery_id, given_name in session.execute(named):
        people[delivery_id].append(given_name)
    behind = (
        select(DeliveryAddressee.delivery_id, Organisation.name)
        .join(Organisation, Organisation.id == DeliveryAddressee.organisation_id)
        .where(DeliveryAddressee.delivery_id.in_(ids))
        .distinct()
        .order_by(DeliveryAddressee.delivery_id, Organisation.name)
    )
    for delivery_id, name in session.execute(behind):
        organisations[delivery_id].append(name)
    return {one: Readers(tuple(people[one]), tuple(organisations[one])) for one in ids}


def grounds_of(session: Session, mailing: Mailing, mailbox_ids: Iterable[int]) -> dict[int, Ground]:
    """Return mailbox id → why we may write to it about this topic: consent first, newest first."""
    rows = session.execute(
        select(Consent.mailbox_id, Consent.basis, Consent.given_on)
        .join(Mailbox, Mailbox.id == Consent.mailbox_id)
        .where(Consent.mailbox_id.in_(list(mailbox_ids)))
        .where(or_(Consent.topic_id.is_(None), Consent.topic_id == mailing.topic_id))
        .where(or_(Consent.basis == Basis.CONSENT, Mailbox.kind == MailboxKind.FUNCTIONAL))
        .order_by(Consent.given_on)
    )
    found: dict[int, Ground] = {}
    for mailbox_id, basis, given_on in rows:
        known = found.get(mailbox_id)
        if known is None or basis is Basis.CONSENT or known.basis is not Basis.CONSENT:
            found[mailbox_id] = Ground(basis, given_on)
    return found
