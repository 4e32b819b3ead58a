"""An audience understood: every word checked with the directory, every saved selection written out, no circles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.audiences.rules.criteria import (
    DEEPEST,
    Audience,
    Group,
    How,
    Leaf,
    Rule,
    depth_of,
    kind_of,
    parse_audience,
    too_deep,
)
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _


@dataclass(frozen=True)
class Understood(Audience):
    """An audience of which every word was checked, with every saved selection written out. Only for the moment."""


def understand(session: Session, value: Mapping[str, Any] | Audience, *, inside: tuple[str, ...] = ()) -> Understood:
    """Return the audience with every word checked and every saved selection replaced by its own rule.

    Whoever asks several questions about one audience understands it once, and hands that on.

    ``inside`` are the slugs of selections this one is (to be) part of: meeting one again is a circle.
    Raises ``BadInput`` for words the directory does not know, for circles, and when it is too deep to ask.
    """
    if isinstance(value, Understood):
        return value
    audience = value if isinstance(value, Audience) else parse_audience(value)
    rule = _expand(session, audience.rule, inside)
    if depth_of(rule) > DEEPEST:
        raise too_deep()
    return Understood(rule, audience.reach, audience.include, audience.exclude)


def _expand(session: Session, rule: Rule, inside: tuple[str, ...]) -> Rule:
    if isinstance(rule, Group):
        return Group(rule.how, tuple(_expand(session, part, inside) for part in rule.parts))
    if rule.kind != "segment":
        kind_of(rule).check(session, rule.value)
        return rule
    named = tuple(_rule_of_segment(session, slug, inside) for slug in rule.value)
    return named[0] if len(named) == 1 else Group(How.ANY, named)


def _rule_of_segment(session: Session, slug: str, inside: tuple[str, ...]) -> Rule:
    if slug in inside:
        raise BadInput(_say_circle(session, (*inside[inside.index(slug) :], slug)), field="rule")
    segment = session.scalars(select(Segment).where(Segment.slug == slug)).one_or_none()
    if segment is None:
        raise BadInput(_("De selectie ‘%(slug)s’ bestaat niet.", slug=slug), field="rule")
    audience = understand(session, segment.audience, inside=(*inside, slug))
    rule = audience.rule
    if audience.include:
        rule = Group(How.ANY, (rule, Leaf("address", audience.include)))
    if audience.exclude:
        rule = Group(How.ALL, (rule, Group(How.NONE, (Leaf("address", audience.exclude),))))
    return rule


def _say_circle(session: Session, slugs: tuple[str, ...]) -> str:
    names = {row.slug: row.name for row in session.execute(select(Segment.slug, Segment.name))}
    circle = " → ".join(f"‘{names.get(slug, slug)}’" for slug in slugs)
    if len(slugs) == 2:
        return _("De selectie %(name)s kan niet in zichzelf zitten.", name=circle.split(" → ")[0])
    return _("Deze selecties zitten in elkaar in een kring: %(circle)s. Haal er één uit.", circle=circle)
