"""Small words that conditions are read and said with: lists of slugs, days, names, languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.rules.criteria import bad_rule
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing


def any_of(spoken: list[str]) -> str:
    """Return "a, b of c"."""
    return listing(spoken, joined_by="of")


def all_of(spoken: list[str]) -> str:
    """Return "a, b en c"."""
    return listing(spoken)


def words(node: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    """Return the word or words behind a key: ``"a"`` and ``["a", "b"]`` are both fine.

    Raises ``BadInput`` that names the place when it is neither, or an empty list.
    """
    value = [node[name]] if isinstance(node[name], str) else node[name]
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise bad_rule(place, _("achter ‘%(name)s’ hoort een woord of een lijst met woorden", name=name))
    return tuple(dict.fromkeys(value))


def day(value: Any, name: str, place: str) -> date:
    """Return the day of "2026-10-01"; raises ``BadInput`` that names the place."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise bad_rule(place, _("achter ‘%(name)s’ hoort een datum zoals 2026-10-01", name=name)) from None


def names(session: Session, model: Any, slugs: Sequence[str]) -> list[str]:
    """Return the names of these words, in the order staff sees them."""
    rows = session.scalars(select(model).where(model.slug.in_(slugs)))
    return [row.name for row in sorted(rows, key=lambda row: (getattr(row, "position", 0), row.name))]


def check_words(model: Any, sentence: Callable[[str], str]) -> Callable[[Session, Any], None]:
    """Return a check that every slug is a row; a word that does not exist could mean "everybody" inside a "none"."""

    def check(session: Session, value: Any) -> None:
        slugs = value if isinstance(value, tuple) else value.slugs
        known = set(session.scalars(select(model.slug).where(model.slug.in_(slugs))))
        for slug in slugs:
            if slug not in known:
                raise BadInput(sentence(slug), field="rule")

    return check
