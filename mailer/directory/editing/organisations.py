"""Entering and changing organisations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.editing.reading import one_word, read_phone_number, read_postcode, read_website
from mailer.directory.models import (
    Neighbourhood,
    Organisation,
    OrganisationAlias,
    OrganisationKind,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    TargetGroup,
    Theme,
)
from mailer.directory.provenance import Source, by_hand, saying
from mailer.directory.queries import namesakes, words_of_slugs
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator
from mailer.wire.spelling import fold_name, free_slug, slug_of


@dataclass(frozen=True)
class OrganisationFacts:
    """An organisation as a form knows it: words by their slugs, the first theme is the primary one."""

    name: str
    aliases: Sequence[str] = ()
    kind: str | None = None
    themes: Sequence[str] = ()
    areas: Sequence[str] = ()
    seat: str | None = None
    target_groups: Sequence[str] = ()
    description: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    phone: str = ""
    chamber_number: str = ""
    note: str = ""


def add_organisation(
    session: Session,
    facts: OrganisationFacts,
    *,
    now: datetime,
    by: Operator | None,
    is_another: bool = False,
) -> Organisation:
    """Enter a new organisation.

    Raises ``BadInput`` at the field it concerns; also when one of that name is there already, unless the person said
    that this is another one (``is_another``).
    """
    organisation = Organisation(slug="", name="", name_key="", added_at=now, changed_at=now)
    with saying(session, organisation, by_hand(by, now)):
        _fill_organisation(session, organisation, facts, is_another=is_another)
        organisation.slug = _free_slug(session, organisation.name)
        session.add(organisation)
    note(session, by, "organisation-added", organisation, now=now)
    return organisation


def change_organisation(
    session: Session,
    organisation: Organisation,
    facts: OrganisationFacts,
    *,
    now: datetime,
    by: Operator | None,
    source: Source | None = None,
) -> None:
    """Change what we know of an organisation; a former name is kept as an alias, so that it is still found.

    ``source`` is who says so, when that is not ``by``: the organisation itself, by its check letter.
    """
    former = organisation.name
    with saying(session, organisation, source or by_hand(by, now)):
        _fill_organisation(session, organisation, facts, is_another=True)
        if fold_name(former) != organisation.name_key:
            _keep_alias(organisation, former)
        organisation.changed_at = now
    note(session, by, "organisation-changed", organisation, now=now)


def confirm_organisation(
    session: Session, organisation: Organisation, *, on: date, now: datetime, by: Operator | None
) -> None:
    """Write down that somebody looked, and that it is still right."""
    organisation.checked_on = on
    note(session, by, "organisation-checked", organisation, now=now)


def stop_organisation(
    session: Session, organisation: Organisation, *, on: date, because: str = "", now: datetime, by: Operator | None
) -> None:
    """Take a stopped organisation out of every audience from this day on. Its history stays, and so do its people.

    Raises ``BadInput`` for a day that is still to come: until then it is like any other.
    """
    if on > today(now):
        raise BadInput(_("Kies vandaag of een dag die voorbij is."), field="stopped_on")
    with saying(session, organisation, by_hand(by, now)):
        organisation.stopped_on, organisation.stopped_because = on, because
        organisation.changed_at = now
    note(session, by, "organisation-stopped", organisation, now=now)


def resume_organisation(session: Session, organisation: Organisation, *, now: datetime, by: Operator | None) -> None:
    """Let an organisation that had stopped take part again."""
    with saying(session, organisation, by_hand(by, now)):
        organisation.stopped_on, organisation.stopped_because = None, ""
        organisation.changed_at = now
    note(session, by, "organisation-resumed", organisation, now=now)


def _fill_organisation(
    session: Session, organisation: Organisation, facts: OrganisationFacts, *, is_another: bool
) -> None:
    name = " ".join(facts.name.split())
    key = fold_name(name)
    if not key:
        raise BadInput(_("Vul de naam van de organisatie in."), field="name")
    if not is_another:
        _refuse_namesake(session, key, organisation.id)
    organisation.name, organisation.name_key = name, key
    organisation.kind = one_word(session, OrganisationKind, facts.kind)
    organisation.seat = one_word(session, Neighbourhood, facts.seat)
    organisation.description, organisation.note = facts.description, facts.note
    organisation.street, organisation.city = facts.street, facts.city
    organisation.postcode = read_postcode(facts.postcode)
    organisation.website = read_website(facts.website)
    organisation.phone = read_phone_number(facts.phone, field="phone")
    organisation.chamber_number = facts.chamber_number
    # What is its name again is no other name.
    kept = [alias for alias in organisation.aliases if alias.name in facts.aliases and alias.name_key != key]
    organisation.aliases = kept
    for alias in facts.aliases:
        _keep_alias(organisation, alias)
    _sort_by_words(session, organisation, facts)


def _sort_by_words(session: Session, organisation: Organisation, facts: OrganisationFacts) -> None:
    """Replace themes, areas and target groups; rows that stay are kept, so that nothing is deleted and made again."""
    themes = words_of_slugs(session, Theme, list(facts.themes))
    kept = {row.theme_id: row for row in organisation.themes}
    organisation.themes = [kept.get(theme.id) or OrganisationTheme(theme=theme) for theme in themes]
    for position, row in enumerate(organisation.themes):
        row.is_primary = position == 0
    areas = {row.neighbourhood_id: row for row in organisation.service_areas}
    organisation.service_areas = [
        areas.get(area.id) or OrganisationServiceArea(neighbourhood=area)
        for area in words_of_slugs(session, Neighbourhood, list(facts.areas))
    ]
    groups = {row.target_group_id: row for row in organisation.target_groups}
    organisation.target_groups = [
        groups.get(group.id) or OrganisationTargetGroup(target_group=group)
        for group in words_of_slugs(session, TargetGroup, list(facts.target_groups))
    ]


def _refuse_namesake(session: Session, key: str, own_id: int | None) -> None:
    found = namesakes(session, key, other_than=own_id)
    if found:
        raise BadInput(
            _(
                "%(name)s staat al in het adresboek. Is dit een andere met dezelfde naam? Zet dan het vinkje.",
                name=found[0].name,
            ),
            field="name",
        )


def _keep_alias(organisation: Organisation, name: str) -> None:
    key = fold_name(name)
    if key and key != organisation.name_key and key not in {alias.name_key for alias in organisation.aliases}:
        organisation.aliases.append(OrganisationAlias(name=" ".join(name.split()), name_key=key))


def _free_slug(session: Session, name: str) -> str:
    stem = slug_of(name) or "organisatie"
    taken = set(session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(stem, autoescape=True))))
    return free_slug(stem, taken)
