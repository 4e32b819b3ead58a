"""Rules and audiences as values: from JSON and back, and compiled to SQL. ``understanding`` checks their words.

A rule is a tree: ``all``, ``any`` and ``none`` of parts, with conditions (leaves) at the ends. What a condition means
is said by its ``LeafKind``; floors above register theirs (``answer``, ``attended``, ``received``). Not for whom of a
matching organisation gets the letter: that is ``recipients``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, true
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.seats import Seat
from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

# Groups inside groups, also by way of saved selections. SQLite's reader of SQL gives up between 80 and 100 (measured,
# with everything that stands around a rule); half of that leaves room for the conditions themselves (decision 0054).
DEEPEST = 40


class How(enum.StrEnum):
    """How the parts of a group count: all of them, at least one, or not one."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True)
class Leaf:
    """One condition: the name of its kind, and the value that kind made of the JSON."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Group:
    """Conditions together."""

    how: How
    parts: tuple[Rule, ...] = ()


Rule = Leaf | Group
EVERYBODY = Group(How.ALL)
NOBODY = Group(How.ANY)


@dataclass(frozen=True)
class Audience:
    """Whom we write to. ``include`` and ``exclude`` hold normalised addresses."""

    rule: Rule
    reach: Reach = Reach.EVERYONE
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeafKind:
    """What one kind of condition means.

    ``parse`` makes a frozen value of the JSON node (the second argument is the place, for a ``BadInput``), a tuple for
    "any of these"; ``dump`` is its opposite. ``compile`` says for a seat whether it holds; never NULL (see
    ``seats.is_among``). ``say`` ends the sentence "organisaties en mensen …". The rest is optional: ``options`` are
    further keys of the node; ``check`` raises ``BadInput`` for words the directory does not know; ``atoms`` splits "any
    of these" for explaining; ``fact`` ends the sentence "Buurttuin De Voeg …" for the atoms that hold;
    ``recipient_fact`` is the same for the recipient's own eyes (none: never told).
    """

    name: str
    parse: Callable[[Mapping[str, Any], str], Hashable]
    dump: Callable[[Any], dict[str, Any]]
    compile: Callable[[Any, Seat, datetime], ColumnElement[bool]]
    say: Callable[[Session, Any], str]
    options: frozenset[str] = frozenset()
    check: Callable[[Session, Any], None] = lambda _session, _value: None
    atoms: Callable[[Any], Sequence[Any]] = lambda value: (value,)
    fact: Callable[[Session, Sequence[Any]], str] | None = None
    recipient_fact: Callable[[Session, Sequence[Any]], str | None] | None = None


_kinds: dict[str, LeafKind] = {}


def register(kind: LeafKind) -> None:
    """Make a kind of condition known; a floor does this once, when it is imported."""
    _kinds[kind.name] = kind


def kind_of(leaf: Leaf) -> LeafKind:
    return _kinds[leaf.kind]


def parse_rule(node: Any, place: str = "", depth: int = 1) -> Rule:
    """Return the rule that this JSON says; raises ``BadInput`` that names the place."""
    if not isinstance(node, Mapping) or not node:
        raise bad_rule(place, _('hier hoort een voorwaarde te staan, zoals {"theme": ["groen"]}'))
    for how in How:
        if how.value in node:
            return _parse_group(how, node, place, depth)
    name = next((key for key in node if key in _kinds), None)
    if name is None:
        raise bad_rule(place, _("‘%(name)s’ ken ik niet als voorwaarde", name=next(iter(node))))
    extra = sorted(set(node) - {name} - _kinds[name].options)
    if extra:
        raise bad_rule(place, _("‘%(name)s’ hoort niet bij ‘%(kind)s’", name=extra[0], kind=name))
    return Leaf(name, _kinds[name].parse(node, place))


def parse_audience(value: Any) -> Audience:
    """Return the audience that this JSON says; raises ``BadInput`` that names the place."""
    if not isinstance(value, Mapping):
        raise BadInput(_('Een selectie hoort te beginnen met {"rule": …}.'), field="audience")
    unknown = sorted(set(value) - {"rule", "reach", "include", "exclude"})
    if unknown:
        raise BadInput(_("‘%(name)s’ hoort niet in een selectie.", name=unknown[0]), field="audience")
    if not value.get("rule") and not value.get("include"):
        raise BadInput(_("Kies eerst wie je wilt bereiken."), field="audience")
    return Audience(
        rule=parse_rule(value["rule"]) if value.get("rule") else NOBODY,
        reach=_parse_reach(value.get("reach")),
        include=_parse_addresses(value.get("include"), "include"),
        exclude=_parse_addresses(value.get("exclude"), "exclude"),
    )


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """Return the JSON of a rule; ``parse_rule`` reads it back."""
    if isinstance(rule, Group):
        return {rule.how.value: [rule_to_json(part) for part in rule.parts]}
    return kind_of(rule).dump(rule.value)


def audience_to_json(audience: Audience) -> dict[str, Any]:
    """Return the JSON of an audience; ``parse_audience`` reads it back."""
    return {
        "rule": rule_to_json(audience.rule),
        "reach": audience.reach.value,
        "include": list(audience.include),
        "exclude": list(audience.exclude),
    }


def compile_rule(rule: Rule, seat: Seat, now: datetime) -> ColumnElement[bool]:
    """Return an expanded rule as SQL over a seat."""
    if isinstance(rule, Leaf):
        return kind_of(rule).compile(rule.value, seat, now)
    if rule.how is How.ALL:
        return and_(true(), *(compile_rule(part, seat, now) for part in rule.parts))
    some = or_(false(), *(compile_rule(part, seat, now) for part in _joined(rule.parts)))
    return some if rule.how is How.ANY else not_(some)


def _joined(parts: Sequence[Rule]) -> list[Rule]:
    """Say "green or sport" as one condition, where words of one kind stand beside each other: one set to look in."""
    words: dict[str, dict[Any, None]] = {}
    others: list[Rule] = []
    for part in parts:
        if isinstance(part, Leaf) and isinstance(part.value, tuple):
            words.setdefault(part.kind, {}).update(dict.fromkeys(part.value))
        else:
            others.append(part)
    # Groups first: SQLite's reader of SQL goes deeper for what stands behind an "or".
    return others + [Leaf(kind, tuple(some)) for kind, some in words.items()]


def leaves_of(rule: Rule) -> Iterator[Leaf]:
    """Walk over every condition of a rule."""
    if isinstance(rule, Leaf):
        yield rule
    else:
        for part in rule.parts:
            yield from leaves_of(part)


def depth_of(rule: Rule) -> int:
    """Return how many groups lie inside each other; a condition by itself is 0 deep."""
    return 0 if isinstance(rule, Leaf) else 1 + max((depth_of(part) for part in rule.parts), default=0)


def too_deep() -> BadInput:
    """Return the refusal of a rule with too many groups inside each other."""
    return BadInput(
        _(
            "Deze regel is te diep: meer dan %(most)s groepen in elkaar. "
            "Haal een groep weg, of bewaar een deel als eigen selectie met minder lagen.",
            most=DEEPEST,
        ),
        field="rule",
    )


def bad_rule(place: str, problem: str) -> BadInput:
    """Return the refusal of a rule: where, and what is wrong there."""
    if not place:
        return BadInput(_("De regel klopt niet: %(problem)s.", problem=problem), field="rule")
    return BadInput(_("Voorwaarde %(place)s klopt niet: %(problem)s.", place=place, problem=problem), field="rule")


def _parse_group(how: How, node: Mapping[str, Any], place: str, depth: int) -> Group:
    if depth > DEEPEST:
        raise too_deep()
    parts = node[how.value]
    if len(node) > 1 or not isinstance(parts, list):
        raise bad_rule(place, _("achter ‘%(how)s’ hoort alleen een lijst met voorwaarden", how=how.value))
    return Group(
        how,
        tuple(parse_rule(part, f"{place}.{n}" if place else str(n), depth + 1) for n, part in enumerate(parts, 1)),
    )


def _parse_reach(value: Any) -> Reach:
    try:
        return Reach(value or Reach.EVERYONE)
    except ValueError:
        raise BadInput(
            _("‘reach’ is everyone, contacts of one_per_organisation, niet ‘%(value)s’.", value=value), field="reach"
        ) from None


def _parse_addresses(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise BadInput(_("Achter ‘%(name)s’ hoort een lijst met e-mailadressen.", name=name), field=name)
    return tuple(dict.fromkeys(parse_address(each).key for each in value))
