"""Is the person of a row somebody that we know? Never on the name alone (decision 0032, cases 14–20).

A name together with a mailbox, or with a telephone number or an organisation and nothing against it, is sure. The same
name with something in common and another address is a doubt. The same name with nothing in common is somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailer.directory.importing.known.register import Register, is_at, name_of
from mailer.directory.importing.recognising.organisations import candidate_of, marked_id
from mailer.directory.importing.rows.people import ReadPerson
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import Organisation, Person
from mailer.directory.names import Name, may_be_same_name
from mailer.foundation.language import gettext as _


def find_person(row: Row, read: ReadPerson, organisations: Sequence[Organisation], register: Register) -> Person | None:
    """Return the person the row is about; None when they are new, or when the row now holds a doubt."""
    readers = _readers(read, register)
    readers = [person for person in readers if not register.is_marked_apart(person, read.mark)]
    same = [person for person in readers if may_be_same_name(name_of(person), read.name)]
    if len(same) > 1:
        same = [person for person in same if name_of(person).key == read.name.key] or same
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        _doubt(row, register, same[0], _("Bij dit postvak horen meer mensen met deze naam. Wie is dit?"))
        return None
    if not read.name.full:
        return _nameless(row, readers, register)
    return _by_name(row, read, organisations, register)


def marked_person(read: ReadPerson, register: Register) -> Person | None:
    """Return whom our own mark names; of another installation it may be anybody, so something else must agree."""
    marked = register.person_of_id(marked_id(read.mark, "persoon") or 0)
    if marked is None:
        return None
    shares = read.phones & {marked.mobile, marked.phone} or _addresses(read) & register.addresses_of(marked)
    return marked if shares or may_be_same_name(name_of(marked), read.name) else None


def _readers(read: ReadPerson, register: Register) -> list[Person]:
    mailboxes = [mailbox for key in _addresses(read) if (mailbox := register.mailboxes.get(key))]
    return [register.person(one) for one in dict.fromkeys(one for mailbox in mailboxes for one in mailbox.readers)]


def _nameless(row: Row, readers: list[Person], register: Register) -> Person | None:
    """A row with only an address is whoever reads it, when that is one."""
    if len(readers) > 1:
        _doubt(row, register, readers[0], _("Dit postvak is van meer mensen, en er staat geen naam bij. Wie is dit?"))
    return readers[0] if len(readers) == 1 else None


def _by_name(row: Row, read: ReadPerson, organisations: Sequence[Organisation], register: Register) -> Person | None:
    sure: list[Person] = []
    for candidate in register.people_called(read.name):
        if register.is_marked_apart(candidate, read.mark):
            continue
        in_common = bool(read.phones & {candidate.mobile, candidate.phone}) or _colleagues(candidate, organisations)
        theirs = register.addresses_of(candidate)
        other_address = bool(_addresses(read) and theirs)
        if in_common and other_address:
            message = _(
                "%(name)s is er al, met een ander e-mailadres. Is dit dezelfde persoon?",
                name=candidate.full_name,
            )
            _doubt(row, register, candidate, message)
            return None
        if in_common:
            sure.append(candidate)
        elif _says_too_little(read, organisations) or _is_known_too_little(candidate, theirs):
            message = _("%(name)s is er al. Is dit dezelfde persoon?", name=candidate.full_name)
            _doubt(row, register, candidate, message)
            return None
        else:
            row.tell("family", "namesake", _("Er is nog iemand met deze naam in het adresboek."))
    if len(sure) == 1:
        return sure[0]
    if sure:
        _doubt(row, register, sure[0], _("Er zijn meer mensen met deze naam bij deze organisatie. Wie is dit?"))
        return None
    return _by_initials(row, read, organisations, register)


def _by_initials(
    row: Row, read: ReadPerson, organisations: Sequence[Organisation], register: Register
) -> Person | None:
    """ "S. el Mozaïek" and "Samira el Mozaïek" of one organisation are probably one; a person says so."""
    for organisation in organisations:
        for colleague in register.people_in(organisation):
            name = colleague.name
            if name.key != read.name.key and _initials_of(name, read.name):
                message = _("Is dit %(name)s van dezelfde organisatie?", name=name.full)
                _doubt(row, register, register.person(colleague), message)
                return None
    return None


def _initials_of(one: Name, other: Name) -> bool:
    return (one.is_initials or other.is_initials) and may_be_same_name(one, other)


def _colleagues(candidate: Person, organisations: Sequence[Organisation]) -> bool:
    return any(is_at(role, one) for role in candidate.roles for one in organisations)


def _says_too_little(read: ReadPerson, organisations: Sequence[Organisation]) -> bool:
    return not (read.addresses or read.phones or organisations)


def _is_known_too_little(candidate: Person, addresses: set[str]) -> bool:
    return not (addresses or candidate.mobile or candidate.phone or candidate.roles)


def _addresses(read: ReadPerson) -> set[str]:
    return {one.address.key for one in read.addresses}


def _doubt(row: Row, register: Register, candidate: Person, message: str) -> None:
    field = "family" if row.header("family") else "full_name"
    row.doubt(field, "maybe-same-person", message, candidate_of(candidate, register))
