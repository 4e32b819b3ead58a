"""Atoms: each condition of a rule with one word, asked of seats apart, and a rule decided by what held.

The database says which atoms hold for a seat; "all", "any" and "none" of them are worked out here, wherever a handful
of seats is explained. What an atom means is said by its ``LeafKind`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, literal, type_coerce

from mailer.audiences.rules.criteria import How, Leaf, Rule, kind_of, leaves_of
from mailer.audiences.seats import Seat

# An atom is one condition with one word: (kind, value).
Atom = tuple[str, Any]


def atoms_of(rule: Rule) -> list[Atom]:
    """Return every condition of an expanded rule, each word of "any of these" apart, in the order of ``holds``."""
    return list(dict.fromkeys(atom for leaf in leaves_of(rule) for atom in atoms_in(leaf)))


def atoms_in(leaf: Leaf) -> Iterator[Atom]:
    """Walk over the words of one condition."""
    for value in kind_of(leaf).atoms(leaf.value):
        yield leaf.kind, value


def holds(atoms: Sequence[Atom], seat: Seat, now: datetime) -> ColumnElement[str]:
    """Return for a seat a "1" for each atom that holds and a "0" for each other, as one text."""
    letters: list[ColumnElement[str]] = [
        case((kind_of(Leaf(*atom)).compile(atom[1], seat, now), "1"), else_="0") for atom in atoms
    ]
    return type_coerce(_strung_together(letters), String)


def truths_of(atoms: Sequence[Atom], held: str) -> dict[Atom, bool]:
    """Return what ``holds`` said as truths."""
    return {atom: each == "1" for atom, each in zip(atoms, held, strict=True)}


def is_true(rule: Rule, truths: Mapping[Atom, bool]) -> bool:
    """Return whether a rule holds when this is so of its atoms."""
    if isinstance(rule, Leaf):
        return any(truths[atom] for atom in atoms_in(rule))
    parts = (is_true(part, truths) for part in rule.parts)
    if rule.how is How.ALL:
        return all(parts)
    return any(parts) if rule.how is How.ANY else not any(parts)


def _strung_together(letters: list[ColumnElement[str]]) -> ColumnElement[str]:
    """By halves: a rule of a thousand words is then ten levels deep, not a thousand."""
    if len(letters) < 2:
        return letters[0] if letters else literal("", String)
    middle = len(letters) // 2
    return _strung_together(letters[:middle]).concat(_strung_together(letters[middle:]))
