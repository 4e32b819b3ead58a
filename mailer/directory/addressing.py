"""Which mailbox belongs to whom: one address is one mailbox, used by any number of people and organisations."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    Organisation,
    OrganisationMailbox,
    Person,
    PersonMailbox,
)
from mailer.directory.provenance import by_hand, link_field, stamp
from mailer.directory.queries import mailbox_of_address
from mailer.foundation.addresses import Address, address_hash
from mailer.foundation.database import settings_of
from mailer.staff.logbook import note
from mailer.staff.models import Operator

# Names before the @ that stand for a function, not for somebody.
FUNCTIONS = re.compile(
    r"(info|contact|post|mail|algemeen|bestuur|secretariaat|administratie|kantoor|welkom|hallo|redactie|activiteiten"
    r"|receptie|planning|vrijwilligers|aanmeld(en|ing)|office|team)"
)


def find_or_add_mailbox(
    session: Session, address: Address, *, now: datetime, kind: MailboxKind | None = None
) -> Mailbox:
    """Return the mailbox of this address; one that is new gets its kind from the name before the @, unless given."""
    found = mailbox_of_address(session, address)
    if found is not None:
        return found
    mailbox = new_mailbox(session, address, now=now, kind=kind)
    session.flush()
    return mailbox


def new_mailbox(session: Session, address: Address, *, now: datetime, kind: MailboxKind | None = None) -> Mailbox:
    """Add a mailbox that the caller knows is not there yet."""
    mailbox = Mailbox(
        address=address.shown,
        address_key=address.key,
        address_hash=address_hash(address.key, secret=settings_of(session).secret),
        domain=address.domain,
        kind=kind or likely_kind(address),
        added_at=now,
    )
    session.add(mailbox)
    return mailbox


def likely_kind(address: Address) -> MailboxKind:
    """Return FUNCTIONAL for names like info@; what else it is, only a person knows."""
    name = address.key.partition("@")[0]
    return MailboxKind.FUNCTIONAL if FUNCTIONS.fullmatch(name) else MailboxKind.UNKNOWN


def give_organisation(
    session: Session, organisation: Organisation, mailbox: Mailbox, *, now: datetime, by: Operator | None
) -> None:
    """Make it one of the organisation's own mailboxes; a second time changes nothing."""
    if session.get(OrganisationMailbox, (organisation.id, mailbox.id)) is not None:
        return
    taken = session.scalars(
        select(OrganisationMailbox.position).where(OrganisationMailbox.organisation_id == organisation.id)
    ).all()
    use = OrganisationMailbox(organisation=organisation, mailbox=mailbox, position=max(taken, default=0) + 1)
    session.add(use)
    stamp(session, organisation, [link_field("mailbox", mailbox.id)], by_hand(by, now))
    note(session, by, "mailbox-given-to-organisation", organisation, now=now)


def give_person(session: Session, person: Person, mailbox: Mailbox, *, now: datetime, by: Operator | None) -> None:
    """Let the person read this mailbox too; a second time changes nothing."""
    if session.get(PersonMailbox, (person.id, mailbox.id)) is not None:
        return
    taken = session.scalars(select(PersonMailbox.position).where(PersonMailbox.person_id == person.id)).all()
    session.add(PersonMailbox(person=person, mailbox=mailbox, position=max(taken, default=0) + 1))
    stamp(session, person, [link_field("mailbox", mailbox.id)], by_hand(by, now))
    note(session, by, "mailbox-given-to-person", person, now=now)


def take_from_organisation(
    session: Session, organisation: Organisation, mailbox: Mailbox, *, now: datetime, by: Operator | None
) -> None:
    """The organisation no longer uses this mailbox; the mailbox and what it allowed stay."""
    use = session.get(OrganisationMailbox, (organisation.id, mailbox.id))
    if use is not None:
        session.delete(use)
        stamp(session, organisation, [link_field("mailbox", mailbox.id)], by_hand(by, now))
        note(session, by, "mailbox-taken-from-organisation", organisation, now=now)


def take_from_person(session: Session, person: Person, mailbox: Mailbox, *, now: datetime, by: Operator | None) -> None:
    """The person no longer reads this mailbox; the mailbox and what it allowed stay."""
    use = session.get(PersonMailbox, (person.id, mailbox.id))
    if use is not None:
        session.delete(use)
        stamp(session, person, [link_field("mailbox", mailbox.id)], by_hand(by, now))
        note(session, by, "mailbox-taken-from-person", person, now=now)


def greet_by_name(session: Session, use: PersonMailbox, is_addressed: bool, *, now: datetime, by: Operator) -> None:
    """Greet this person in letters to this mailbox, or leave the name out ("alleen mijn naam eruit")."""
    use.is_addressed = is_addressed
    note(session, by, "greeting-changed", use.mailbox, now=now)


def change_kind(session: Session, mailbox: Mailbox, kind: MailboxKind, *, now: datetime, by: Operator) -> None:
    """Say whose mailbox it is: it decides whether "published" is a ground for mailing."""
    mailbox.kind = kind
    note(session, by, "mailbox-kind-changed", mailbox, now=now, note=kind.value)
