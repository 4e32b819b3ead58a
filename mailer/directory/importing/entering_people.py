"""A row about a person is settled: new, changed, same, doubtful or rejected."""

from __future__ import annotations

from datetime import date
from functools import partial

from mailer.directory.importing.deciding import NEW
from mailer.directory.importing.desk import Desk, Settled, rejected, settle
from mailer.directory.importing.filling import Filling
from mailer.directory.importing.filling_ties import fill_mailboxes
from mailer.directory.importing.people import ReadPerson, read_person
from mailer.directory.importing.recognising import find_person, marked_person
from mailer.directory.importing.register import is_at
from mailer.directory.importing.rows import Row
from mailer.directory.importing.tracing import Spoken
from mailer.directory.importing.workplaces import Workplaces, find_workplaces
from mailer.directory.models import Organisation, Person, PersonTheme, Role, RoleKind, RowOutcome
from mailer.directory.names import are_initials
from mailer.directory.provenance import link_field
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.wire.phones import show_phone
from mailer.wire.spelling import fold


def enter_person(row: Row, desk: Desk) -> Settled:
    """Settle the row; what is sure is written at once."""
    read = read_person(row, desk.register.vocabulary)
    if not read.name.full and not read.addresses:
        return rejected(row, "no-name", _("Hier staat geen naam en geen e-mailadres."))
    seen = desk.seen(row)
    desk.tell_refused(row, read.addresses)
    known = desk.chosen(row, Person) or (seen if isinstance(seen, Person) else marked_person(read, desk.register))
    workplaces = find_workplaces(row, read.organisations, known, desk.register)
    found = known if row.decision.who == NEW else known or find_person(row, read, workplaces.known, desk.register)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    person = found or desk.register.add_person(read.name, now=desk.now)
    filling = desk.filling(row, person)
    _fill_name(filling, read, person)
    _fill_facts(filling, read, person)
    fill_mailboxes(filling, read.addresses, person, desk)
    _fill_roles(filling, row, read, workplaces, person, desk)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    desk.write(row, person, filling, is_new=found is None)
    for organisation in workplaces.known:
        desk.tell_role(person, organisation)
    about = desk.register.know_person(person)
    desk.claims += read.claims_newsletter
    if found is None:
        desk.keep_apart(row, person)
        return settle(row, RowOutcome.NEW, person=about)
    if not filling.changes:
        return settle(row, RowOutcome.SAME, person=about)
    person.changed_at = desk.now
    person.name_key = fold(person.full_name)[:250]
    return settle(row, RowOutcome.CHANGED, person=about, changes=tuple(filling.changes))


def _fill_name(filling: Filling, read: ReadPerson, person: Person) -> None:
    """A fuller name replaces initials, never the other way round; "v.d." says no more than "van der"."""
    name = read.name
    filling.put("title", "title", name.title, is_same=lambda ours, theirs: True)
    if name.full == person.full_name:
        return  # Where the particle is cut off is a matter of taste.
    field = "family" if filling.has_column("family") else "full_name"
    given = "given" if filling.has_column("given") else "full_name"
    filling.put(given, "given_name", name.given, is_same=lambda ours, theirs: ours == theirs or are_initials(theirs))
    filling.put("particle", "particle", name.particle, is_same=_says_no_more)
    filling.put(field, "family_name", name.family)


def _fill_facts(filling: Filling, read: ReadPerson, person: Person) -> None:
    filling.put("mobile", "mobile", read.mobile, say=show_phone)
    filling.put("phone", "phone", read.phone, say=show_phone)
    filling.put("language", "language", read.language)
    filling.put("channel", "channel", read.channel)
    filling.put("neighbourhood", "neighbourhood", read.neighbourhood, say=lambda place: place.name)
    filling.note("remarks", "note", read.remarks)
    themes = {row.theme for row in person.themes}
    for theme in read.themes:
        if theme not in themes:
            write = partial(person.themes.append, PersonTheme(theme=theme))
            filling.add("themes", theme.name, write, named=link_field("theme", theme.id))


def _fill_roles(
    filling: Filling, row: Row, read: ReadPerson, workplaces: Workplaces, person: Person, desk: Desk
) -> None:
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


def _says_no_more(ours: str, theirs: str) -> bool:
    return fold(ours) == fold(theirs) or "." in theirs or theirs.casefold() in ("vd", "v/d")
