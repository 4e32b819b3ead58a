"""The coverage board: themes × neighbourhoods × network, of the whole directory, of a selection or of a mailing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy import select

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.queries import segment_of_slug
from mailer.audiences.rules.saying import audience_sentence
from mailer.audiences.showing.coverage import coverage_board, missing_organisations
from mailer.audiences.showing.coverage_board import ANY_THEME, ANYWHERE
from mailer.audiences.why.explaining import why_missing
from mailer.directory.models import Neighbourhood, Network, Theme
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing
from mailer.mailings.purpose import purpose_of
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.audiences.room import screens
from mailer.web.office.audiences.showing import in_the_order_of_the_map
from mailer.web.office.filtering import Filters
from mailer.web.pages import page_number, turn_to

ASKED = ("selectie", "mailing", "netwerk")
MOST_CELLS_NAMED = 6


@dataclass(frozen=True)
class Covered:
    """Whose coverage is shown. ``audience`` None: the whole directory."""

    title: str
    audience: Mapping[str, Any] | None = None
    purpose: Purpose = ANY_PURPOSE
    sentence: str = ""
    back: tuple[str, str] = ("", "")


@screens.get("/selecties/dekking")
@may(Action.LOOK)
def board() -> str:
    """Show who is reached and who is missing, for each neighbourhood and theme."""
    session, now = current.session(), current.now()
    filters = Filters.read("audiences.board", ASKED)
    covered = _covered(filters)
    network = _word(Network, filters.value("netwerk"))
    found = coverage_board(
        session, covered.audience, network=network.slug if network else "", now=now, purpose=covered.purpose
    )
    return render_template(
        "office/audiences/board.html",
        covered=covered,
        board=found,
        places=[place for place in in_the_order_of_the_map(found.places) if found.cell(ANY_THEME, place.id).total],
        forgotten=found.forgotten_places(),
        forgotten_cells=found.forgotten_cells()[:MOST_CELLS_NAMED],
        more_cells=max(0, len(found.forgotten_cells()) - MOST_CELLS_NAMED),
        networks=session.scalars(select(Network).order_by(Network.name)).all(),
        network=network,
        filters=filters,
        missing=Filters("audiences.missing", filters.chosen),
        ANY_THEME=ANY_THEME,
        ANYWHERE=ANYWHERE,
    )


@screens.get("/selecties/dekking/missen")
@may(Action.LOOK)
def missing() -> str:
    """List the organisations of one cell that no letter reaches, and why."""
    session, now = current.session(), current.now()
    filters = Filters.read("audiences.missing", (*ASKED, "wijk", "thema"))
    covered = _covered(filters)
    place, theme = _word(Neighbourhood, filters.value("wijk")), _word(Theme, filters.value("thema"))
    network = _word(Network, filters.value("netwerk"))
    question = missing_organisations(
        session,
        covered.audience,
        place_id=place.id if place else ANYWHERE,
        theme_id=theme.id if theme else ANY_THEME,
        network=network.slug if network else "",
        now=now,
        purpose=covered.purpose,
    )
    page = turn_to(session, question, page_number(request.args.get("bladzijde")))
    return render_template(
        "office/audiences/missing.html",
        covered=covered,
        page=page,
        why=why_missing(session, covered.audience, [row.id for row in page.rows], now=now, purpose=covered.purpose),
        place=place,
        theme=theme,
        network=network,
        filters=filters,
        board=Filters("audiences.board", {name: filters.value(name) for name in ASKED if filters.value(name)}),
    )


def _covered(filters: Filters) -> Covered:
    session = current.session()
    if filters.value("selectie"):
        segment = segment_of_slug(session, filters.value("selectie"))
        back = (_("Selecties"), "audiences.index")
        return Covered(segment.name, segment.audience, sentence=audience_sentence(session, segment.audience), back=back)
    if filters.value("mailing"):
        number = filters.value("mailing")
        mailing = session.get(Mailing, int(number)) if number.isdecimal() and len(number) < 10 else None
        if mailing is None or not mailing.audience:
            raise NotFound(_("Deze mailing bestaat niet (meer), of heeft nog geen ontvangers."))
        sentence = audience_sentence(session, mailing.audience)
        return Covered(
            mailing.shown_title, mailing.audience, purpose_of(mailing), sentence, (_("Mailings"), "mailings.index")
        )
    return Covered(_("Het hele adresboek"), back=(_("Selecties"), "audiences.index"))


def _word(model: Any, slug: str) -> Any:
    """The row of a slug, None without one. Raises ``NotFound`` for a word that is not (or no longer) there."""
    if not slug:
        return None
    row = current.session().scalars(select(model).where(model.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(_("Deze pagina bestaat niet (meer)."))
    return row
