"""The organisations a person's row names: "De Voeg, 't Kasseitje" is two, "Eten, Drinken & Delen" is one.

A cell is cut only where every part is a name we know (decision 0032, case 16). A single name that we do not know is a
new organisation; parts that we know only half are a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer.directory.importing.known.register import Register, is_at
from mailer.directory.importing.recognising.same_names import called_in_full, told_apart
from mailer.directory.importing.rows.row import Row
from mailer.directory.models import Organisation, Person
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.wire.spelling import fold

_CUTS = (r"[;|\n]", r"[;|\n]|,\s|\s/\s", r"[;|\n,/]", r"[;|\n,/+]|\s(?:en|&)\s")

_LONGEST = 200


@dataclass(frozen=True)
class Workplaces:
    """Organisations that we know, and names of ones that are new."""

    known: tuple[Organisation, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.known and not self.new


def find_workplaces(row: Row, text: str, person: Person | None, register: Register) -> Workplaces:
    """Return the organisations in the cell; ``person`` (when known) decides between two of one name."""
    if not text.strip():
        return Workplaces()
    for names in _ways_to_cut(text):
        found = [_named(name, person, register) for name in names]
        if all(found):
            return _each(row, text, found)
    return _unknown(row, text, register)


def _ways_to_cut(text: str, cuts: tuple[str, ...] = _CUTS) -> list[list[str]]:
    ways = [[" ".join(text.split())]]
    for cut in cuts:
        parts = [part.strip() for part in re.split(cut, text, flags=re.IGNORECASE) if part.strip()]
        if len(parts) > 1 and parts not in ways:
            ways.append(parts)
    return ways


def _named(name: str, person: Person | None, register: Register) -> list[Organisation]:
    """All organisations a name may mean; one that this person works for already settles it."""
    name = name[:_LONGEST]
    found = register.called(name) or register.nearly_called(name) or called_in_full(name, register)
    if len(found) > 1 and person is not None:
        return [one for one in found if any(is_at(role, one) for role in person.roles)][:1] or found
    return found


def _each(row: Row, text: str, found: list[list[Organisation]]) -> Workplaces:
    chosen: list[Organisation] = []
    for several in found:
        if len(several) > 1:
            name = several[0].name
            message = _("Er zijn %(n)s organisaties met de naam %(name)s. Welke is dit?", n=len(several), name=name)
            # In the words of the cell: it may name others as well, and those stay.
            proposals = tuple(_in_place_of(name, told, text) for told in told_apart(several))
            # What stands there never says which: taking one of them would be a choice that nobody made.
            insists = any(proposals)
            row.doubt("organisations", "several-of-this-name", message, proposals=proposals, insists=insists)
        chosen.append(several[0])
    return Workplaces(tuple(dict.fromkeys(chosen)))


def _in_place_of(name: str, told: str, text: str) -> str:
    whole = " ".join(text.split())
    at = whole.casefold().find(name.casefold())
    return whole[:at] + told + whole[at + len(name) :] if at >= 0 else told


def _unknown(row: Row, text: str, register: Register) -> Workplaces:
    if row.is_as_typed(row.header("organisations")):
        return _as_typed(row, text, register)
    # "Kook & Klets" that we do not know is one name; a comma or a slash leaves it open.
    ways = _ways_to_cut(text, _CUTS[:-1])
    if len(ways) == 1:
        name = ways[0][0]
        near = register.one_letter_off(name)
        if near:
            message = _("“%(typed)s” kennen we niet. Bedoel je %(name)s?", typed=name, name=near[0].name)
            row.doubt("organisations", "near-duplicate", message, proposals=(near[0].name,))
        return Workplaces(new=(row.fit("organisations", name, _LONGEST),) if fold(name) else ())
    parts = ways[1]
    unknown = [name for name in parts if not _named(name, None, register)]
    if len(unknown) == len(parts):
        message = _("Is “%(typed)s” één organisatie, of zijn het er %(n)s?", typed=" ".join(text.split()), n=len(parts))
    else:
        names = listing(unknown)
        message = _("%(names)s kennen we niet. Lees eerst de organisaties in, of verbeter de naam.", names=names)
    whole = " ".join(text.split())
    row.doubt("organisations", "unclear-organisations", message, proposals=("; ".join(parts), whole))
    return Workplaces()


def _as_typed(row: Row, text: str, register: Register) -> Workplaces:
    """Somebody looked: only a semicolon cuts, and a name that we do not know is a new one."""
    names = [name for part in text.split(";") if (name := " ".join(part.split()))]
    known = [found[0] for name in names if (found := _named(name, None, register))]
    new = [row.fit("organisations", name, _LONGEST) for name in names if not _named(name, None, register)]
    return Workplaces(tuple(dict.fromkeys(known)), tuple(name for name in new if fold(name)))
