"""Is the organisation of a row one that we know? Sure yes, sure no, or a doubt that only a person can settle.

Sure is: our own mark, or the same name with nothing against it. A name that is nearly the same, or the same name
somewhere else, is a doubt with the candidate named (decision 0032, case 18). Nothing is ever merged silently.
"""

from __future__ import annotations

import re

from mailer.directory.importing.known.register import Register
from mailer.directory.importing.rows.organisations import ReadOrganisation
from mailer.directory.importing.rows.row import Row
from mailer.directory.likeness import are_alike, traces_of, website_host
from mailer.directory.models import Neighbourhood, Organisation, Person
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold, fold_name

_MARK = re.compile(r"^(organisatie|persoon)-(\d+)$")
# So many parties behind one door or site are a shared building, and no reason to doubt.
_CROWD = 8


def mark_of(one: Organisation | Person) -> str:
    """Return our own name for a row, as the export writes it: "organisatie-17"."""
    return f"{'organisatie' if isinstance(one, Organisation) else 'persoon'}-{one.id}"


def marked_id(mark: str, kind: str) -> int | None:
    """Return the id in a mark of this kind ("organisatie" or "persoon")."""
    found = _MARK.match(mark.strip().casefold())
    return int(found[2]) if found and found[1] == kind else None


def find_organisation(row: Row, read: ReadOrganisation, register: Register) -> Organisation | None:
    """Return the organisation the row is about; None when it is new, or when the row now holds a doubt."""
    if marked := _marked(read, register):
        return marked
    exact = [one for one in register.called(read.name) if not register.is_marked_apart(one, read.mark)]
    if len(exact) > 1:
        return _choose(row, read, exact, register)
    if exact:
        return _confirm(row, read, exact[0], register)
    near = register.nearly_called(read.name)
    for candidate in near:
        if read.number and candidate.list_number == read.number:
            return candidate
    all_alike = [*near, *register.one_letter_off(read.name), *_same_trace(read, register)]
    alike = next((one for one in all_alike if not register.is_marked_apart(one, read.mark)), None)
    if alike is not None:
        message = _("Dit lijkt op %(name)s. Is het dezelfde organisatie?", name=alike.name)
        row.doubt("name", "near-duplicate", message, candidate_of(alike, register))
    return None


def candidate_of(one: Organisation | Person, register: Register) -> dict[str, int]:
    """Return how a problem points at what is there already: its id, or the row of this file that brings it."""
    if not register.was_there(one):
        return {"row": register.known(one).brought_by}
    return {"organisation" if isinstance(one, Organisation) else "person": one.id}


def _marked(read: ReadOrganisation, register: Register) -> Organisation | None:
    """A mark of another installation may be anybody here, so something else must agree."""
    marked = register.organisation_of_id(marked_id(read.mark, "organisatie") or 0)
    if marked is None:
        return None
    agrees = (
        fold_name(read.name) == marked.name_key
        or (read.number and read.number == marked.list_number)
        or _evidence(read, marked, register) > 0
    )
    return marked if agrees else None


def _choose(
    row: Row, read: ReadOrganisation, candidates: list[Organisation], register: Register
) -> Organisation | None:
    scores = sorted(((_evidence(read, one, register), one) for one in candidates), key=lambda pair: -pair[0])
    if scores[0][0] > scores[1][0]:
        return scores[0][1]
    if all(_is_namesake(read, one, register) for one in candidates):
        return None
    message = _("Er staan %(n)s organisaties met deze naam in het adresboek. Welke is dit?", n=len(candidates))
    first, *others = (candidate_of(one, register) for _score, one in scores)
    row.doubt("name", "several-of-this-name", message, first, others=tuple(others))
    return None


def _confirm(row: Row, read: ReadOrganisation, candidate: Organisation, register: Register) -> Organisation | None:
    if _is_namesake(read, candidate, register):
        row.tell("name", "namesake", _("Er is nog een organisatie met deze naam, in een andere wijk."))
        return None
    if _is_elsewhere(read, candidate) and _evidence(read, candidate, register) == 0:
        message = _("%(name)s is er al, in een andere wijk. Is het dezelfde?", name=candidate.name)
        row.doubt("name", "same-name-elsewhere", message, candidate_of(candidate, register))
        return None
    return candidate


def _evidence(read: ReadOrganisation, known: Organisation, register: Register) -> int:
    """How many things besides the name agree."""
    addresses = {one.address.key for one in read.addresses}
    return sum(
        (
            bool(read.number) and read.number == known.list_number,
            bool(addresses & register.addresses_of(known)),
            bool(read.website) and website_host(read.website) == website_host(known.website),
            bool(read.phone) and read.phone == known.phone,
            len(read.place.postcode) > 5 and read.place.postcode == known.postcode,
            bool(read.place.street) and fold(read.place.street) == fold(known.street),
            bool(_places_of_row(read) & _places_of(known)),
        )
    )


def _is_namesake(read: ReadOrganisation, known: Organisation, register: Register) -> bool:
    """Two organisations for sure: the list numbers both, and they work in different places."""
    numbered_apart = bool(read.number and known.list_number) and read.number != known.list_number
    return numbered_apart and _is_elsewhere(read, known) and _evidence(read, known, register) == 0


def _is_elsewhere(read: ReadOrganisation, known: Organisation) -> bool:
    here, there = _places_of_row(read), _places_of(known)
    return bool(here and there) and not here & there


def _places_of_row(read: ReadOrganisation) -> set[Neighbourhood]:
    return {*read.areas, *([read.seat] if read.seat else [])}


def _places_of(known: Organisation) -> set[Neighbourhood]:
    return {*(area.neighbourhood for area in known.service_areas), *([known.seat] if known.seat else [])}


def _same_trace(read: ReadOrganisation, register: Register) -> list[Organisation]:
    """Same site, door or mailbox, and a name that could be a shorter form or a slip."""
    traces = traces_of(read.website, read.place.street, read.place.postcode)
    found = register.with_trace(traces, (one.address.key for one in read.addresses))
    if len(found) > _CROWD:
        return []
    return [register.organisation(one) for one in found if are_alike(fold_name(read.name), one.name_key)]
