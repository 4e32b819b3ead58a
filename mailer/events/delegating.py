"""Who else to write to for a party, as somebody says it when answering an invitation. Proposals for staff, no more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Proposal, ProposalSource, Role
from mailer.directory.proposing import NewContact, Origin, propose_contact_left, propose_new_contact
from mailer.events.models import Invitation
from mailer.events.parties import GuestName
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _


def propose_colleagues(session: Session, invitation: Invitation, guests: Sequence[GuestName], *, now: datetime) -> None:
    """Propose the new guests of whom somebody said to keep them as a contact of the organisation.

    An answer is never refused for it: when too much waits already, the guest comes and is not proposed.
    """
    organisation = invitation.organisation
    if organisation is None:
        return
    for guest in guests:
        if guest.is_colleague and guest.person_id is None:
            contact = NewContact(guest.given_name, guest.family_name, guest.address)
            with suppress(BadInput):
                propose_new_contact(session, organisation, contact, origin=Origin(ProposalSource.DELEGATE), now=now)


def name_other_contact(
    session: Session,
    invitation: Invitation,
    *,
    left_person_id: int | None,
    contact: NewContact | None,
    delivery_id: int | None,
    now: datetime,
) -> list[Proposal]:
    """Propose whom to ask instead, that somebody is the contact no more, or both.

    Whoever knows that a colleague has gone need not know who comes after: ``contact`` may be None then.
    Raises ``BadInput`` for a contact that cannot be used, and when nothing was told.
    """
    if contact is None and left_person_id is None:
        raise BadInput(_("Kies wie er niet meer werkt, of vul een voornaam in."), field="given_name")
    organisation = invitation.organisation
    if organisation is None:
        return []
    origin = Origin(ProposalSource.DELEGATE, delivery_id)
    roles = session.scalars(
        select(Role).where(Role.organisation_id == organisation.id, Role.person_id == left_person_id)
    )
    left = [propose_contact_left(session, role, origin=origin, now=now) for role in roles]
    new = [propose_new_contact(session, organisation, contact, origin=origin, now=now)] if contact else []
    return [*(one for one in left if one is not None), *new]
