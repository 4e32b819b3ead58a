"""The conditions over the directory: how each reads in JSON and sounds in Dutch. What they mean: ``conditions``.

A new one: its meaning there (a column that it reads also goes on a shelf of ``recipients.mirroring``, else only the
database answers it), its words here, its chip in ``web/office/audiences/clauses.py`` and a line in docs/interfaces.md.
In the tests: ``tests/audiences/random_rules.py`` makes it up, and ``oracle.py`` beside it answers it in plain Python.
What is forgotten, tests/test_house.py tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.audiences.rules.conditions import (
    InNeighbourhood,
    InNetwork,
    has_address,
    has_role,
    has_theme,
    is_added_since,
    is_checked_before,
    is_for_target_group,
    is_in_neighbourhood,
    is_member,
    is_of_kind,
    is_organisation,
    speaks,
)
from mailer.audiences.rules.criteria import LeafKind, bad_rule, register
from mailer.audiences.rules.wording import all_of, any_of, check_words, day, names, words
from mailer.audiences.seats import Seat
from mailer.directory.models import (
    Neighbourhood,
    Network,
    Organisation,
    OrganisationKind,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.foundation.language import language_name


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


def _parse_neighbourhood(node: Mapping[str, Any], place: str) -> InNeighbourhood:
    area_wide = node.get("area_wide", True)
    if not isinstance(area_wide, bool):
        raise bad_rule(place, _("achter ‘area_wide’ hoort true of false"))
    return InNeighbourhood(words(node, "neighbourhood", place), area_wide)


def _dump_neighbourhood(value: InNeighbourhood) -> dict[str, Any]:
    return {"neighbourhood": list(value.slugs), **({} if value.area_wide else {"area_wide": False})}


def _say_neighbourhood(session: Session, value: InNeighbourhood) -> str:
    return _("die werken in %(names)s", names=any_of(names(session, Neighbourhood, value.slugs)))


def _neighbourhood_fact(session: Session, atoms: Sequence[Any]) -> str:
    slugs = [slug for atom in atoms for slug in atom.slugs]
    return _("werkt in %(names)s", names=all_of(names(session, Neighbourhood, slugs)))


def _parse_network(node: Mapping[str, Any], place: str) -> InNetwork:
    on = node.get("on")
    return InNetwork(words(node, "network", place), None if on is None else day(on, "on", place))


def _dump_network(value: InNetwork) -> dict[str, Any]:
    slugs = value.slugs[0] if len(value.slugs) == 1 else list(value.slugs)
    return {"network": slugs, **({"on": value.on.isoformat()} if value.on else {})}


def _say_network(session: Session, value: InNetwork) -> str:
    spoken = any_of(names(session, Network, value.slugs))
    if value.on:
        return _("die op %(day)s lid waren van %(names)s", day=say_date(value.on), names=spoken)
    return _("die lid zijn van %(names)s", names=spoken)


def _network_fact(session: Session, atoms: Sequence[Any]) -> str:
    spoken = all_of(names(session, Network, [slug for atom in atoms for slug in atom.slugs]))
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
    raise RuntimeError("a saved selection is replaced by its rule before compiling (understanding.understand)")


register(
    _word_kind(
        "theme",
        Theme,
        has_theme,
        unknown=lambda slug: _("Het thema ‘%(slug)s’ bestaat niet.", slug=slug),
        say=lambda spoken: _("met thema %(names)s", names=any_of(spoken)),
        fact=lambda spoken: _("doet mee met het thema %(names)s", names=all_of(spoken)),
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
        say=lambda spoken: _("van de soort %(names)s", names=any_of(spoken)),
        fact=lambda spoken: _("is van de soort %(names)s", names=all_of(spoken)),
        told=True,
    )
)
register(
    _word_kind(
        "target_group",
        TargetGroup,
        is_for_target_group,
        unknown=lambda slug: _("De doelgroep ‘%(slug)s’ bestaat niet.", slug=slug),
        say=lambda spoken: _("die er zijn voor %(names)s", names=any_of(spoken)),
        fact=lambda spoken: _("is er voor %(names)s", names=all_of(spoken)),
    )
)
register(
    _word_kind(
        "role",
        RoleKind,
        has_role,
        unknown=lambda slug: _("De rol ‘%(slug)s’ bestaat niet.", slug=slug),
        say=lambda spoken: _("met de rol %(names)s", names=any_of(spoken)),
        fact=lambda spoken: _("heeft de rol %(names)s", names=all_of(spoken)),
        told=True,
    )
)
register(
    LeafKind(
        name="language",
        parse=lambda node, place: words(node, "language", place),
        dump=lambda codes: {"language": list(codes)},
        compile=speaks,
        say=lambda _session, codes: _("met %(names)s als taal", names=any_of([language_name(code) for code in codes])),
        atoms=lambda codes: [(code,) for code in codes],
        fact=lambda _session, atoms: _(
            "heeft %(names)s als taal", names=all_of([language_name(atom[0]) for atom in atoms])
        ),
    )
)
register(
    LeafKind(
        name="organisation",
        parse=lambda node, place: words(node, "organisation", place),
        dump=lambda slugs: {"organisation": list(slugs)},
        compile=is_organisation,
        say=lambda session, slugs: _("van %(names)s", names=any_of(names(session, Organisation, slugs))),
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
        say=lambda _session, keys: _("met postvak %(names)s", names=any_of(list(keys))),
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
        say=lambda session, slugs: _("uit de selectie %(names)s", names=any_of(names(session, Segment, slugs))),
    )
)
