"""The chips and groups of the builder as they are shown: what each says, what joins it, how many it matches alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.audiences.rules.criteria import Group, How, Rule, parse_audience, parse_rule
from mailer.audiences.rules.saying import say_clause, say_how
from mailer.audiences.rules.understanding import understand
from mailer.audiences.showing.facets import count_alone, count_words, is_small, organisations_that_fit
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.web.office.audiences import tree
from mailer.web.office.audiences.clauses import EVERYBODY, Clause, options_of
from mailer.web.office.audiences.tree import Branch, Part

# Conditions whose every word shows how many organisations it would match.
COUNTED = ("neighbourhood", "theme", "network", "kind", "target_group")


@dataclass(frozen=True)
class ShownClause:
    """A clause with its words: what its chip says, what can be ticked, and the word that joins it to the one before."""

    clause: Clause
    joint: str
    said: str
    options: list[tuple[str, str]]
    # value → how many organisations it would match beside the other clauses; empty: not counted.
    counts: dict[str, int] = field(default_factory=dict)
    # How many organisations fit this condition by itself; None: not counted.
    alone: int | None = None
    can_move_out: bool = False
    # How the group beside it begins, when it could move in there.
    beside: str = ""


@dataclass(frozen=True)
class ShownBranch:
    """A group with its parts."""

    branch: Branch
    joint: str = ""
    parts: list[ShownClause | ShownBranch] = field(default_factory=list)
    alone: int | None = None
    # Groups inside groups are numbered, so that a button can say which one it is about: "2.1".
    number: str = ""
    can_move_out: bool = False

    @property
    def clauses(self) -> Iterator[ShownClause]:
        """Every condition in it, in order."""
        for part in self.parts:
            if isinstance(part, ShownClause):
                yield part
            else:
                yield from part.clauses

    @property
    def groups(self) -> Iterator[ShownBranch]:
        """Every group in it, in order."""
        for part in self.parts:
            if isinstance(part, ShownBranch):
                yield part
                yield from part.groups


@dataclass(frozen=True)
class _Measured:
    """What is counted once for the whole tree."""

    session: Session
    root: Branch
    alone: dict[int, int]
    now: datetime


def show_tree(session: Session, root: Branch, *, now: datetime) -> ShownBranch:
    """Return the tree with its words and numbers; a part that is not good yet has none."""
    rules = {part.key: rule for part in tree.walk(root) if (rule := _understood(session, part)) is not None}
    alone = count_alone(session, rules, now=now) if is_small(session) else {}
    return _show_branch(_Measured(session, root, alone, now), root, "", "")


def _show_branch(measured: _Measured, branch: Branch, joint: str, number: str) -> ShownBranch:
    parts: list[ShownClause | ShownBranch] = []
    groups = 0
    for place, part in enumerate(branch.parts):
        word = _joint(branch, place, part)
        if isinstance(part, Branch):
            groups += 1
            parts.append(_show_branch(measured, part, word, f"{number}.{groups}".lstrip(".")))
        else:
            parts.append(_show_clause(measured, branch, part, word))
    return ShownBranch(branch, joint, parts, measured.alone.get(branch.key), number, can_move_out=number.count(".") > 0)


def _show_clause(measured: _Measured, branch: Branch, clause: Clause, joint: str) -> ShownClause:
    beside = tree.group_beside(measured.root, clause.key)
    return ShownClause(
        clause,
        joint,
        _said(measured.session, clause),
        options_of(measured.session, clause),
        _counts(measured, clause),
        alone=measured.alone.get(clause.key),
        can_move_out=branch.key != tree.ROOT,
        beside=say_how(beside.how).rstrip(":").lower() if beside else "",
    )


def _joint(branch: Branch, place: int, part: Part) -> str:
    """The word before a part; what must not hold says so there, because the eye skips a tick."""
    is_not = isinstance(part, Clause) and part.is_not
    if branch.how is How.NONE:
        word = _("niet") if place == 0 else _("en ook niet")
        return f"{word} {_('niet')}" if is_not else word
    if place == 0:
        return _("niet") if is_not else ""
    if branch.how is How.ANY:
        return _("of niet") if is_not else _("of")
    return _("maar niet") if is_not else _("en")


def _said(session: Session, clause: Clause) -> str:
    if clause.node is None:
        return _("%(name)s: nog niets gekozen", name=clause.words.name)
    if clause.kind == EVERYBODY:
        return _("in het adresboek")
    try:
        return say_clause(session, parse_rule(clause.node))
    except BadInput:
        return _("%(name)s: klopt nog niet", name=clause.words.name)


def _counts(measured: _Measured, clause: Clause) -> dict[str, int]:
    """Numbers to choose by; beside the rest of the rule where all of it must hold, else of the whole directory."""
    if clause.kind not in COUNTED:
        return {}
    parent = tree.parent_of(measured.root, clause.key)
    rest = tree.removed(measured.root, clause.key) if parent is measured.root else tree.EMPTY
    rule = _understood(measured.session, rest) if rest.how is How.ALL else None
    beside = organisations_that_fit(measured.session, rule or Group(How.ALL), now=measured.now)
    return count_words(measured.session, clause.kind, beside, now=measured.now)


def _understood(session: Session, part: Part) -> Rule | None:
    """The rule of a part by itself, without its "niet"; None when there is none or it is not good yet."""
    said = part.node if isinstance(part, Clause) else tree.rule_of(part)
    if not said:
        return None
    try:
        return understand(session, parse_audience({"rule": said})).rule
    except BadInput:
        return None
