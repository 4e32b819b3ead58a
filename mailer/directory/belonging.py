"""Who belongs where: people in organisations (roles), organisations in networks (memberships). Ended, never erased.

Both run from their first day up to, and not including, the day they end: ``until_on`` and ``left_on`` are the first day
it is no longer so. People say "tot en met"; ``directory.spans`` turns one into the other.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mailer.directory.models import Network, NetworkMembership, Organisation, Person, Role, RoleKind
from mailer.directory.provenance import by_hand, link_field, stamp
from mailer.directory.spans import Span, overlap
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
    _said(session, role, now=now, by=by)
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
    _said(session, role, now=now, by=by)
    note(session, by, "role-changed", role.organisation, now=now)


def end_role(session: Session, role: Role, *, until_on: date, now: datetime, by: Operator | None) -> None:
    """End what somebody does in an organisation; the mailboxes they read and their other roles stay."""
    change_role(
        session,
        role,
        kind=role.kind,
        description=role.description,
        is_contact=role.is_contact,
        since_on=role.since_on,
        until_on=until_on,
        now=now,
        by=by,
    )


def join_network(
    session: Session,
    organisation: Organisation,
    network: Network,
    *,
    joined_on: date | None,
    left_on: date | None = None,
    now: datetime,
    by: Operator | None,
) -> NetworkMembership:
    """Make the organisation a member from this day (None: since before we kept dates), also again after it left.

    Raises ``BadInput`` when it is a member on one of those days already.
    """
    _refuse_wrong_days(organisation, network, (joined_on, left_on))
    membership = NetworkMembership(network=network, joined_on=joined_on, left_on=left_on)
    organisation.memberships.append(membership)
    _said(session, membership, now=now, by=by)
    note(session, by, "network-joined", organisation, now=now, note=network.slug)
    return membership


def change_membership(
    session: Session,
    membership: NetworkMembership,
    *,
    joined_on: date | None,
    left_on: date | None,
    now: datetime,
    by: Operator | None,
) -> None:
    """Put the days of a membership right. Raises ``BadInput`` when another one of that network covers one of them."""
    _refuse_wrong_days(membership.organisation, membership.network, (joined_on, left_on), but=membership)
    membership.joined_on, membership.left_on = joined_on, left_on
    _said(session, membership, now=now, by=by)
    note(session, by, "membership-changed", membership.organisation, now=now, note=membership.network.slug)


def _said(session: Session, tie: Role | NetworkMembership, *, now: datetime, by: Operator | None) -> None:
    session.flush()
    if isinstance(tie, Role):
        stamp(session, tie.person, [link_field("role", tie.id)], by_hand(by, now))
    else:
        stamp(session, tie.organisation, [link_field("membership", tie.id)], by_hand(by, now))


def _refuse_wrong_days(
    organisation: Organisation, network: Network, meant: Span, *, but: NetworkMembership | None = None
) -> None:
    joined_on, left_on = meant
    if joined_on and left_on and left_on < joined_on:
        raise BadInput(_("De laatste dag ligt voor de eerste. Controleer de datums."), field="left_on")
    others = [one for one in organisation.memberships if one.network is network and one is not but]
    if any(overlap((one.joined_on, one.left_on), meant) for one in others):
        raise BadInput(
            _("%(organisation)s is dan al lid van %(network)s.", organisation=organisation.name, network=network.name),
            field="network",
        )
