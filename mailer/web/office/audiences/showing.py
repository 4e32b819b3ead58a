"""What the builder shows of an audience: its sentence, the sum, the board of wijken, and one list. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.audiences.choosing import ANY_PURPOSE, AudienceCount, Purpose, count
from mailer.audiences.coverage import Coverage, coverage
from mailer.audiences.criteria import parse_rule, understand
from mailer.audiences.explaining import Explanation, explain
from mailer.audiences.facets import count_words, organisations_that_fit
from mailer.audiences.queries import (
    MailboxLine,
    PartyLine,
    list_mailboxes,
    list_organisations,
    list_people,
    unknown_addresses,
)
from mailer.audiences.saying import audience_sentence, rule_sentence, say_clause
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.subscriptions.permission import say_refusal
from mailer.web.office.audiences.builder import Builder
from mailer.web.office.audiences.clauses import EVERYBODY, Clause, options_of
from mailer.web.office.audiences.refused import Refused, refused_lines, without_basis

# Conditions whose every word shows how many organisations it would match.
COUNTED = ("neighbourhood", "theme", "network", "kind", "target_group")
# Rows of a list on the page before somebody asks for all of them.
FIRST_ROWS = 20
MOST_GAPS = 3
# Where the neighbourhoods lie, from the north-west; a neighbourhood that is not here comes after.
BOARD = (
    "witte-dorp",
    "spangen",
    "nieuwe-westen",
    "middelland",
    "oud-mathenesse",
    "tussendijken",
    "delfshaven-buurt",
    "onbekend",
    "nieuw-mathenesse",
    "bospolder",
    "schiemond",
    "heel-delfshaven",
)


@dataclass(frozen=True)
class ShownClause:
    """A clause with its words: what its chip says, what can be ticked, and the word that joins it to the one before."""

    clause: Clause
    joint: str
    said: str
    options: list[tuple[str, str]]
    # value → how many organisations it would match beside the other clauses; empty: not counted.
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """Everything the builder shows. ``problem`` is what is wrong with the rule; then there are no numbers."""

    clauses: list[ShownClause]
    problem: str = ""
    sentence: str = ""
    fixed_sentence: str = ""
    numbers: AudienceCount | None = None
    refused_words: list[tuple[str, int]] = field(default_factory=list)
    board: list[Coverage] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    rows: Sequence[PartyLine | MailboxLine | Refused] = ()
    more_rows: int = 0
    # Mailboxes without a basis, for recording one for all of them: functional ones and others.
    functional_without_basis: Sequence[int] = ()
    personal_without_basis: Sequence[int] = ()
    unknown: list[str] = field(default_factory=list)
    explanation: Explanation | None = None

    @property
    def refused_count(self) -> int:
        numbers = self.numbers
        return numbers.mailboxes - numbers.mailable + numbers.no_mailbox if numbers else 0


def show_audience(session: Session, builder: Builder, *, now: datetime, purpose: Purpose = ANY_PURPOSE) -> Shown:
    """Return what the builder shows; what is not right yet becomes a sentence, never an error."""
    clauses = _clauses(session, builder, now=now)
    fixed = rule_sentence(session, builder.fixed) if builder.fixed is not None and _is_good(builder.fixed) else ""
    if builder.is_empty and not builder.filled.errors:
        return Shown(clauses, fixed_sentence=fixed)
    try:
        audience = builder.audience(session)
    except BadInput as problem:
        return Shown(clauses, problem=problem.sentence, fixed_sentence=fixed)
    numbers = count(session, audience, now=now, purpose=purpose)
    board = _board(coverage(session, audience, now=now, purpose=purpose))
    rows = _rows(session, builder.tab, audience, now=now, purpose=purpose)
    functional, personal = without_basis(session, rows)
    return Shown(
        clauses,
        sentence=audience_sentence(session, audience),
        fixed_sentence=fixed,
        numbers=numbers,
        refused_words=[(say_refusal(reason), amount) for reason, amount in numbers.refused.items()],
        board=board,
        gaps=_gaps(board),
        rows=rows if builder.is_whole else rows[:FIRST_ROWS],
        more_rows=0 if builder.is_whole else max(0, len(rows) - FIRST_ROWS),
        functional_without_basis=functional,
        personal_without_basis=personal,
        unknown=unknown_addresses(session, audience),
        explanation=_explanation(session, builder, audience, now=now, purpose=purpose),
    )


def _clauses(session: Session, builder: Builder, *, now: datetime) -> list[ShownClause]:
    shown = []
    previous: Clause | None = None
    for clause in builder.in_order:
        shown.append(
            ShownClause(
                clause,
                _joint(previous, clause),
                _said(session, clause),
                options_of(session, clause),
                _counts(session, builder, clause, now=now),
            )
        )
        previous = clause
    return shown


def _counts(session: Session, builder: Builder, clause: Clause, *, now: datetime) -> dict[str, int]:
    if clause.kind not in COUNTED:
        return {}
    rest = replace(builder, clauses=tuple(each for each in builder.clauses if each.key != clause.key))
    beside = rest.rule() if any(each.node for each in rest.clauses) else {"all": []}
    try:
        rule = understand(session, {"rule": beside}).rule
    except BadInput:
        return {}
    return count_words(session, clause.kind, organisations_that_fit(session, rule, now=now), now=now)


def _joint(previous: Clause | None, clause: Clause) -> str:
    is_first = previous is None or previous.part is not clause.part
    if clause.part.value == "all":
        return "" if is_first else _("en")
    if clause.part.value == "any":
        if not is_first:
            return _("of")
        return _("en minstens één van deze:") if previous else _("minstens één van deze:")
    return _("maar niet") if is_first else _("of")


def _said(session: Session, clause: Clause) -> str:
    if clause.node is None:
        return _("%(name)s: nog niets gekozen", name=clause.words.name)
    if clause.kind == EVERYBODY:
        return _("in het adresboek")
    try:
        return say_clause(session, parse_rule(clause.node))
    except BadInput:
        return _("%(name)s: klopt nog niet", name=clause.words.name)


def _is_good(rule: dict[str, Any]) -> bool:
    try:
        parse_rule(rule)
    except BadInput:
        return False
    return True


def _board(places: list[Coverage]) -> list[Coverage]:
    order = {slug: number for number, slug in enumerate(BOARD)}
    known = [place for place in places if place.total]
    return sorted(known, key=lambda place: order.get(place.slug, len(BOARD)))


def _gaps(board: list[Coverage]) -> list[str]:
    """The few places that were forgotten; when most are missing, that was the choice."""
    missing = [place.neighbourhood for place in board if place.is_on_the_map and not place.reached]
    return missing if len(missing) <= MOST_GAPS else []


def _rows(
    session: Session, tab: str, audience: dict[str, Any], *, now: datetime, purpose: Purpose
) -> Sequence[PartyLine | MailboxLine | Refused]:
    if tab == "people":
        return list_people(session, audience, now=now, purpose=purpose)
    if tab == "mailboxes":
        return [line for line in list_mailboxes(session, audience, now=now, purpose=purpose) if line.refusal is None]
    if tab == "refused":
        return refused_lines(session, audience, now=now, purpose=purpose)
    return list_organisations(session, audience, now=now, purpose=purpose)


def _explanation(
    session: Session, builder: Builder, audience: dict[str, Any], *, now: datetime, purpose: Purpose
) -> Explanation | None:
    if not builder.asked:
        return None
    try:
        return explain(session, audience, builder.asked, now=now, purpose=purpose)
    except BadInput as problem:
        return Explanation(False, [problem.sentence], None)
