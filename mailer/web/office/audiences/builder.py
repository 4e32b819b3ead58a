"""The builder of an audience: sentences with chips in groups, kept in the fields of a form: no JavaScript needed.

A rule here is a tree of any depth (``tree``). Every button sends the whole form with what it does in ``do``: a verb and
the number of the part it is about ("wrap-3"). A rule with something the fields do not know is kept as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mailer.audiences.models import Reach
from mailer.audiences.rules.criteria import How, audience_to_json, parse_audience
from mailer.audiences.rules.understanding import understand
from mailer.audiences.why.stand_ins import say_order
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.web.forms import Filled
from mailer.web.office.audiences import tree
from mailer.web.office.audiences.clauses import Clause, clause_words, lines, read_clause
from mailer.web.office.audiences.tree import Branch, Part
from mailer.web.pages import page_number

TABS = ("organisations", "people", "mailboxes", "refused")
# More than this nobody builds by hand; a longer rule from a file is kept as it is.
MOST_PARTS = 200


@dataclass(frozen=True)
class Builder:
    """What the form holds. ``fixed`` is a rule with more than the fields know, kept as it is."""

    root: Branch = tree.EMPTY
    reach: Reach = Reach.EVERYONE
    include: str = ""
    exclude: str = ""
    fixed: dict[str, Any] | None = None
    tab: str = "organisations"
    # Which page of the list, and what somebody looks for in it.
    page: int = 1
    search: str = ""
    # "Waarom krijgt X dit?"
    asked: str = ""
    # Whom somebody looks for, to put in or out by hand.
    looked_for: str = ""
    filled: Filled = field(default_factory=lambda: Filled(MultiDict()), compare=False)

    @classmethod
    def from_audience(cls, audience: dict[str, Any] | None) -> Builder:
        """Return the builder that shows this audience; nothing chosen yet: an empty one."""
        if not audience:
            return cls()
        root = tree.grow(audience.get("rule") or {"any": []})
        if root is not None and len(list(tree.walk(root))) > MOST_PARTS:
            root = None
        return cls(
            root=root or tree.EMPTY,
            reach=Reach(audience.get("reach") or Reach.EVERYONE),
            include="\n".join(audience.get("include") or ()),
            exclude="\n".join(audience.get("exclude") or ()),
            fixed=audience["rule"] if root is None else None,
        )

    @classmethod
    def from_form(cls, values: MultiDict[str, str]) -> Builder:
        """Return the builder as it was sent, after the button that was pressed in it (``do``)."""
        filled = Filled(values)
        builder = cls(
            root=_read_tree(filled),
            reach=Reach(filled.one_of("reach", list(Reach)) or Reach.EVERYONE),
            include=filled.text("include", longest=20_000),
            exclude=filled.text("exclude", longest=20_000),
            fixed=_read_fixed(filled),
            tab=filled.one_of("tab", TABS) or filled.one_of("shown-tab", TABS) or TABS[0],
            page=page_number(filled.value("page")),
            search=filled.text("search", longest=100),
            asked=filled.text("asked", longest=320),
            looked_for=filled.text("looked-for", longest=100),
            filled=filled,
        )
        return builder._pressed(filled.value("do"))

    @property
    def is_empty(self) -> bool:
        """Nothing was chosen yet."""
        return self.fixed is None and tree.rule_of(self.root) is None and not lines(self.include)

    @property
    def clauses(self) -> list[Clause]:
        """Every condition, in the order of the sentence."""
        return tree.clauses_in(self.root)

    @property
    def menu(self) -> list[tuple[str, str]]:
        """The conditions one can add: [(kind, name)]."""
        return [(words.kind, words.name) for words in clause_words().values()]

    @property
    def reaches(self) -> list[tuple[str, str, str]]:
        """Whom of an organisation, and in which order they are tried: [(value, word, order)]."""
        words = {
            Reach.EVERYONE: _("Iedereen"),
            Reach.CONTACTS: _("De contactpersonen"),
            Reach.ONE_PER_ORGANISATION: _("Eén per organisatie"),
        }
        return [(reach.value, word, say_order(reach)) for reach, word in words.items()]

    @property
    def fixed_json(self) -> str:
        return json.dumps(self.fixed) if self.fixed is not None else ""

    def rule(self) -> dict[str, Any]:
        """Return the rule that the clauses say; a clause in which nothing is chosen says nothing."""
        if self.fixed is not None:
            return self.fixed
        return tree.rule_of(self.root) or {"any": []}

    def audience(self, session: Session) -> dict[str, Any]:
        """Return the audience as JSON to keep.

        Raises ``BadInput`` when nothing was chosen, or something in it is not good.
        """
        if self.filled.errors:
            name, sentence = next(iter(self.filled.errors.items()))
            raise BadInput(sentence, field=name)
        if self.is_empty:
            raise BadInput(
                _("Kies eerst een voorwaarde. Wil je iedereen bereiken? Kies dan ‘Iedereen’."), field="new-kind-0"
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
        if button == "clear":
            return replace(self, root=tree.EMPTY, fixed=None)
        verb, _dash, number = button.partition("-")
        if verb == "pin":
            return self._pinned(button)
        if verb in ("add", "group"):
            return self._with_part(verb, int(number) if number.isdecimal() else tree.ROOT)
        change = _CHANGES.get(verb)
        return replace(self, root=change(self.root, int(number))) if change and number.isdecimal() else self

    def _with_part(self, verb: str, group: int) -> Builder:
        if len(list(tree.walk(self.root))) >= MOST_PARTS:
            most = _(
                "Een regel kan hier hooguit %(most)s delen hebben. Zet een deel in een eigen selectie.", most=MOST_PARTS
            )
            self.filled.wrong("rule", most)
            return self
        key = tree.next_key(self.root)
        if verb == "group":
            return replace(self, root=tree.added(self.root, group, Branch(key, self._other_how(group), is_open=True)))
        kind = self.filled.value(f"new-kind-{group}") or self.filled.value("new-kind")
        if kind not in clause_words():
            return self
        node: dict[str, Any] | None = {"all": []} if clause_words()[kind].control == "none" else None
        return replace(self, root=tree.added(self.root, group, Clause(key, kind, node, is_open=True)))

    def _other_how(self, group: int) -> How:
        """A group inside "alle van deze" is nearly always "één van deze", and the other way round."""
        branches = [self.root, *(part for part in tree.walk(self.root) if isinstance(part, Branch))]
        inside = next((branch for branch in branches if branch.key == group), self.root)
        return How.ALL if inside.how is How.ANY else How.ANY

    def _pinned(self, button: str) -> Builder:
        """Put an address that was found in or out: "pin-in:a@example.org"."""
        where, _colon, address = button.removeprefix("pin-").partition(":")
        include = [each for each in lines(self.include) if each != address]
        exclude = [each for each in lines(self.exclude) if each != address]
        (include if where == "in" else exclude).append(address)
        return replace(self, include="\n".join(include), exclude="\n".join(exclude))


_CHANGES: dict[str, Callable[[Branch, int], Branch]] = {
    "remove": tree.removed,
    "wrap": tree.wrapped,
    "unwrap": tree.unwrapped,
    "out": tree.moved_out,
    "into": tree.moved_in,
}


def _read_tree(filled: Filled) -> Branch:
    """The form names its parts in order ("clause"), and for each the group it stands in ("in-3")."""
    numbers = [int(key) for key in filled.several("clause")[: MOST_PARTS + 1] if key.isdecimal() and len(key) < 6]
    root = Branch(tree.ROOT, _read_how(filled, tree.ROOT))
    for key in dict.fromkeys(number for number in numbers if number != tree.ROOT):
        part: Part | None = read_clause(filled, key)
        if filled.value(f"kind-{key}") == "group":
            part = Branch(key, _read_how(filled, key))
        if part is not None:
            root = tree.added(root, _group_in(root, filled.value(f"in-{key}")), part)
    return root


def _group_in(root: Branch, number: str) -> int:
    groups = {str(part.key): part.key for part in tree.walk(root) if isinstance(part, Branch)}
    return groups.get(number, tree.ROOT)


def _read_how(filled: Filled, key: int) -> How:
    return How(filled.one_of(f"how-{key}", [how.value for how in How]) or How.ALL)


def _read_fixed(filled: Filled) -> dict[str, Any] | None:
    text = filled.value("fixed")
    if not text:
        return None
    try:
        rule = json.loads(text)
    except ValueError:
        return None
    return rule if isinstance(rule, dict) else None
