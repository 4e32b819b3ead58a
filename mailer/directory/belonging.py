"""Who belongs where: people in organisations (roles), organisations in networks (memberships). Ended, never erased."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mailer.directory.models import Network, NetworkMembership, Organisation, Person, Role, RoleKind
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator


def appoint(
    session: Session,
    person: Person,
    organisation: Organisation,
    *,
    kind: RoleKind | None = None,
    description: str = "",
    is_contact: bool = False,
    since_on: date | None = None,
    now: datetime,
    by: Operator | None,
) -> Role:
    """Give the person a role in the organisation."""
    role = Role(
        person=person,
        organisation=organisation,
        kind=kind,
        description=description.strip(),
        is_contact=is_contact,
        since_on=since_on,
    )
    session.add(role)
    note(session, by, "role-given", organisation, now=now)
    return role


def change_role(
    session: Session,
    role: Role,
    *,
    kind: RoleKind | None,
    description: str,
    is_contact: bool,
    since_on: date | None,
    until_on: date | None,
    now: datetime,
    by: Operator | None,
) -> None:
    """Change what somebody does in an organisation; ``until_on`` is the first day they no longer do.

    Raises ``BadInput`` when the end lies before the beginning.
    """
    if since_on and until_on and until_on < since_on:
        raise BadInput(_("De laatste dag ligt voor de eerste. Controleer de datums."), field="until_on")
    role.kind, role.description, role.is_contact = kind, description.strip(), is_contact
    role.since_on, role.until_on = since_on, until_on
    note(session, by, "role-changed", role.organisation, now=now)


def join_network(
    session: Session,
    organisation: Organisation,
    network: Network,
    *,
    joined_on: date | None,
    now: datetime,
    by: Operator | None,
) -> NetworkMembership:
    """Make the organisation a member from this day (None: since before we kept dates).

    Raises ``BadInput`` when it is a member on that day already.
    """
    day = joined_on or date.min
    if any(one.network_id == network.id and _overlaps(one, day) for one in organisation.memberships):
        raise BadInput(
            _("%(organisation)s is dan al lid van %(network)s.", organisation=organisation.name, network=network.name),
            field="network",
        )
    membership = NetworkMembership(network=network, joined_on=joined_on)
    organisation.memberships.append(membership)
    note(session, by, "network-joined", organisation, now=now, note=network.slug)
    return membership


def leave_network(
    session: Session, membership: NetworkMembership, *, left_on: date, now: datetime, by: Operator | None
) -> None:
    """End a membership: ``left_on`` is the first day it was no longer a member."""
    if membership.joined_on and left_on < membership.joined_on:
        raise BadInput(_("De laatste dag ligt voor de eerste. Controleer de datums."), field="left_on")
    membership.left_on = left_on
    note(session, by, "network-left", membership.organisation, now=now, note=membership.network.slug)


def _overlaps(membership: NetworkMembership, day: date) -> bool:
    return membership.left_on is None or membership.left_on > day
