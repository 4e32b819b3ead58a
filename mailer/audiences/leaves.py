"""The conditions over the directory: theme, neighbourhood, network, kind, role and the others.

Each is a few lines: how its JSON reads, what it means in SQL, and how it sounds in Dutch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from mailer.audiences.criteria import LeafKind, bad_rule, register
from mailer.audiences.models import Segment
from mailer.audiences.seats import Seat, current_role, is_among
from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    PersonTheme,
    Role,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import say_date, today, wall_to_utc
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing

# Names of languages in Dutch, for those of the network; another shows its code.
LANGUAGES = ("nl", "en", "tr", "ar", "pt", "pl", "es", "fr", "bg", "uk", "ti", "so", "pap")


@dataclass(frozen=True)
class InNetwork:
    """Any of these networks, on a day; no day: today."""

    slugs: tuple[str, ...]
    on: date | None = None


@dataclass(frozen=True)
class InNeighbourhood:
    """Any of these neighbourhoods; ``area_wide``: who works in the whole area counts in."""

    slugs: tuple[str, ...]
    area_wide: bool = True


def words(node: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    """Return the word or words behind a key: ``"a"`` and ``["a", "b"]`` are both fine.

    Raises ``BadInput`` that names the place when it is neither, or an empty list.
    """
    value = [node[name]] if isinstance(node[name], str) else node[name]
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise bad_rule(place, _("achter ‘%(name)s’ hoort een woord of een lijst met woorden", name=name))
    return tuple(dict.fromkeys(value))


def day(value: Any, name: str, place: str) -> date:
    """Return the day of "2026-10-01"; raises ``BadInput`` that names the place."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise bad_rule(place, _("achter ‘%(name)s’ hoort een datum zoals 2026-10-01", name=name)) from None


def names(session: Session, model: Any, slugs: Sequence[str]) -> list[str]:
    """Return the names of these words, in the order staff sees them."""
    rows = session.scalars(select(model).where(model.slug.in_(slugs)))
    return [row.name for row in sorted(rows, key=lambda row: (getattr(row, "position", 0), row.name))]


def check_words(model: Any, sentence: Callable[[str], str]) -> Callable[[Session, Any], None]:
    """Return a check that every slug is a row; a word that does not exist could mean "everybody" inside a "none"."""

    def check(session: Session, value: Any) -> None:
        slugs = value if isinstance(value, tuple) else value.slugs
        known = set(session.scalars(select(model.slug).where(model.slug.in_(slugs))))
        for slug in slugs:
            if slug not in known:
                raise BadInput(sentence(slug), field="rule")

    return check


def language_name(code: str) -> str:
    """Return what a language is called: "Turks"."""
    return {
        "nl": _("Nederlands"),
        "en": _("Engels"),
        "tr": _("Turks"),
        "ar": _("Arabisch"),
        "pt": _("Portugees"),
        "pl": _("Pools"),
        "es": _("Spaans"),
        "fr": _("Frans"),
        "bg": _("Bulgaars"),
        "uk": _("Oekraïens"),
        "ti": _("Tigrinya"),
        "so": _("Somalisch"),
        "pap": _("Papiaments"),
    }.get(code, code)


# What each condition means


def has_theme(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The organisation carries the theme, or the person does."""
    theme_ids = select(Theme.id).where(Theme.slug.in_(slugs))
    by_organisation = select(OrganisationTheme.organisation_id).where(OrganisationTheme.theme_id.in_(theme_ids))
    by_person = select(PersonTheme.person_id).where(PersonTheme.theme_id.in_(theme_ids))
    return or_(is_among(seat.organisation_id, by_organisation), is_among(seat.person_id, by_person))


def is_in_neighbourhood(value: InNeighbourhood, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """By where the organisation works; by its seat when that is not known. People without organisation: their own."""
    asked = select(Neighbourhood.id).where(Neighbourhood.slug.in_(value.slugs))
    if value.area_wide:
        inner = aliased(Neighbourhood)
        is_inside = exists(select(inner.id).where(inner.slug.in_(value.slugs), inner.is_inside))
        asked = select(Neighbourhood.id).where(
            or_(Neighbourhood.slug.in_(value.slugs), and_(Neighbourhood.covers_all, is_inside))
        )
    works = select(OrganisationServiceArea.organisation_id)
    here = works.where(OrganisationServiceArea.neighbourhood_id.in_(asked))
    seated = select(Organisation.id).where(Organisation.seat_id.in_(asked), Organisation.id.not_in(works))
    lives = select(Person.id).where(Person.neighbourhood_id.in_(asked))
    return or_(
        is_among(seat.organisation_id, here),
        is_among(seat.organisation_id, seated),
        and_(seat.organisation_id.is_(None), is_among(seat.person_id, lives)),
    )


def is_member(value: InNetwork, seat: Seat, now: datetime) -> ColumnElement[bool]:
    """Member of the network on that day (the same as ``NetworkMembership.is_current``)."""
    on = value.on or today(now)
    members = (
        select(NetworkMembership.organisation_id)
        .join(Network, Network.id == NetworkMembership.network_id)
        .where(
            Network.slug.in_(value.slugs),
            or_(NetworkMembership.joined_on.is_(None), NetworkMembership.joined_on <= on),
            or_(NetworkMembership.left_on.is_(None), NetworkMembership.left_on > on),
        )
    )
    return is_among(seat.organisation_id, members)


def is_of_kind(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    kinds = select(OrganisationKind.id).where(OrganisationKind.slug.in_(slugs))
    return is_among(seat.organisation_id, select(Organisation.id).where(Organisation.kind_id.in_(kinds)))


def is_for_target_group(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    groups = select(TargetGroup.id).where(TargetGroup.slug.in_(slugs))
    serving = select(OrganisationTargetGroup.organisation_id).where(OrganisationTargetGroup.target_group_id.in_(groups))
    return is_among(seat.organisation_id, serving)


def has_role(slugs: tuple[str, ...], seat: Seat, now: datetime) -> ColumnElement[bool]:
    """The person has this role here and now; an organisation by itself has no role."""
    return exists(
        select(Role.id)
        .join(RoleKind, RoleKind.id == Role.kind_id)
        .where(
            RoleKind.slug.in_(slugs),
            Role.person_id == seat.person_id,
            Role.organisation_id == seat.organisation_id,
            current_role(today(now)),
        )
    )


def speaks(codes: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The person's language of contact; an organisation by itself has none."""
    return is_among(seat.person_id, select(Person.id).where(Person.language.in_(codes)))


def is_organisation(slugs: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    return is_among(seat.organisation_id, select(Organisation.id).where(Organisation.slug.in_(slugs)))


def has_address(keys: tuple[str, ...], seat: Seat, _now: datetime) -> ColumnElement[bool]:
    if not keys:
        return false()
    return is_among(seat.mailbox_id, select(Mailbox.id).where(Mailbox.address_key.in_(keys)))


def is_added_since(since: date, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """The organisation came into the directory on that day or later; without organisation: the person."""
    moment = wall_to_utc(datetime.combine(since, time.min))
    return or_(
        is_among(seat.organisation_id, select(Organisation.id).where(Organisation.added_at >= moment)),
        and_(
            seat.organisation_id.is_(None),
            is_among(seat.person_id, select(Person.id).where(Person.added_at >= moment)),
        ),
    )


def is_checked_before(before: date, seat: Seat, _now: datetime) -> ColumnElement[bool]:
    """Last checked before that day, or never; without organisation: the person."""
    return or_(
        is_among(seat.organisation_id, select(Organisation.id).where(_older(Organisation.checked_on, before))),
        and_(
            seat.organisation_id.is_(None),
            is_among(seat.person_id, select(Person.id).where(_older(Person.checked_on, before))),
        ),
    )


def _older(checked_on: Any, before: date) -> ColumnElement[bool]:
    return or_(checked_on.is_(None), checked_on < before)


# How each reads and sounds


def _word_kind(
    name: str,
    model: Any,
    compiled: Callable[[Any, Seat, datetime], ColumnElement[bool]],
    *,
    unknown: Callable[[str], str],
    say: Callable[[list[str]], str],
    fact: Callable[[list[str]], str],
    told: bool = False,
) -> LeafKind:
    def told_fact(session: Session, atoms: Sequence[Any]) -> str:
        return fact(names(session, model, [atom[0] for atom in atoms]))

    return LeafKind(
        name=name,
        parse=lambda node, place: words(node, name, place),
        dump=lambda slugs: {name: list(slugs)},
        compile=compiled,
        say=lambda session, slugs: say(names(session, model, slugs)),
        check=check_words(model, unknown),
        atoms=lambda slugs: [(slug,) for slug in slugs],
        fact=told_fact,
        recipient_fact=told_fact if told else None,
    )


def _or(spoken: list[str]) -> str:
    return listing(spoken, joined_by="of")


def _and(spoken: list[str]) -> str:
    return listing(spoken)


def _parse_neighbourhood(node: Mapping[str, Any], place: str) -> InNeighbourhood:
    area_wide = node.get("area_wide", True)
    if not isinstance(area_wide, bool):
        raise bad_rule(place, _("achter ‘area_wide’ hoort true of false"))
    return InNeighbourhood(words(node, "neighbourhood", place), area_wide)


def _dump_neighbourhood(value: InNeighbourhood) -> dict[str, Any]:
    return {"neighbourhood": list(value.slugs), **({} if value.area_wide else {"area_wide": False})}


def _say_neighbourhood(session: Session, value: InNeighbourhood) -> str:
    return _("die werken in %(names)s", names=_or(names(session, Neighbourhood, value.slugs)))


def _neighbourhood_fact(session: Session, atoms: Sequence[Any]) -> str:
    slugs = [slug for atom in atoms for slug in atom.slugs]
    return _("werkt in %(names)s", names=_and(names(session, Neighbourhood, slugs)))


def _parse_network(node: Mapping[str, Any], place: str) -> InNetwork:
    on = node.get("on")
    return InNetwork(words(node, "network", place), None if on is None else day(on, "on", place))


def _dump_network(value: InNetwork) -> dict[str, Any]:
    slugs = value.slugs[0] if len(value.slugs) == 1 else list(value.slugs)
    return {"network": slugs, **({"on": value.on.isoformat()} if value.on else {})}


def _say_network(session: Session, value: InNetwork) -> str:
    spoken = _or(names(session, Network, value.slugs))
    if value.on:
        return _("die op %(day)s lid waren van %(names)s", day=say_date(value.on), names=spoken)
    return _("die lid zijn van %(names)s", names=spoken)


def _network_fact(session: Session, atoms: Sequence[Any]) -> str:
    spoken = _and(names(session, Network, [slug for atom in atoms for slug in atom.slugs]))
    if atoms[0].on:
        return _("was op %(day)s lid van %(names)s", day=say_date(atoms[0].on), names=spoken)
    return _("is lid van %(names)s", names=spoken)


def _open_network_fact(session: Session, atoms: Sequence[Any]) -> str | None:
    """A letter never names an internal network."""
    slugs = [slug for atom in atoms for slug in atom.slugs]
    shown = set(session.scalars(select(Network.slug).where(Network.slug.in_(slugs), ~Network.is_internal)))
    open_atoms = [atom for atom in atoms if atom.slugs[0] in shown]
    return _network_fact(session, open_atoms) if open_atoms else None


def _parse_addresses(node: Mapping[str, Any], place: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parse_address(address).key for address in words(node, "address", place)))


def _say_day(sentence: Callable[[str], str]) -> Callable[[Session, Any], str]:
    return lambda _session, value: sentence(say_date(value))


def _day_kind(
    name: str,
    compiled: Callable[[Any, Seat, datetime], ColumnElement[bool]],
    *,
    say: Callable[[str], str],
    fact: Callable[[str], str],
) -> LeafKind:
    return LeafKind(
        name=name,
        parse=lambda node, place: day(node[name], name, place),
        dump=lambda value: {name: value.isoformat()},
        compile=compiled,
        say=_say_day(say),
        fact=lambda _session, atoms: fact(say_date(atoms[0])),
    )


def _never(_value: Any, _seat: Seat, _now: datetime) -> ColumnElement[bool]:
    raise RuntimeError("a saved selection is replaced by its rule before compiling (criteria.understand)")


register(
    _word_kind(
        "theme",
        Theme,
        has_theme,
        unknown=lambda slug: _("Het thema ‘%(slug)s’ bestaat niet.", slug=slug),
        say=lambda spoken: _("met thema %(names)s", names=_or(spoken)),
        fact=lambda spoken: _("doet mee met het thema %(names)s", names=_and(spoken)),
        told=True,
    )
)
register(
    LeafKind(
        name="neighbourhood",
        parse=_parse_neighbourhood,
        dump=_dump_neighbourhood,
        compile=is_in_neighbourhood,
        say=_say_neighbourhood,
        options=frozenset({"area_wide"}),
        check=check_words(Neighbourhood, lambda slug: _("De wijk ‘%(slug)s’ bestaat niet.", slug=slug)),
        atoms=lambda value: [replace(value, slugs=(slug,)) for slug in value.slugs],
        fact=_neighbourhood_fact,
        recipient_fact=_neighbourhood_fact,
    )
)
register(
    LeafKind(
        name="network",
        parse=_parse_network,
        dump=_dump_network,
        compile=is_member,
        say=_say_network,
        options=frozenset({"on"}),
        check=check_words(Network, lambda slug: _("Het netwerk ‘%(slug)s’ bestaat niet.", slug=slug)),
        atoms=lambda value: [replace(value, slugs=(slug,)) for slug in value.slugs],
        fact=_network_fact,
        recipient_fact=_open_network_fact,
    )
)
register(
    _word_kind(
        "kind",
        OrganisationKind,
        is_of_kind,
        unknown=lambda slug: _("De soort ‘%(slug)s’ bestaat niet.", slug=slug),
        say=lambda spoken: _("van de soort %(names)s", names=_or(spoken)),
        fact=lambda spoken: _("is van de soort %(names)s", names=_and(spoken)),
        told=True,
    )
)
register(
    _word_kind(
        "target_group",
        TargetGroup,
        is_for_target_group,
        unknown=lambda slug: _("De doelgroep ‘%(slug)s’ bestaat niet.", slug=slug),
        say=lambda spoken: _("die er zijn voor %(names)s", names=_or(spoken)),
        fact=lambda spoken: _("is er voor %(names)s", names=_and(spoken)),
    )
)
register(
    _word_kind(
        "role",
        RoleKind,
        has_role,
        unknown=lambda slug: _("De rol ‘%(slug)s’ bestaat niet.", slug=slug),
        say=lambda spoken: _("met de rol %(names)s", names=_or(spoken)),
        fact=lambda spoken: _("heeft de rol %(names)s", names=_and(spoken)),
        told=True,
    )
)
register(
    LeafKind(
        name="language",
        parse=lambda node, place: words(node, "language", place),
        dump=lambda codes: {"language": list(codes)},
        compile=speaks,
        say=lambda _session, codes: _("met %(names)s als taal", names=_or([language_name(code) for code in codes])),
        atoms=lambda codes: [(code,) for code in codes],
        fact=lambda _session, atoms: _(
            "heeft %(names)s als taal", names=_and([language_name(atom[0]) for atom in atoms])
        ),
    )
)
register(
    LeafKind(
        name="organisation",
        parse=lambda node, place: words(node, "organisation", place),
        dump=lambda slugs: {"organisation": list(slugs)},
        compile=is_organisation,
        say=lambda session, slugs: _("van %(names)s", names=_or(names(session, Organisation, slugs))),
        check=check_words(Organisation, lambda slug: _("De organisatie ‘%(slug)s’ bestaat niet.", slug=slug)),
        fact=lambda _session, _atoms: _("is op naam gekozen"),
    )
)
register(
    LeafKind(
        name="address",
        parse=_parse_addresses,
        dump=lambda keys: {"address": list(keys)},
        compile=has_address,
        say=lambda _session, keys: _("met postvak %(names)s", names=_or(list(keys))),
        fact=lambda _session, _atoms: _("is met dit adres gekozen"),
    )
)
register(
    _day_kind(
        "added_since",
        is_added_since,
        say=lambda spoken: _("die sinds %(day)s in het adresboek staan", day=spoken),
        fact=lambda spoken: _("staat sinds %(day)s of later in het adresboek", day=spoken),
    )
)
register(
    _day_kind(
        "checked_before",
        is_checked_before,
        say=lambda spoken: _("die sinds %(day)s niet zijn nagekeken", day=spoken),
        fact=lambda spoken: _("is sinds %(day)s niet nagekeken", day=spoken),
    )
)
register(
    LeafKind(
        name="segment",
        parse=lambda node, place: words(node, "segment", place),
        dump=lambda slugs: {"segment": slugs[0] if len(slugs) == 1 else list(slugs)},
        compile=_never,
        say=lambda session, slugs: _("uit de selectie %(names)s", names=_or(names(session, Segment, slugs))),
    )
)
