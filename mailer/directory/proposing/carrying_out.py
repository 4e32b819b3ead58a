"""What accepting a proposal does: the ordinary verbs of the directory, in the name of who accepted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory import addressing, belonging
from mailer.directory.editing import PersonFacts, add_person, change_organisation, stop_organisation
from mailer.directory.models import (
    Mailbox,
    Organisation,
    OrganisationMailbox,
    Person,
    PersonMailbox,
    Proposal,
    ProposalField,
)
from mailer.directory.names import name_from_columns
from mailer.directory.proposing import facts
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator
from mailer.wire.spelling import fold


def carry_out(session: Session, proposal: Proposal, *, by: Operator | None, now: datetime) -> None:
    """Do what the proposal says. Raises ``BadInput`` when that cannot be done any more."""
    organisation, wanted = proposal.organisation, proposal.wanted
    if proposal.field is ProposalField.DEAD_ADDRESS:
        _take_mailbox(session, proposal, by=by, now=now)
    elif organisation is None:
        raise BadInput(_("Dit staat niet (meer) in het adresboek."))
    elif proposal.field in facts.FACTS:
        change_organisation(session, organisation, facts.changed(organisation, proposal.field, wanted), now=now, by=by)
    elif proposal.field is ProposalField.STOPPED:
        on = date.fromisoformat(wanted)
        stop_organisation(session, organisation, on=on, because=_("Zei de organisatie zelf."), now=now, by=by)
    elif proposal.field is ProposalField.CONTACT_LEFT and proposal.person is not None:
        _end_roles(session, proposal.person, organisation, on=date.fromisoformat(wanted), by=by, now=now)
    elif proposal.field is ProposalField.NEW_CONTACT:
        _appoint(session, organisation, wanted, by=by, now=now)


def _take_mailbox(session: Session, proposal: Proposal, *, by: Operator | None, now: datetime) -> None:
    mailbox = proposal.mailbox
    if mailbox is None:
        raise BadInput(_("Dit staat niet (meer) in het adresboek."))
    if proposal.person is not None:
        addressing.take_from_person(session, proposal.person, mailbox, now=now, by=by)
    elif proposal.organisation is not None:
        addressing.take_from_organisation(session, proposal.organisation, mailbox, now=now, by=by)


def _end_roles(
    session: Session, person: Person, organisation: Organisation, *, on: date, by: Operator | None, now: datetime
) -> None:
    for role in [one for one in person.roles if one.organisation is organisation and one.is_current(today(now))]:
        belonging.end_role(session, role, until_on=max(on, role.since_on or on), now=now, by=by)
    # Whoever is gone does not read the organisation's own mailbox any more, unless another hat leads there too.
    elsewhere = [one.organisation_id for one in person.roles if one.is_current(today(now))]
    for mailbox in _mailboxes_of(session, [organisation.id]) - _mailboxes_of(session, elsewhere):
        addressing.take_from_person(session, person, mailbox, now=now, by=by)


def _mailboxes_of(session: Session, organisation_ids: list[int]) -> set[Mailbox]:
    own = select(Mailbox).join(OrganisationMailbox).where(OrganisationMailbox.organisation_id.in_(organisation_ids))
    return set(session.scalars(own))


def _appoint(
    session: Session, organisation: Organisation, wanted: dict[str, str], *, by: Operator | None, now: datetime
) -> None:
    address = parse_address(wanted["address"]) if wanted.get("address") else None
    mailbox = addressing.find_or_add_mailbox(session, address, now=now) if address else None
    person = _known(session, organisation, wanted, mailbox)
    if person is None:
        name = name_from_columns(
            title="", given=wanted["given_name"], particle="", family=wanted.get("family_name", "")
        )
        spelt = PersonFacts(given_name=name.given, particle=name.particle, family_name=name.family)
        person = add_person(session, spelt, now=now, by=by)
    if mailbox is not None:
        addressing.give_person(session, person, mailbox, now=now, by=by)
    here = next((one for one in person.roles if one.organisation is organisation and one.is_current(today(now))), None)
    if here is None:
        role = wanted.get("role", "")
        belonging.appoint(
            session, person, organisation, description=role, is_contact=True, since_on=today(now), now=now, by=by
        )
    else:
        here.is_contact = True
        note(session, by, "role-changed", organisation, now=now)


def _known(
    session: Session, organisation: Organisation, wanted: dict[str, str], mailbox: Mailbox | None
) -> Person | None:
    """Somebody of that name who reads that address or was in the organisation before; never on the name alone."""
    readers = select(PersonMailbox.person_id).where(PersonMailbox.mailbox_id == (mailbox.id if mailbox else None))
    asked = select(Person).where(Person.id.in_(readers) | Person.roles.any(organisation_id=organisation.id))
    full = fold(f"{wanted['given_name']} {wanted.get('family_name', '')}")
    given = fold(wanted["given_name"])
    found = [one for one in session.scalars(asked.order_by(Person.id)) if fold(one.full_name) == full]
    if not found and not wanted.get("family_name") and mailbox is not None:
        by_address = session.scalars(select(Person).where(Person.id.in_(readers)).order_by(Person.id))
        found = [one for one in by_address if fold(one.given_name) == given]
    return found[0] if found else None
