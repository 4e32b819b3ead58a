"""A rule as one Dutch sentence: "Organisaties en mensen met thema Jeugd of Sport, en die werken in Spangen."."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from mailer.audiences.criteria import Audience, Group, How, Leaf, Rule, kind_of, parse_audience, parse_rule
from mailer.audiences.models import Reach
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing


def rule_sentence(session: Session, rule: Rule | Mapping[str, Any]) -> str:
    """Return the rule as one sentence: "Organisaties en mensen met thema Jeugd of Sport, en die werken in Spangen."."""
    spoken = _without_everybody(rule if isinstance(rule, Leaf | Group) else parse_rule(rule))
    if isinstance(spoken, Group) and spoken.how is How.NONE:
        spoken = Group(How.ALL, (spoken,) if spoken.parts else ())
    if isinstance(spoken, Group) and spoken.how is How.ALL and all(map(_is_none, spoken.parts)):
        exception = _say_all(session, spoken)
        return _("Iedereen in het adresboek, %(clauses)s.", clauses=exception) if exception else _everybody()
    return _("Organisaties en mensen %(clauses)s.", clauses=say_clause(session, spoken, nested=False))


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


def say_clause(session: Session, rule: Rule, *, nested: bool) -> str:
    """Return the rule as the end of a sentence.

    A group inside another stands in brackets, so that "en" and "of" never mix.
    """
    if isinstance(rule, Leaf):
        return kind_of(rule).say(session, rule.value)
    if rule.how is How.NONE:
        return _("niet %(clause)s", clause=_one_of(session, rule.parts))
    if rule.how is How.ANY:
        spoken = listing([say_clause(session, part, nested=True) for part in rule.parts], joined_by="of")
    else:
        spoken = _say_all(session, rule)
    return f"({spoken})" if nested and len(rule.parts) > 1 else spoken


def _without_everybody(rule: Rule) -> Rule:
    """Leave out of an "all" what holds for everybody: it says nothing."""
    if isinstance(rule, Leaf) or rule.how is not How.ALL:
        return rule
    return Group(How.ALL, tuple(part for part in rule.parts if part not in (Group(How.ALL), Group(How.NONE))))


def _everybody() -> str:
    return _("Iedereen in het adresboek.")


def _say_all(session: Session, rule: Group) -> str:
    wanted = [say_clause(session, part, nested=True) for part in rule.parts if not _is_none(part)]
    unwanted = [part for group in rule.parts if isinstance(group, Group) and _is_none(group) for part in group.parts]
    spoken = _joined_by_and([clause for clause in wanted if clause])
    if not unwanted:
        return spoken
    exception = _("maar niet %(clause)s", clause=_one_of(session, tuple(unwanted)))
    return f"{spoken}, {exception}" if spoken else exception


def _one_of(session: Session, parts: tuple[Rule, ...]) -> str:
    return listing([say_clause(session, part, nested=True) for part in parts], joined_by="of")


def _is_none(rule: Rule) -> bool:
    return isinstance(rule, Group) and rule.how is How.NONE


def _joined_by_and(clauses: list[str]) -> str:
    if len(clauses) < 3:
        return listing(clauses)
    return _("%(clauses)s, en %(last)s", clauses=", ".join(clauses[:-1]), last=clauses[-1])
