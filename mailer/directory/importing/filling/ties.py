"""What a row ties an organisation or a person to: mailboxes and contacts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from mailer.directory.importing.cells.addresses import FoundAddress
from mailer.directory.importing.filling.changes import Filling
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.filling.tracing import Spoken
from mailer.directory.importing.known.entries import KnownMailbox
from mailer.directory.importing.known.register import is_at
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import MailboxKind, Organisation, Person, Role
from mailer.directory.names import Name, may_be_same_name
from mailer.directory.provenance import link_field
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing

# Longer than anybody's given name: a sentence, not a contact.
_LONGEST_NAME = 80
_NAMED = 3


def fill_mailboxes(
    filling: Filling, addresses: Iterable[FoundAddress], owner: Organisation | Person, desk: Desk
) -> None:
    """Add the addresses that are not the owner's yet; say whose a mailbox is when we did not know."""
    register = desk.register
    ours = register.addresses_of(owner)
    for found in addresses:
        mailbox = register.mailboxes.get(found.address.key)
        if mailbox is not None:
            _tell_who_shares(filling, mailbox, owner, desk)
        if found.address.key not in ours:
            ours_before = link_field("mailbox", mailbox.id or 0) if mailbox else ""
            give = partial(_give, desk, owner, found)
            filling.add("email", found.address.shown, give, named=_name_mailbox, known=ours_before)
        if mailbox and mailbox.kind is MailboxKind.UNKNOWN and found.kind is MailboxKind.PERSONAL:
            after = _("%(address)s is van één persoon", address=mailbox.address)
            filling.add("email", after, partial(mailbox.become, register.session, found.kind), named=None)


def _tell_who_shares(filling: Filling, mailbox: KnownMailbox, owner: Organisation | Person, desk: Desk) -> None:
    """Two people on one mailbox stay two, and get one letter; two organisations as well (cases 14 and 15)."""
    if isinstance(owner, Person):
        names = [one.name.full for one in mailbox.readers if one.row is not owner]
    else:
        others = [one for one in mailbox.owners if one.row is not owner]
        names = [desk.register.organisation(one).name for one in others[:_NAMED]]
    if names:
        message = _(
            "Gedeeld postvak: %(address)s is ook van %(names)s.", address=mailbox.address, names=listing(names[:_NAMED])
        )
        filling.tell("email", "shared-mailbox", message)


def fill_contacts(filling: Filling, row: Row, contacts: Iterable[Name], known: Organisation, desk: Desk) -> None:
    """Mark who is there already as contact; somebody new needs more than initials to be somebody."""
    colleagues = desk.register.people_in(known)
    for contact in contacts:
        colleague = next((one for one in colleagues if may_be_same_name(one.name, contact)), None)
        if colleague is not None:
            person = desk.register.person(colleague)
            role = next(role for role in person.roles if is_at(role, known))
            if not role.is_contact:
                write = partial(setattr, role, "is_contact", True)
                filling.add("contact", person.full_name, write, named=None)
        elif contact.given and not contact.is_initials and len(contact.full) <= _LONGEST_NAME:
            filling.add("contact", contact.full, partial(_appoint, contact, row, known, desk), named=None)
        else:
            message = _("%(name)s kennen we hier nog niet. Lees ook de lijst met mensen in.", name=contact.full)
            row.tell("contact", "contact-not-known", message)


def _give(desk: Desk, owner: Organisation | Person, found: FoundAddress) -> KnownMailbox:
    mailbox = desk.register.mailbox_for(found.address, kind=found.kind, now=desk.now)
    desk.register.give_mailbox(owner, mailbox)
    return mailbox


def _name_mailbox(mailbox: KnownMailbox) -> str:
    return link_field("mailbox", mailbox.id or 0)


def _appoint(contact: Name, row: Row, known: Organisation, desk: Desk) -> None:
    person = desk.register.add_person(contact, now=desk.now)
    desk.spoken.append(Spoken(person, row, is_new=True))
    person.roles.append(Role(organisation=known, is_contact=True))
    desk.register.appoint(person, known)
    desk.bring(row, person)
