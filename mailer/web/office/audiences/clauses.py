"""One clause of the builder: a condition as form fields, and form fields as a condition.

A clause knows the JSON of its condition and nothing of what that means: meaning is ``audiences.rules.criteria``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.directory.models import (
    Neighbourhood,
    Network,
    Organisation,
    OrganisationKind,
    Person,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.directory.queries import OrganisationFilter, organisations
from mailer.events.models import Event
from mailer.foundation import clock
from mailer.foundation.clock import say_day_month
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import language_name
from mailer.mailings.models import Mailing
from mailer.web.forms import Filled

EVERYBODY = "everybody"
MOST_OPTIONS = 40
WORDS: dict[str, Any] = {
    "theme": Theme,
    "neighbourhood": Neighbourhood,
    "network": Network,
    "kind": OrganisationKind,
    "target_group": TargetGroup,
    "role": RoleKind,
    "segment": Segment,
}


# What is picked in these, by its number.
PICKED = {"attended": "event", "received": "mailing"}


@dataclass(frozen=True)
class ClauseWords:
    """How staff meets one kind of condition: its name, the question of its chooser, and a hint."""

    kind: str
    name: str
    question: str
    hint: str = ""
    # Which fields the chooser shows: words, find, day, lines, answer, pick, or none.
    control: str = "words"


@dataclass(frozen=True)
class Clause:
    """One condition in the builder. ``node`` is its JSON, None while nothing is chosen in it."""

    key: int
    kind: str
    node: dict[str, Any] | None = None
    # It must not hold.
    is_not: bool = False
    # What somebody looks for in a list too long to show.
    find: str = field(default="", compare=False)
    is_open: bool = field(default=False, compare=False)

    @property
    def words(self) -> ClauseWords:
        return clause_words()[self.kind]

    @property
    def chosen(self) -> list[str]:
        """The words that are ticked."""
        value = (self.node or {}).get(self.kind, [])
        return [value] if isinstance(value, str) else [str(each) for each in value]

    @property
    def day(self) -> str:
        """The day of "sinds", or the day on which somebody was a member."""
        return str((self.node or {}).get("on" if self.kind == "network" else self.kind, ""))

    @property
    def picked(self) -> str:
        """The number of the meeting or the mailing that was picked."""
        value = (self.node or {}).get(self.kind)
        return str(value[PICKED[self.kind]]) if isinstance(value, dict) else ""

    @property
    def is_area_wide(self) -> bool:
        return bool((self.node or {}).get("area_wide", True))

    @property
    def answer(self) -> dict[str, Any]:
        return dict((self.node or {}).get("answer", {"event": "", "is": "none"}))


def clause_words() -> dict[str, ClauseWords]:
    """Return every condition the builder offers, in the order of its menu."""
    one_is_enough = _("Eén van deze is genoeg.")
    taken_over = _(
        "Eén van deze is genoeg. Je neemt de voorwaarden over, en wie daar met de hand erbij of eruit is. "
        "Wie van een organisatie de mail krijgt, kies je hier zelf."
    )
    offered = (
        ClauseWords("neighbourhood", _("Wijk"), _("Welke wijken?"), one_is_enough),
        ClauseWords("theme", _("Thema"), _("Welke thema’s?"), one_is_enough),
        ClauseWords("network", _("Netwerk"), _("Lid van welk netwerk?"), one_is_enough),
        ClauseWords("kind", _("Soort organisatie"), _("Welke soorten?"), one_is_enough),
        ClauseWords("target_group", _("Voor wie de organisatie er is"), _("Voor wie?"), one_is_enough),
        ClauseWords("role", _("Rol van de persoon"), _("Welke rollen?"), one_is_enough),
        ClauseWords("language", _("Taal van de persoon"), _("Welke talen?"), one_is_enough),
        ClauseWords("answer", _("Reactie op een bijeenkomst"), _("Welke reactie?"), control="answer"),
        ClauseWords("attended", _("Was op een bijeenkomst"), _("Welke bijeenkomst?"), control="pick"),
        ClauseWords("received", _("Kreeg een mailing"), _("Welke mailing?"), control="pick"),
        ClauseWords("added_since", _("Nieuw in het adresboek"), _("Sinds welke dag?"), control="day"),
        ClauseWords("checked_before", _("Lang niet nagekeken"), _("Niet nagekeken sinds welke dag?"), control="day"),
        ClauseWords("organisation", _("Organisatie op naam"), _("Welke organisaties?"), one_is_enough, "find"),
        ClauseWords("address", _("E-mailadres"), _("Welke adressen?"), _("Eén per regel."), control="lines"),
        ClauseWords("segment", _("Bewaarde selectie"), _("Welke selecties?"), taken_over),
        ClauseWords(EVERYBODY, _("Iedereen"), _("Iedereen in het adresboek"), control="none"),
    )
    return {each.kind: each for each in offered}


def read_clause(filled: Filled, key: int) -> Clause | None:
    """Return the clause that the form holds under this number, or None when there is none."""
    kind = filled.value(f"kind-{key}")
    if kind not in clause_words():
        return None
    node = _READERS.get(clause_words()[kind].control, _read_words)(filled, key, kind)
    find = filled.text(f"find-{key}", longest=100)
    return Clause(key, kind, node, is_not=filled.is_ticked(f"not-{key}"), find=find, is_open=bool(find))


def clause_of(key: int, node: dict[str, Any], *, is_not: bool = False) -> Clause | None:
    """Return the clause for a condition's JSON, or None when the builder has no fields for it."""
    if node == {"all": []}:
        return Clause(key, EVERYBODY, node, is_not)
    kind = next((name for name in node if name in clause_words() and name != EVERYBODY), None)
    return Clause(key, kind, node, is_not) if kind else None


def options_of(session: Session, clause: Clause) -> list[tuple[str, str]]:
    """Return what can be ticked or picked in a clause: [(value, word)]."""
    kind = clause.kind
    if kind == "organisation":
        return _organisations(session, clause)
    if kind == "language":
        codes = session.scalars(select(Person.language).distinct())
        return sorted(((code, language_name(code)) for code in codes), key=lambda option: option[1])
    if kind == "received":
        sent = select(Mailing).where(Mailing.prepared_at.is_not(None))
        return [(str(one.id), one.shown_title) for one in _newest(session, sent, Mailing, Mailing.id, clause.picked)]
    if kind in ("answer", "attended"):
        picked = str(clause.answer["event"]) if kind == "answer" else clause.picked
        found = _newest(session, select(Event), Event, Event.starts_at, picked)
        return [(str(event.id), f"{event.title} ({say_day_month(event.starts_at)})") for event in found]
    model = WORDS.get(kind)
    if model is None:
        return []
    order = (model.name,) if model is Segment else (model.position, model.name)
    return [(row.slug, row.name) for row in session.scalars(select(model).order_by(*order))]


def _newest(session: Session, question: Select[Any], model: Any, order: Any, picked: str) -> list[Any]:
    """The newest, and the one that was picked before, however old it is."""
    found = list(session.scalars(question.order_by(order.desc()).limit(MOST_OPTIONS)))
    if picked.isdecimal() and picked not in {str(row.id) for row in found}:
        found += session.scalars(select(model).where(model.id == int(picked)))
    return found


def _organisations(session: Session, clause: Clause) -> list[tuple[str, str]]:
    """The ones that are ticked, and those that somebody looks for."""
    chosen = session.scalars(select(Organisation).where(Organisation.slug.in_(clause.chosen))).all()
    options = sorted((row.slug, row.name) for row in chosen)
    if clause.find:
        wanted = organisations(OrganisationFilter(text=clause.find), day=clock.today(clock.now()))
        options += [(row.slug, row.name) for row in session.scalars(wanted.limit(MOST_OPTIONS)) if row not in chosen]
    return options


def lines(text: str) -> list[str]:
    """Return what stands in a box with one thing a line; commas and semicolons part too."""
    return [one.strip() for one in re.split(r"[\n,;]", text) if one.strip()]


def _read_words(filled: Filled, key: int, kind: str) -> dict[str, Any] | None:
    chosen = filled.several(f"value-{key}")
    if not chosen:
        return None
    node: dict[str, Any] = {kind: chosen}
    if kind == "neighbourhood" and not filled.is_ticked(f"wide-{key}"):
        node["area_wide"] = False
    if kind == "network":
        on = filled.day(f"day-{key}")
        node.update({"on": on.isoformat()} if on else {})
    return node


def _read_day(filled: Filled, key: int, kind: str) -> dict[str, Any] | None:
    day = filled.day(f"day-{key}")
    return {kind: day.isoformat()} if day else None


def _read_lines(filled: Filled, key: int, kind: str) -> dict[str, Any] | None:
    chosen = lines(filled.value(f"lines-{key}"))
    return {kind: chosen} if chosen else None


def _read_answer(filled: Filled, key: int, kind: str) -> dict[str, Any] | None:
    event = filled.value(f"event-{key}")
    said = filled.value(f"said-{key}")
    if not event.isdecimal() or len(event) > 12:
        return None
    if said not in ("yes", "no", "none"):
        raise BadInput(_("Kies een van de mogelijkheden."), field=f"said-{key}")
    return {kind: {"event": int(event), "is": said}}


def _read_picked(filled: Filled, key: int, kind: str) -> dict[str, Any] | None:
    number = filled.value(f"event-{key}")
    return {kind: {PICKED[kind]: int(number)}} if number.isdecimal() and len(number) < 12 else None


_READERS: dict[str, Callable[[Filled, int, str], dict[str, Any] | None]] = {
    "words": _read_words,
    "day": _read_day,
    "lines": _read_lines,
    "answer": _read_answer,
    "pick": _read_picked,
    "none": lambda _filled, _key, _kind: {"all": []},
}
