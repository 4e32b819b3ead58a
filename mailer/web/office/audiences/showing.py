"""What the builder shows of an audience: its sentence, the sum, the board of wijken, and one list. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.queries import unknown_addresses
from mailer.audiences.rules.criteria import Audience, parse_rule
from mailer.audiences.rules.saying import Line, audience_sentence, is_deep, rule_lines, rule_sentence
from mailer.audiences.rules.understanding import understand
from mailer.audiences.showing.counting import AudienceCount, count
from mailer.audiences.showing.coverage import coverage
from mailer.audiences.showing.coverage_board import Coverage
from mailer.audiences.showing.lines import MailboxLine, PartyLine
from mailer.audiences.showing.lists import Asked, Listed, Lists
from mailer.audiences.why.explaining import Explanation, explain
from mailer.directory.models import Mailbox, Neighbourhood
from mailer.directory.queries import mailboxes
from mailer.foundation.errors import BadInput
from mailer.subscriptions.permission import say_refusal
from mailer.web.office.audiences.builder import Builder
from mailer.web.office.audiences.chips import ShownBranch, show_tree
from mailer.web.office.audiences.refused import Refused, shown_refused, without_basis
from mailer.web.pages import Page

PER_PAGE = 20
MOST_GAPS = 3
MOST_FOUND = 12
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


Place = TypeVar("Place", Coverage, Neighbourhood)


@dataclass(frozen=True)
class Shown:
    """Everything the builder shows. ``problem`` is what is wrong with the rule; then there are no numbers."""

    root: ShownBranch
    problem: str = ""
    sentence: str = ""
    fixed_sentence: str = ""
    numbers: AudienceCount | None = None
    refused_words: list[tuple[str, int]] = field(default_factory=list)
    board: list[Coverage] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    page: Page[PartyLine | MailboxLine | Refused] = field(default_factory=lambda: Page((), 1, 0, PER_PAGE))
    # Mailboxes without a basis, for recording one for all of them: functional ones and others.
    functional_without_basis: Sequence[int] = ()
    personal_without_basis: Sequence[int] = ()
    unknown: list[str] = field(default_factory=list)
    # Whom somebody looked for, to put in or out by hand: (address, who sits behind it).
    found: list[tuple[str, str]] = field(default_factory=list)
    outline: list[Line] = field(default_factory=list)
    explanation: Explanation | None = None

    @property
    def refused_count(self) -> int:
        numbers = self.numbers
        if numbers is None:
            return 0
        return numbers.mailboxes - numbers.mailable + numbers.organisations_no_mailbox + numbers.no_mailbox


def show_audience(session: Session, builder: Builder, *, now: datetime, purpose: Purpose = ANY_PURPOSE) -> Shown:
    """Return what the builder shows; what is not right yet becomes a sentence, never an error."""
    root = show_tree(session, builder.root, now=now)
    fixed = rule_sentence(session, builder.fixed) if builder.fixed is not None and _is_good(builder.fixed) else ""
    found = _found(session, builder.looked_for)
    if builder.is_empty and not builder.filled.errors:
        return Shown(root, fixed_sentence=fixed, found=found)
    try:
        audience = builder.audience(session)
    except BadInput as problem:
        return Shown(root, problem=problem.sentence, fixed_sentence=fixed, found=found)
    understood = understand(session, audience)
    numbers = count(session, understood, now=now, purpose=purpose)
    board = _board(coverage(session, understood, now=now, purpose=purpose))
    lists = Lists(session, understood, now, purpose)
    listed = list_of(lists, builder.tab, Asked(builder.search, builder.page, PER_PAGE))
    functional, personal = without_basis(session, lists) if builder.tab == "refused" else ([], [])
    return Shown(
        root,
        sentence=audience_sentence(session, audience),
        fixed_sentence=fixed,
        numbers=numbers,
        refused_words=[(say_refusal(reason), amount) for reason, amount in numbers.refused.items()],
        board=board,
        gaps=_gaps(board),
        page=Page(listed.lines, listed.page, listed.total, PER_PAGE),
        functional_without_basis=functional,
        personal_without_basis=personal,
        unknown=unknown_addresses(session, audience),
        found=found,
        outline=rule_lines(session, audience["rule"]) if is_deep(audience["rule"]) else [],
        explanation=_explanation(session, builder, understood, now=now, purpose=purpose),
    )


def _found(session: Session, text: str) -> list[tuple[str, str]]:
    if not text:
        return []
    rows = session.scalars(mailboxes(text).limit(MOST_FOUND)).all()
    return [(row.address_key, ", ".join(names_behind(row))) for row in rows]


def names_behind(mailbox: Mailbox) -> list[str]:
    """Return the people and organisations that use a mailbox."""
    people = [reader.person.full_name for reader in mailbox.people]
    return [each for each in (*people, *(own.organisation.name for own in mailbox.organisations)) if each]


def _is_good(rule: dict[str, Any]) -> bool:
    try:
        parse_rule(rule)
    except BadInput:
        return False
    return True


def in_the_order_of_the_map(places: Iterable[Place]) -> list[Place]:
    """Return places (anything with a slug) roughly as they lie, for a board of tiles."""
    order = {slug: number for number, slug in enumerate(BOARD)}
    return sorted(places, key=lambda place: order.get(place.slug, len(BOARD)))


def _board(places: list[Coverage]) -> list[Coverage]:
    return in_the_order_of_the_map(place for place in places if place.total)


def _gaps(board: list[Coverage]) -> list[str]:
    """The few places that were forgotten; when most are missing, that was the choice."""
    missing = [place.neighbourhood for place in board if place.is_on_the_map and not place.reached]
    return missing if len(missing) <= MOST_GAPS else []


def list_of(lists: Lists, tab: str, asked: Asked) -> Listed:
    """Return a part of the list that a tab shows."""
    if tab == "refused":
        listed = lists.refused(asked)
        reach = understand(lists.session, lists.audience).reach
        return replace(listed, lines=[shown_refused(line, reach) for line in listed.lines])
    found = {"people": lists.people, "mailboxes": lists.mailboxes}.get(tab, lists.organisations)
    return found(asked)


def _explanation(
    session: Session, builder: Builder, audience: Audience, *, now: datetime, purpose: Purpose
) -> Explanation | None:
    if not builder.asked:
        return None
    try:
        return explain(session, audience, builder.asked, now=now, purpose=purpose)
    except BadInput as problem:
        return Explanation(False, [problem.sentence], None)
