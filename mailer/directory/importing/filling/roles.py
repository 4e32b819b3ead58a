"""What a row says of what a person does at an organisation. A list never says that somebody stopped."""

from __future__ import annotations

from datetime import date
from functools import partial

from mailer.directory.importing.filling.changes import Filling
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.filling.tracing import Spoken
from mailer.directory.importing.known.register import is_at
from mailer.directory.importing.recognising.workplaces import Workplaces
from mailer.directory.importing.rows.people import ReadPerson
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import Organisation, Person, Role, RoleKind
from mailer.directory.provenance import link_field
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold


def fill_roles(
    filling: Filling, row: Row, read: ReadPerson, workplaces: Workplaces, person: Person, desk: Desk
) -> None:
    """Add a role where there is none now; say more of one that is there."""
    if read.function and workplaces.is_empty:
        message = _("“%(function)s” bewaren we niet: er staat geen organisatie bij.", function=read.function)
        row.tell("function", "function-without-organisation", message)
    for organisation in workplaces.known:
        here = [one for one in person.roles if is_at(one, organisation)]
        role = next((one for one in here if one.until_on is None or desk.today < one.until_on), None)
        if role is None:
            ended = next(reversed(here), None)
            ours_before = link_field("role", ended.id) if ended else ""
            appoint = partial(_appoint, person, organisation, read, desk)
            filling.add("organisations", organisation.name, appoint, named=_name_role, known=ours_before)
        else:
            _fill_role(filling, row, read, role, may_clash=desk.has_told_role(person, organisation))
    for name in workplaces.new:
        appoint = partial(_appoint_at_new, person, name, read, row, desk)
        filling.add("organisations", name, appoint, named=_name_role)


def _fill_role(filling: Filling, row: Row, read: ReadPerson, role: Role, *, may_clash: bool) -> None:
    said = role.description or (role.kind.name if role.kind else "")
    kind, description = _role_words(read)
    is_same = fold(said) == fold(read.function) or (kind is not None and kind is role.kind and not description)
    if read.function and not is_same:
        named = link_field("role", role.id) if role.id else _name_role
        write = partial(_change_role, role, kind, description)
        filling.replace("function", said, read.function, write, named=named, may_clash=may_clash)
    if read.is_contact is not None and read.is_contact != role.is_contact:
        yes, no = _("ja"), _("nee")
        before, after = (no, yes) if read.is_contact else (yes, no)
        write = partial(_mark_contact, role, read.is_contact)
        named = link_field("role", role.id) if role.id else _name_role
        filling.replace("is_contact", before, after, write, named=named, may_clash=False)
    _fill_span(filling, row, read, role, may_clash=may_clash)


def _fill_span(filling: Filling, row: Row, read: ReadPerson, role: Role, *, may_clash: bool) -> None:
    """When somebody began may be filled in; a list never says that they stopped."""
    since, until = read.role_span
    if since is not None and since != role.since_on and (role.until_on is None or since <= role.until_on):
        ours = say_date(role.since_on) if role.since_on else ""
        named = link_field("role", role.id) if role.id else _name_role
        write = partial(_begin, role, since)
        filling.replace("role_since", ours, say_date(since), write, named=named, may_clash=may_clash)
    if until is not None and until != role.until_on:
        row.tell("role_until", "ends-nothing", _("Een functie beëindigen we niet door een lijst. Doe dat hier zelf."))


def _appoint(person: Person, organisation: Organisation, read: ReadPerson, desk: Desk) -> Role:
    kind, description = _role_words(read)
    since, until = read.role_span
    role = Role(
        organisation=organisation,
        kind=kind,
        description=description,
        is_contact=bool(read.is_contact),
        since_on=since,
        until_on=until,
    )
    person.roles.append(role)
    desk.register.appoint(person, organisation)
    return role


def _name_role(role: Role) -> str:
    return link_field("role", role.id)


def _appoint_at_new(person: Person, name: str, read: ReadPerson, row: Row, desk: Desk) -> Role:
    organisation = desk.register.add_organisation(name, now=desk.now)
    desk.spoken.append(Spoken(organisation, row, is_new=True))
    desk.bring(row, organisation)
    desk.tell_role(person, organisation)
    desk.new_organisations.append(name)
    return _appoint(person, organisation, read, desk)


def _change_role(role: Role, kind: RoleKind | None, description: str) -> Role:
    role.kind, role.description = kind, description
    return role


def _begin(role: Role, since: date) -> Role:
    role.since_on = since
    return role


def _mark_contact(role: Role, is_contact: bool) -> Role:
    role.is_contact = is_contact
    return role


def _role_words(read: ReadPerson) -> tuple[RoleKind | None, str]:
    """Their own words are kept when they say more than the kind."""
    kind = read.role_kind
    is_plain = kind is not None and fold(read.function) in (fold(kind.name), fold(kind.slug))
    return kind, "" if is_plain else read.function
