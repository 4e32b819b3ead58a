"""A rule as one Dutch sentence that can be read in one way only, and as lines with their depth.

Within one pair of brackets stands one kind of "en" or "of", always after a comma; "niet" reaches to the next comma, and
what is more than one condition stands in brackets. Words within a condition ("thema Jeugd of Sport") have no comma.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.rules.criteria import Audience, Group, How, Leaf, Rule, kind_of, parse_audience, parse_rule
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing

# How one condition is said: by today's words, or by the words that were kept with a mailing.
SayLeaf = Callable[[Leaf], str]
HOLDS_FOR_ALL = (Group(How.ALL), Group(How.NONE))


@dataclass(frozen=True)
class Line:
    """One line of a rule as a list: how deep it lies (from 0), and what it says."""

    depth: int
    said: str


def rule_sentence(session: Session, rule: Rule | Mapping[str, Any]) -> str:
    """Return the rule as one sentence: "Organisaties en mensen met thema Jeugd of Sport, en die werken in Spangen."."""
    return say_rule(rule if isinstance(rule, Leaf | Group) else parse_rule(rule), in_words_of(session))


def say_rule(rule: Rule, say_leaf: SayLeaf) -> str:
    """Return the rule as one sentence in these words."""
    spoken = shortened(rule)
    if spoken == Group(How.ALL):
        return _("Iedereen in het adresboek.")
    if spoken == Group(How.ANY):
        return _("Niemand.")
    if isinstance(spoken, Group) and not _wanted(spoken):
        return _("Iedereen in het adresboek, %(clauses)s.", clauses=_say_exceptions(spoken, say_leaf))
    return _("Organisaties en mensen %(clauses)s.", clauses=say_in(spoken, say_leaf))


def rule_lines(session: Session, rule: Rule | Mapping[str, Any]) -> list[Line]:
    """Return the rule as a list: a group is a line that says how its parts count, with its parts one step deeper."""
    return say_lines(rule if isinstance(rule, Leaf | Group) else parse_rule(rule), in_words_of(session))


def say_lines(rule: Rule, say_leaf: SayLeaf) -> list[Line]:
    """Return the rule as a list in these words."""
    return list(_lines(shortened(rule), say_leaf, 0))


def is_deep(rule: Rule | Mapping[str, Any]) -> bool:
    """Return whether a list reads better than the sentence: a group stands in a group in a group."""
    return _depth(shortened(rule if isinstance(rule, Leaf | Group) else parse_rule(rule))) > 2


def audience_sentence(session: Session, audience: Audience | Mapping[str, Any]) -> str:
    """Return the whole audience in sentences: the rule, whom of an organisation, and who is added or taken out."""
    spoken = audience if isinstance(audience, Audience) else parse_audience(audience)
    sentences = []
    if spoken.rule != Group(How.ANY):
        sentences = [rule_sentence(session, spoken.rule), say_reach(spoken.reach)]
    if spoken.include:
        sentences.append(_("Met de hand erbij: %(addresses)s.", addresses=listing(list(spoken.include))))
    if spoken.exclude:
        sentences.append(_("Met de hand eruit: %(addresses)s.", addresses=listing(list(spoken.exclude))))
    return " ".join(sentences)


def say_reach(reach: Reach) -> str:
    """Return whom of an organisation gets the letter, as a sentence."""
    return {
        Reach.EVERYONE: _("De mail gaat naar iedereen die past, en naar de postvakken van de organisaties zelf."),
        Reach.CONTACTS: _("De mail gaat naar de contactpersonen, of anders naar het postvak van de organisatie."),
        Reach.ONE_PER_ORGANISATION: _(
            "Elke organisatie krijgt één mail: in haar eigen postvak, of anders bij de eerste contactpersoon."
        ),
    }[reach]


def say_how(how: How) -> str:
    """Return how the parts of a group count, as the head of a list."""
    return {
        How.ALL: _("Alle van deze:"),
        How.ANY: _("Minstens één van deze:"),
        How.NONE: _("Niet één van deze:"),
    }[how]


def in_words_of(session: Session) -> SayLeaf:
    """Return the way to say a condition in today's words of the directory."""
    return lambda leaf: kind_of(leaf).say(session, leaf.value)


def say_clause(session: Session, rule: Rule) -> str:
    """Return a rule as the end of a sentence, in today's words."""
    return say_in(shortened(rule), in_words_of(session))


def say_in(rule: Rule, say_leaf: SayLeaf, *, nested: bool = False) -> str:
    """Return a shortened rule as the end of a sentence; a group inside another stands in brackets."""
    if isinstance(rule, Leaf):
        return say_leaf(rule)
    if rule in HOLDS_FOR_ALL:
        return _("(iedereen)")
    if not rule.parts:
        return _("(niemand)")
    spoken = _say_group(rule, say_leaf)
    return f"({spoken})" if nested else spoken


def shortened(rule: Rule) -> Rule:
    """Return the same rule without what says nothing: a group of one, everybody inside an "all"."""
    if isinstance(rule, Leaf):
        return rule
    parts = tuple(shortened(part) for part in rule.parts)
    if rule.how is How.ALL:
        parts = tuple(part for part in parts if part not in HOLDS_FOR_ALL)
    if rule.how is not How.NONE and len(parts) == 1:
        return parts[0]
    return Group(How.ALL) if rule.how is How.NONE and not parts else Group(rule.how, parts)


def _say_group(rule: Group, say_leaf: SayLeaf) -> str:
    if rule.how is How.NONE:
        return _say_not(rule.parts, say_leaf)
    if rule.how is How.ANY:
        return _(", of ").join(_said(rule.parts, say_leaf))
    wanted = _joined_by_and(_said(_wanted(rule), say_leaf))
    if len(_wanted(rule)) == len(rule.parts):
        return wanted
    exceptions = _say_exceptions(rule, say_leaf)
    return f"{wanted}, {exceptions}" if wanted else _say_not(_unwanted(rule), say_leaf)


def _say_exceptions(rule: Group, say_leaf: SayLeaf) -> str:
    return _("maar %(exceptions)s", exceptions=_say_not(_unwanted(rule), say_leaf))


def _say_not(parts: tuple[Rule, ...], say_leaf: SayLeaf) -> str:
    """ "niet A, en ook niet B": never "niet A of B", which can be read as "B is fine"."""
    first, *rest = _said(parts, say_leaf)
    return ", ".join([_("niet %(clause)s", clause=first), *(_("en ook niet %(clause)s", clause=each) for each in rest)])


def _said(parts: tuple[Rule, ...], say_leaf: SayLeaf) -> list[str]:
    return [say_in(part, say_leaf, nested=True) for part in parts]


def _wanted(rule: Group) -> tuple[Rule, ...]:
    if rule.how is How.NONE:
        return ()
    return tuple(part for part in rule.parts if rule.how is How.ANY or not _is_none(part))


def _unwanted(rule: Group) -> tuple[Rule, ...]:
    if rule.how is How.NONE:
        return rule.parts
    return tuple(part for group in rule.parts if isinstance(group, Group) and _is_none(group) for part in group.parts)


def _is_none(rule: Rule) -> bool:
    return isinstance(rule, Group) and rule.how is How.NONE and bool(rule.parts)


def _joined_by_and(clauses: list[str]) -> str:
    if len(clauses) < 2:
        return "".join(clauses)
    return _("%(clauses)s, en %(last)s", clauses=", ".join(clauses[:-1]), last=clauses[-1])


def _lines(rule: Rule, say_leaf: SayLeaf, depth: int) -> Iterator[Line]:
    if isinstance(rule, Leaf) or not rule.parts:
        yield Line(depth, say_in(rule, say_leaf))
        return
    yield Line(depth, say_how(rule.how))
    for part in rule.parts:
        yield from _lines(part, say_leaf, depth + 1)


def _depth(rule: Rule) -> int:
    return 0 if isinstance(rule, Leaf) else 1 + max((_depth(part) for part in rule.parts), default=0)
