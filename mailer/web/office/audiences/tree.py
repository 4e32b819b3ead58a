"""A rule as staff builds it: conditions and groups of conditions, to any depth, each with a number.

Values only: every change gives a new tree. From JSON and back; a tree says the same as its rule, never more or less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from mailer.audiences.rules.criteria import How
from mailer.web.office.audiences.clauses import Clause, clause_of

ROOT = 0


@dataclass(frozen=True)
class Branch:
    """A group: how its parts count, and its parts in order."""

    key: int
    how: How
    parts: tuple[Part, ...] = ()
    is_open: bool = field(default=False, compare=False)


Part = Clause | Branch
EMPTY = Branch(ROOT, How.ALL)


def grow(rule: dict[str, Any]) -> Branch | None:
    """Return the tree of a rule, or None when it has something for which there are no fields."""
    if rule == {"any": []}:
        return EMPTY
    numbers = iter(range(1, 1_000_000))
    how = _how_of(rule)
    if how is None or not rule[how.value] or _is_not_clause(rule):
        how, nodes = How.ALL, [rule]  # One condition by itself.
    else:
        nodes = rule[how.value]
    parts = [_part_of(node, numbers) for node in nodes]
    return None if None in parts else Branch(ROOT, how, tuple(part for part in parts if part is not None))


def rule_of(part: Part) -> dict[str, Any] | None:
    """Return the JSON that a part says, or None when nothing is chosen in it."""
    if isinstance(part, Clause):
        return {"none": [part.node]} if part.is_not and part.node else part.node
    said = [rule for rule in map(rule_of, part.parts) if rule]
    return {part.how.value: said} if said else None


def walk(branch: Branch) -> Iterator[Part]:
    """Walk over every part inside a group, in order; groups before what is in them."""
    for part in branch.parts:
        yield part
        if isinstance(part, Branch):
            yield from walk(part)


def clauses_in(branch: Branch) -> list[Clause]:
    return [part for part in walk(branch) if isinstance(part, Clause)]


def next_key(root: Branch) -> int:
    return max((part.key for part in walk(root)), default=ROOT) + 1


def parent_of(root: Branch, key: int) -> Branch | None:
    """Return the group that a part stands in."""
    groups = [root, *(part for part in walk(root) if isinstance(part, Branch))]
    return next((group for group in groups if any(part.key == key for part in group.parts)), None)


def added(root: Branch, group: int, part: Part) -> Branch:
    """Return the tree with this part at the end of a group."""
    return _changed(root, group, lambda branch: replace(branch, parts=(*branch.parts, part)))


def removed(root: Branch, key: int) -> Branch:
    """Return the tree without this part and what is in it."""
    return _without(root, key)


def wrapped(root: Branch, key: int) -> Branch:
    """Return the tree in which this part has a group of its own, that counts the other way than where it stood."""
    parent = parent_of(root, key)
    if parent is None:
        return root
    how = How.ALL if parent.how is How.ANY else How.ANY
    number = next_key(root)
    return _spliced(root, key, lambda part: (Branch(number, how, (part,), is_open=True),))


def unwrapped(root: Branch, key: int) -> Branch:
    """Return the tree in which the parts of a group stand where the group stood."""
    return _spliced(root, key, lambda part: part.parts if isinstance(part, Branch) else (part,))


def moved_out(root: Branch, key: int) -> Branch:
    """Return the tree in which this part stands right after the group it was in."""
    parent = parent_of(root, key)
    if parent is None or parent.key == ROOT:
        return root
    part = next(part for part in parent.parts if part.key == key)
    return _spliced(_without(root, key), parent.key, lambda group: (group, part))


def moved_in(root: Branch, key: int) -> Branch:
    """Return the tree in which this part stands in the group beside it: the next one, else the one before."""
    group = group_beside(root, key)
    part = next((part for part in walk(root) if part.key == key), None)
    if group is None or part is None:
        return root
    return added(_without(root, key), group.key, part)


def group_beside(root: Branch, key: int) -> Branch | None:
    """Return the group in the same place that a part could move into."""
    parent = parent_of(root, key)
    if parent is None:
        return None
    place = [part.key for part in parent.parts].index(key)
    beside = [*parent.parts[place + 1 :], *reversed(parent.parts[:place])]
    return next((part for part in beside if isinstance(part, Branch)), None)


def _how_of(rule: dict[str, Any]) -> How | None:
    return next((how for how in How if how.value in rule), None)


def _is_not_clause(rule: dict[str, Any]) -> bool:
    """A single condition that must not hold is a tick of that condition, not a group."""
    parts = rule.get("none")
    return isinstance(parts, list) and len(parts) == 1 and _how_of(parts[0]) is None


def _part_of(node: dict[str, Any], numbers: Iterator[int]) -> Part | None:
    how, number = _how_of(node), next(numbers)
    if _is_not_clause(node):
        return clause_of(number, node["none"][0], is_not=True)
    if how is None or node == {"all": []}:
        return clause_of(number, node)
    parts = [_part_of(part, numbers) for part in node[how.value]]
    found = tuple(part for part in parts if part is not None)
    return Branch(number, how, found) if len(found) == len(parts) and found else None


def _changed(branch: Branch, key: int, change: Callable[[Branch], Branch]) -> Branch:
    if branch.key == key:
        return change(branch)
    parts = tuple(_changed(part, key, change) if isinstance(part, Branch) else part for part in branch.parts)
    return replace(branch, parts=parts)


def _without(branch: Branch, key: int) -> Branch:
    parts = tuple(_without(part, key) if isinstance(part, Branch) else part for part in branch.parts if part.key != key)
    return replace(branch, parts=parts)


def _spliced(branch: Branch, key: int, instead: Callable[[Part], tuple[Part, ...]]) -> Branch:
    parts: list[Part] = []
    for part in branch.parts:
        if part.key == key:
            parts += instead(part)
        else:
            parts.append(_spliced(part, key, instead) if isinstance(part, Branch) else part)
    return replace(branch, parts=tuple(parts))
