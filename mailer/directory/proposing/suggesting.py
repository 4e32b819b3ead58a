"""Writing down what somebody says should change. Nothing changes by it: staff decides (``deciding``)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Mailbox,
    Organisation,
    OrganisationMailbox,
    Person,
    PersonMailbox,
    Proposal,
    ProposalField,
    Role,
)
from mailer.directory.proposing import facts
from mailer.directory.proposing.writing import Origin, overtake, write
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

LONGEST_REMARK = 1000
LONGEST_NAMES = {"given_name": 80, "family_name": 120, "role": 120}


@dataclass(frozen=True)
class NewContact:
    """Somebody whom we may write to from now on, as somebody else named them. Only a given name is needed."""

    given_name: str
    family_name: str = ""
    address: str = ""
    role: str = ""


def propose(
    session: Session, organisation: Organisation, field: ProposalField, wanted: Any, *, origin: Origin, now: datetime
) -> Proposal | None:
    """Propose another value for a field of the organisation, that it stopped (a day), or a remark for staff.

    The same proposal twice is one. A newer one for the same field takes the place of the older; None when what is
    wanted is what we have. Raises ``BadInput`` at the field for what cannot be used.
    """
    if field in facts.FACTS:
        wanted = facts.read(session, field, wanted)
        had = facts.current(organisation, field)
        overtake(session, organisation, field, but=wanted, now=now)
        if facts.is_same(field, had, wanted):
            return None
        return write(session, field, had, wanted, organisation=organisation, origin=origin, now=now)
    if field is ProposalField.STOPPED:
        if organisation.stopped_on:
            return None
        return write(session, field, "", wanted, organisation=organisation, origin=origin, now=now)
    remark = str(wanted).replace("\r\n", "\n").replace("\x00", "").strip()
    if len(remark) > LONGEST_REMARK:
        raise BadInput(_("Dit is te lang. Er passen %(longest)s tekens in.", longest=LONGEST_REMARK), field="remark")
    return write(session, field, "", remark, organisation=organisation, origin=origin, now=now) if remark else None


def propose_contact_left(session: Session, role: Role, *, origin: Origin, now: datetime) -> Proposal | None:
    """Propose that somebody does not work in the organisation any more; None when that is known."""
    if not role.is_current(today(now)):
        return None
    return write(
        session,
        ProposalField.CONTACT_LEFT,
        "",
        today(now).isoformat(),
        organisation=role.organisation,
        person=role.person,
        origin=origin,
        now=now,
    )


def propose_new_contact(
    session: Session, organisation: Organisation, contact: NewContact, *, origin: Origin, now: datetime
) -> Proposal:
    """Propose somebody to write to. Their address gets no mail by it, not before and not after staff accepts.

    Raises ``BadInput`` without a given name, and for an address that is none.
    """
    tidied = NewContact(*(" ".join(text.replace("\x00", "").split()) for text in asdict(contact).values()))
    if not tidied.given_name:
        raise BadInput(_("Vul een voornaam in."), field="given_name")
    for name, longest in LONGEST_NAMES.items():
        if len(getattr(tidied, name)) > longest:
            raise BadInput(_("Dit is te lang. Er passen %(longest)s tekens in.", longest=longest), field=name)
    try:
        address = parse_address(tidied.address).shown if tidied.address else ""
    except BadInput as problem:
        raise BadInput(problem.sentence, field="address") from problem
    wanted = {**asdict(tidied), "address": address}
    return write(session, ProposalField.NEW_CONTACT, "", wanted, organisation=organisation, origin=origin, now=now)


def propose_dead_address(session: Session, mailbox: Mailbox, *, origin: Origin, now: datetime) -> list[Proposal]:
    """Propose to take a mailbox that does not work from every organisation and person who uses it."""
    organisations = session.scalars(
        select(Organisation).join(OrganisationMailbox).where(OrganisationMailbox.mailbox_id == mailbox.id)
    )
    people = session.scalars(select(Person).join(PersonMailbox).where(PersonMailbox.mailbox_id == mailbox.id))
    field, had = ProposalField.DEAD_ADDRESS, mailbox.address
    proposals = [
        write(session, field, had, "", organisation=one, mailbox=mailbox, origin=origin, now=now)
        for one in organisations
    ]
    for person in people:
        at = _organisation_of(person, now)
        proposals.append(
            write(session, field, had, "", organisation=at, person=person, mailbox=mailbox, origin=origin, now=now)
        )
    return proposals


def _organisation_of(person: Person, now: datetime) -> Organisation | None:
    return next((role.organisation for role in person.roles if role.is_current(today(now))), None)
