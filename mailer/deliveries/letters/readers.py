"""Who reads a delivery, as it was frozen, and why we may write to them; a batch in two queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from mailer.deliveries.letters.greeting import Readers
from mailer.deliveries.letters.reasons import Ground
from mailer.deliveries.models import Delivery, DeliveryAddressee
from mailer.directory.models import Mailbox, MailboxKind, Organisation, Person, PersonMailbox
from mailer.foundation.given import among
from mailer.foundation.prepared import Prepared
from mailer.subscriptions.models import Basis, Consent


def readers_of(session: Session, delivery_ids: Sequence[int]) -> dict[int, Readers]:
    """Return delivery id → whom it is meant for, as it was frozen; only who wants to be named is named."""
    people: dict[int, set[str]] = {}
    organisations: dict[int, set[str]] = {}
    for delivery_id, organisation, given_name in _MEANT(session, {"ids": delivery_ids}):
        if organisation is not None:
            organisations.setdefault(delivery_id, set()).add(organisation)
        if given_name is not None:
            people.setdefault(delivery_id, set()).add(given_name)
    return {one: Readers(_sorted(people.get(one)), _sorted(organisations.get(one))) for one in delivery_ids}


def _sorted(names: set[str] | None) -> tuple[str, ...]:
    return tuple(sorted(names)) if names else ()


# Put together once, and one for both: it runs for every batch.
_MEANT = Prepared(
    lambda _sqlite: (
        select(DeliveryAddressee.delivery_id, Organisation.name, Person.given_name)
        .join(Delivery, Delivery.id == DeliveryAddressee.delivery_id)
        .outerjoin(Organisation, Organisation.id == DeliveryAddressee.organisation_id)
        .outerjoin(
            PersonMailbox,
            (PersonMailbox.person_id == DeliveryAddressee.person_id)
            & (PersonMailbox.mailbox_id == Delivery.mailbox_id)
            & PersonMailbox.is_addressed,
        )
        .outerjoin(Person, Person.id == PersonMailbox.person_id)
        .where(among(DeliveryAddressee.delivery_id, "ids"))
    )
)


def grounds_of(session: Session, topic_id: int | None, mailbox_ids: Iterable[int]) -> dict[int, Ground]:
    """Return mailbox id → why we may write to it about this topic: consent first, newest first."""
    rows = session.connection().execute(_GROUNDS, {"mailboxes": list(mailbox_ids), "topic": topic_id}).all()
    found: dict[int, Ground] = {}
    for mailbox_id, basis, given_on in rows:
        known = found.get(mailbox_id)
        if known is None or basis is Basis.CONSENT or known.basis is not Basis.CONSENT:
            found[mailbox_id] = Ground(basis, given_on)
    return found


_GROUNDS = (
    select(Consent.mailbox_id, Consent.basis, Consent.given_on)
    .join(Mailbox, Mailbox.id == Consent.mailbox_id)
    .where(among(Consent.mailbox_id, "mailboxes"))
    .where(or_(Consent.topic_id.is_(None), Consent.topic_id == bindparam("topic", type_=Consent.topic_id.type)))
    .where(or_(Consent.basis == Basis.CONSENT, Mailbox.kind == MailboxKind.FUNCTIONAL))
    .order_by(Consent.given_on)
)
