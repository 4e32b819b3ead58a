"""What a row says of a person themselves, laid beside what we have: their name and their facts."""

from __future__ import annotations

from functools import partial

from mailer.directory.importing.filling.changes import Filling
from mailer.directory.importing.rows.people import ReadPerson
from mailer.directory.models import Person, PersonTheme
from mailer.directory.names import are_initials
from mailer.directory.provenance import link_field
from mailer.wire.phones import show_phone
from mailer.wire.spelling import fold


def fill_name(filling: Filling, read: ReadPerson, person: Person) -> None:
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


def fill_facts(filling: Filling, read: ReadPerson, person: Person) -> None:
    """Lay single values beside ours, and add the themes that are not there yet."""
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


def _says_no_more(ours: str, theirs: str) -> bool:
    return fold(ours) == fold(theirs) or "." in theirs or theirs.casefold() in ("vd", "v/d")
