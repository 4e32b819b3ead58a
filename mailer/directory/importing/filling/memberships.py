"""The networks that a row makes an organisation a member of, and from when. A list never ends a membership."""

from __future__ import annotations

from datetime import date
from functools import partial

from mailer.directory.importing.filling.changes import Filling
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.rows.organisations import COALITION, ReadOrganisation
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.rows.spans import OPEN
from mailer.directory.models import Network, NetworkMembership, Organisation
from mailer.directory.provenance import link_field
from mailer.directory.spans import Span
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold


def fill_networks(filling: Filling, row: Row, read: ReadOrganisation, known: Organisation, desk: Desk) -> None:
    """Make the organisation a member where the row says so; an old member joins again from today."""
    current = {one.network: one for one in known.memberships if one.is_current(desk.today)}
    coalition = next(iter(desk.register.vocabulary.networks.find(COALITION)), None)
    if read.in_coalition is False and coalition is not None and coalition in current:
        message = _("Nu lid van %(network)s. Dat beëindigen we niet vanzelf.", network=coalition.name)
        row.tell("coalition", "still-a-member", message)
    for field, name, network in _wanted(read, coalition):
        span = _said_of(read, name, network, desk)
        if network is not None and network in current:
            _fill_span(filling, row, current[network], span)
        elif network is None or not _is_history(known, network, span, desk.today):
            _add(filling, field, name, known, network, span, desk)


def _wanted(read: ReadOrganisation, coalition: Network | None) -> list[tuple[str, str, Network | None]]:
    wanted: list[tuple[str, str, Network | None]] = [("networks", one.name, one) for one in read.networks]
    wanted += [("networks", name, None) for name in read.new_networks]
    if read.in_coalition and coalition not in read.networks:
        wanted.append(("coalition", coalition.name if coalition else "Welzijnscoalitie", coalition))
    return wanted


def _said_of(read: ReadOrganisation, name: str, network: Network | None, desk: Desk) -> Span:
    """What the row says by whatever name it calls the network."""
    find = desk.register.vocabulary.networks.find
    said = (span for typed, span in read.membership_spans.items() if network is not None and network in find(typed))
    return next(said, read.membership_spans.get(fold(name), OPEN))


def _is_history(known: Organisation, network: Network, span: Span, today: date) -> bool:
    """An old member stays one when the row itself says that it ended."""
    was_member = any(one.network is network for one in known.memberships)
    return was_member and span[1] is not None and span[1] <= today


def _add(
    filling: Filling, field: str, name: str, known: Organisation, network: Network | None, span: Span, desk: Desk
) -> None:
    former = next((one for one in reversed(known.memberships) if network and one.network is network), None)
    ours_before = link_field("membership", former.id) if former else ""
    # Joining again leaves a gap: from today, unless the row knows better.
    since = span[0] or (desk.today if former else None)
    join = partial(_join, known, name, (since, span[1]), desk)
    filling.add(field, name, join, named=_name_membership, known=ours_before)


def _fill_span(filling: Filling, row: Row, membership: NetworkMembership, span: Span) -> None:
    since, until = span
    if since is not None and since != membership.joined_on:
        if membership.left_on is not None and since > membership.left_on:
            row.tell("joined_on", "after-the-end", _("Dit is na het einde van het lidmaatschap. We laten het zo."))
        else:
            ours = say_date(membership.joined_on) if membership.joined_on else ""
            named = link_field("membership", membership.id) if membership.id else _name_membership
            filling.replace("joined_on", ours, say_date(since), partial(_date, membership, since), named=named)
    if until is not None and until != membership.left_on:
        row.tell("left_on", "ends-nothing", _("Een lidmaatschap beëindigen we niet door een lijst. Doe dat hier zelf."))


def _date(membership: NetworkMembership, since: date) -> NetworkMembership:
    membership.joined_on = since
    return membership


def _join(known: Organisation, name: str, span: Span, desk: Desk) -> NetworkMembership | None:
    """Networks are looked up when written: the row above, or this row itself, may have brought the same new one."""
    network = next(iter(desk.register.vocabulary.networks.find(name)), None)
    if network is None:
        network = desk.register.add_network(name, slug=COALITION if fold(name) == COALITION else "")
        desk.new_networks[network.name] = 0
    if network.name in desk.new_networks:
        desk.new_networks[network.name] += 1
    if any(one.network is network and one.is_current(desk.today) for one in known.memberships):
        return None
    since, until = span
    membership = NetworkMembership(network=network, joined_on=since, left_on=until)
    known.memberships.append(membership)
    return membership


def _name_membership(membership: NetworkMembership | None) -> str:
    return link_field("membership", membership.id) if membership else ""
