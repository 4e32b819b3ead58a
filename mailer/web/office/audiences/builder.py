"""The builder of an audience: sentences with chips, kept in the fields of a form, so that it works without JavaScript.

A rule here is flat, with three kinds of clause: all of these must hold, at least one of these, and none of these. That
is one level of nesting; a deeper rule is shown as a sentence and kept as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mailer.audiences.criteria import How, audience_to_json, parse_audience, understand
from mailer.audiences.models import Reach
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.web.forms import Filled
from mailer.web.office.audiences.clauses import Clause, clause_of, clause_words, lines, read_clause

TABS = ("organisations", "people", "mailboxes", "refused")
ORDER = (How.ALL, How.ANY, How.NONE)
MOST_CLAUSES = 40


@dataclass(frozen=True)
class Builder:
    """What the form holds. ``fixed`` is a rule too deep for the fields, kept as it is."""

    clauses: tuple[Clause, ...] = ()
    reach: Reach = Reach.EVERYONE
    include: str = ""
    exclude: str = ""
    fixed: dict[str, Any] | None = None
    tab: str = "organisations"
    # The whole list instead of its beginning.
    is_whole: bool = False
    # "Waarom krijgt X dit?"
    asked: str = ""
    filled: Filled = field(default_factory=lambda: Filled(MultiDict()), compare=False)

    @classmethod
    def from_audience(cls, audience: dict[str, Any] | None) -> Builder:
        """Return the builder that shows this audience; nothing chosen yet: an empty one."""
        if not audience:
            return cls()
        clauses = _clauses_of(audience.get("rule") or {"any": []})
        return cls(
            clauses=clauses or (),
            reach=Reach(audience.get("reach") or Reach.EVERYONE),
            include="\n".join(audience.get("include") or ()),
            exclude="\n".join(audience.get("exclude") or ()),
            fixed=audience["rule"] if clauses is None else None,
        )

    @classmethod
    def from_form(cls, values: MultiDict[str, str]) -> Builder:
        """Return the builder as it was sent, after the button that was pressed in it (``do``)."""
        filled = Filled(values)
        builder = cls(
            clauses=_read_clauses(filled),
            reach=Reach(filled.one_of("reach", list(Reach)) or Reach.EVERYONE),
            include=filled.text("include", longest=20_000),
            exclude=filled.text("exclude", longest=20_000),
            fixed=_read_fixed(filled),
            tab=filled.one_of("tab", TABS) or filled.one_of("shown-tab", TABS) or TABS[0],
            is_whole=bool(filled.value("whole")),
            asked=filled.text("asked", longest=320),
            filled=filled,
        )
        return builder._pressed(filled.value("do"))

    @property
    def in_order(self) -> list[Clause]:
        """The clauses as the sentence has them: all of these, one of these, none of these."""
        return sorted(self.clauses, key=lambda clause: ORDER.index(clause.part))

    @property
    def is_empty(self) -> bool:
        """Nothing was chosen yet."""
        return self.fixed is None and not any(clause.node for clause in self.clauses) and not lines(self.include)

    @property
    def menu(self) -> list[tuple[str, str]]:
        """The conditions one can add: [(kind, name)]."""
        return [(words.kind, words.name) for words in clause_words().values() if words.is_offered]

    @property
    def reaches(self) -> list[tuple[str, str, str]]:
        """Whom of an organisation: [(value, word, explanation)]."""
        return [
            (Reach.EVERYONE.value, _("Iedereen"), _("Alle mensen die passen, en het postvak van de organisatie.")),
            (
                Reach.CONTACTS.value,
                _("De contactpersonen"),
                _("Heeft een organisatie die niet? Dan haar eigen postvak."),
            ),
            (
                Reach.ONE_PER_ORGANISATION.value,
                _("Eén per organisatie"),
                _("Haar eigen postvak, of anders de eerste contactpersoon die we kunnen mailen."),
            ),
        ]

    @property
    def fixed_json(self) -> str:
        return json.dumps(self.fixed) if self.fixed is not None else ""

    def rule(self) -> dict[str, Any]:
        """Return the rule that the clauses say; a clause in which nothing is chosen says nothing."""
        if self.fixed is not None:
            return self.fixed
        parts = {how: [clause.node for clause in self.clauses if clause.part is how and clause.node] for how in ORDER}
        if not any(parts.values()):
            return {"any": []}
        groups = [{how.value: parts[how]} for how in (How.ANY, How.NONE) if parts[how]]
        return {"all": [*parts[How.ALL], *groups]}

    def audience(self, session: Session) -> dict[str, Any]:
        """Return the audience as JSON to keep.

        Raises ``BadInput`` when nothing was chosen, or something in it is not good.
        """
        if self.filled.errors:
            name, sentence = next(iter(self.filled.errors.items()))
            raise BadInput(sentence, field=name)
        if self.is_empty:
            raise BadInput(
                _("Kies eerst een voorwaarde. Wil je iedereen bereiken? Kies dan ‘Iedereen’."), field="new-kind"
            )
        value = {
            "rule": self.rule(),
            "reach": self.reach.value,
            "include": lines(self.include),
            "exclude": lines(self.exclude),
        }
        audience = parse_audience(value)
        understand(session, audience)
        return audience_to_json(audience)

    def _pressed(self, button: str) -> Builder:
        if button == "add":
            return self._with_clause(self.filled.value("new-kind"))
        if button == "clear":
            return replace(self, clauses=(), fixed=None)
        if button.startswith("remove-"):
            return replace(self, clauses=tuple(clause for clause in self.clauses if f"remove-{clause.key}" != button))
        return self

    def _with_clause(self, kind: str) -> Builder:
        if kind not in clause_words() or len(self.clauses) >= MOST_CLAUSES:
            return self
        key = max((clause.key for clause in self.clauses), default=0) + 1
        part = self.filled.one_of("new-part", list(How)) or How.ALL
        node: dict[str, Any] | None = {"all": []} if clause_words()[kind].control == "none" else None
        return replace(self, clauses=(*self.clauses, Clause(key, kind, How(part), node, is_open=True)))


def _read_clauses(filled: Filled) -> tuple[Clause, ...]:
    keys = [int(key) for key in filled.several("clause")[:MOST_CLAUSES] if key.isdecimal() and len(key) < 6]
    found = (read_clause(filled, key) for key in dict.fromkeys(keys))
    return tuple(clause for clause in found if clause is not None)


def _read_fixed(filled: Filled) -> dict[str, Any] | None:
    text = filled.value("fixed")
    if not text:
        return None
    try:
        rule = json.loads(text)
    except ValueError:
        return None
    return rule if isinstance(rule, dict) else None


def _clauses_of(rule: dict[str, Any]) -> tuple[Clause, ...] | None:
    """Return the rule as clauses, or None when it is deeper than the builder."""
    sorted_out = _sort_out(rule)
    if sorted_out is None:
        return None
    found = [clause_of(number, node, part) for number, (part, node) in enumerate(sorted_out, 1)]
    clauses = tuple(clause for clause in found if clause is not None)
    return clauses if len(clauses) == len(found) else None


def _sort_out(rule: dict[str, Any]) -> list[tuple[How, dict[str, Any]]] | None:
    if rule in ({"all": []}, {"none": []}):
        return [(How.ALL, {"all": []})]
    how = next((how for how in How if how.value in rule), None)
    if how is None:
        return [(How.ALL, rule)]
    parts = rule[how.value]
    if how is not How.ALL:
        return [(how, part) for part in parts] if all(map(_is_leaf, parts)) else None
    found: list[tuple[How, dict[str, Any]]] = []
    for part in parts:
        inner = [(How.ALL, part)] if _is_leaf(part) else _sort_out(part)
        if inner is None or (not _is_leaf(part) and "all" in part):
            return None
        if any(how is How.ANY for how, _node in inner) and any(how is How.ANY for how, _node in found):
            return None
        found += inner
    return found


def _is_leaf(node: dict[str, Any]) -> bool:
    return node == {"all": []} or not any(how.value in node for how in How)
