"""What a row says of an organisation itself, laid beside what we have: its facts, and its lists of words."""

from __future__ import annotations

from functools import partial

from mailer.directory.importing.cells.places import site_of
from mailer.directory.importing.filling.changes import Filling
from mailer.directory.importing.rows.organisations import ReadOrganisation
from mailer.directory.models import (
    Organisation,
    OrganisationAlias,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
)
from mailer.directory.provenance import link_field
from mailer.foundation.language import gettext as _
from mailer.wire.phones import show_phone
from mailer.wire.spelling import fold, fold_name, tidy


def fill_facts(filling: Filling, read: ReadOrganisation, known: Organisation) -> None:
    """Lay single values beside ours."""
    if fold(read.name) not in {fold(name) for name in (known.name, *(alias.name for alias in known.aliases))}:
        _fill_name(filling, read, known)
    # A list is renumbered now and then; the number we have is the one people know.
    filling.put("number", "list_number", read.number, is_same=lambda ours, theirs: True)
    filling.put("kind", "kind", read.kind, say=lambda kind: kind.name)
    filling.put("street", "street", read.place.street, is_same=_same_words)
    # "3025" says less than "3025 ZZ", nothing else.
    filling.put("postcode", "postcode", read.place.postcode, is_same=lambda ours, theirs: ours.startswith(theirs))
    filling.put("city", "city", read.place.city, is_same=_same_words)
    filling.put("neighbourhood", "seat", read.seat, say=lambda place: place.name)
    filling.put("website", "website", read.website, is_same=_same_site)
    filling.put("phone", "phone", read.phone, say=show_phone)
    filling.put("description", "description", read.description, is_same=_same_but_for_spaces)
    filling.put("chamber_number", "chamber_number", read.chamber_number)
    filling.put("stopped_on", "stopped_on", read.stopped_on)
    filling.note("remarks", "note", read.remarks)


def fill_lists(filling: Filling, read: ReadOrganisation, known: Organisation) -> None:
    """Add the themes, areas, target groups and other names that are not there yet."""
    themes = {row.theme for row in known.themes}
    has_primary = any(row.is_primary for row in known.themes)
    for place, theme in enumerate(read.themes):
        if theme not in themes:
            row = OrganisationTheme(theme=theme, is_primary=place == 0 and not has_primary)
            filling.add("themes", theme.name, partial(known.themes.append, row), named=link_field("theme", theme.id))
    areas = {row.neighbourhood for row in known.service_areas}
    if known.seat and read.seat in (None, known.seat):
        areas.add(known.seat)  # Whoever sits there works there; that needs no saying.
    for area in read.areas:
        if area not in areas:
            works = OrganisationServiceArea(neighbourhood=area)
            filling.add(
                "areas", area.name, partial(known.service_areas.append, works), named=link_field("area", area.id)
            )
    groups = {row.target_group for row in known.target_groups}
    for group in read.target_groups:
        if group not in groups:
            serves = OrganisationTargetGroup(target_group=group)
            write = partial(known.target_groups.append, serves)
            filling.add("target_groups", group.name, write, named=link_field("target_group", group.id))
    keys = {known.name_key, *(alias.name_key for alias in known.aliases)}
    for name in read.aliases:
        if (key := fold_name(name)) and key not in keys:
            keys.add(key)
            alias = OrganisationAlias(name=name[:200], name_key=key[:200])
            filling.add("aliases", name, partial(known.aliases.append, alias), named=link_field("alias", key[:200]))


def _fill_name(filling: Filling, read: ReadOrganisation, known: Organisation) -> None:
    if filling.keeps_ours("name"):
        # The other name is kept, so that nobody is asked again.
        key = fold_name(read.name)[:200]
        if key not in {known.name_key, *(alias.name_key for alias in known.aliases)}:
            alias = OrganisationAlias(name=read.name, name_key=key)
            named = link_field("alias", key)
            said = _("ook bekend als %(name)s", name=read.name)
            filling.change("name", "", said, partial(known.aliases.append, alias), named=named)
        return
    write = partial(_rename, known, read.name)
    filling.replace("name", known.name, read.name, write, named="name", may_clash=False)


def _rename(known: Organisation, name: str) -> None:
    """A former name is kept, so that it is still found."""
    former, former_key = known.name, known.name_key
    known.name, known.name_key = name, fold_name(name)[:200]
    if former_key != known.name_key and former_key not in {alias.name_key for alias in known.aliases}:
        known.aliases.append(OrganisationAlias(name=former, name_key=former_key))


def _same_words(ours: str, theirs: str) -> bool:
    return fold(ours) == fold(theirs)


def _same_but_for_spaces(ours: str, theirs: str) -> bool:
    return tidy(ours).split() == tidy(theirs).split()


def _same_site(ours: str, theirs: str) -> bool:
    return site_of(ours) == site_of(theirs)
