"""The list of pairs that may be one, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select

from mailer.directory.duplicates import ProposedPair, called_two_before, count_said, propose, proposed_later
from mailer.foundation.clock import today
from mailer.records.merging.queries import RecentMerge, latest_merges
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.duplicates.room import KINDS, OF_MERGE, Kind, name_of, screens
from mailer.web.office.directory.tabs import directory_tabs
from mailer.web.pages import Page, page_number

# Only these are proposed; a mailbox is replaced from its own page.
PROPOSED = {"organisaties": "organisation", "mensen": "person"}
# What somebody put off, as the address of the list spells it.
LATER_WORD = "later"
# And what somebody said to be two.
TWO_WORD = "geen-dubbel"
PER_PAGE = 25


@dataclass(frozen=True)
class Shown:
    """A pair with the two rows it is about."""

    pair: ProposedPair
    kind: Kind
    one: Any
    other: Any


@screens.get("/adresboek/dubbelen")
@may(Action.LOOK)
def index() -> str:
    """Show the pairs, all of them or of one kind."""
    wanted, day = request.args.get("soort", ""), today(current.now())
    chosen = wanted if wanted in (*PROPOSED, LATER_WORD, TWO_WORD) else ""
    page = _turn_to(_pairs(chosen, day), page_number(request.args.get("bladzijde")))
    said = count_said(current.session(), day=day)
    return render_template(
        "office/directory/duplicates.html",
        page=page,
        chosen=chosen,
        put_off=said.later,
        called_two=said.two,
        merged=_merged(),
        tabs=directory_tabs("duplicates.index"),
        page_url=lambda number: url_for("duplicates.index", soort=chosen or None, bladzijde=number),
    )


def _pairs(chosen: str, day: date) -> list[ProposedPair]:
    session = current.session()
    if chosen == LATER_WORD:
        return proposed_later(session, day=day)
    if chosen == TWO_WORD:
        return called_two_before(session)
    return propose(session, day=day, kinds=[PROPOSED[chosen]] if chosen else list(PROPOSED.values()))


def _merged() -> list[tuple[RecentMerge, str, str]]:
    """The latest merges with what each one's row is called now, and its page."""
    session, found = current.session(), []
    for recent in latest_merges(session, now=current.now()):
        kind = OF_MERGE[recent.merge.kind]
        row = session.get(kind.model, recent.merge.kept_id)
        if row is not None:
            found.append((recent, name_of(row), kind.page_of(row.id)))
    return found


def _turn_to(pairs: Sequence[ProposedPair], number: int) -> Page[Shown]:
    last = max(1, -(-len(pairs) // PER_PAGE))
    here = min(max(1, number), last)
    shown = pairs[(here - 1) * PER_PAGE : here * PER_PAGE]
    rows = {kind: _rows(kind, shown) for kind in PROPOSED.values()}
    kinds = {kind.merge_kind.value: kind for kind in KINDS.values()}
    return Page(
        [Shown(one, kinds[one.kind], rows[one.kind][one.one_id], rows[one.kind][one.other_id]) for one in shown],
        here,
        len(pairs),
        PER_PAGE,
    )


def _rows(kind: str, pairs: Sequence[ProposedPair]) -> dict[int, Any]:
    ids = {row_id for pair in pairs if pair.kind == kind for row_id in pair.ids}
    model = next(one.model for word, one in OF_MERGE.items() if word.value == kind)
    return {row.id: row for row in current.session().scalars(select(model).where(model.id.in_(ids)))} if ids else {}
