"""The list of mailings, with a tab for each state."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office import states
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, go, is_draft, kind_of, screens
from mailer.web.pages import page_number, turn_to

ACCEPTED, DOUBT = (DeliveryState.ACCEPTED,), (DeliveryState.UNCERTAIN,)
FAILED = (DeliveryState.REJECTED, DeliveryState.EXPIRED)
DONE = (*ACCEPTED, *DOUBT, *FAILED, DeliveryState.CANCELLED)

TABS: dict[str, tuple[MailingState, ...]] = {
    "alles": tuple(MailingState),
    "concepten": (MailingState.DRAFT,),
    "ingepland": (MailingState.SCHEDULED,),
    "bezig": (MailingState.PREPARING, MailingState.SENDING, MailingState.PAUSED, MailingState.HELD),
    "verzonden": (MailingState.SENT, MailingState.CANCELLED),
}


@screens.get("/mailings")
@may(Action.LOOK)
def index() -> str:
    """List the mailings of a tab, the last changed first."""
    session = current.session()
    tab = request.args.get("toon", "alles")
    tab = tab if tab in TABS else "alles"
    sought = request.args.get("zoek", "").strip()
    question = (
        select(Mailing)
        .where(Mailing.state.in_(TABS[tab]), *_fits(sought))
        .options(joinedload(Mailing.author), joinedload(Mailing.topic))
        .order_by(func.coalesce(Mailing.scheduled_at, Mailing.changed_at).desc(), Mailing.id.desc())
    )
    page = turn_to(session, question, page_number(request.args.get("bladzijde")))
    return render_template(
        "office/mailings/index.html",
        page=page,
        glances=_glances(session, [mailing.id for mailing in page.rows]),
        tabs=_tabs(session, tab, sought),
        tab=tab,
        sought=sought,
        states=states,
        kind_of=kind_of,
    )


@screens.get("/mailings/<int:mailing_id>")
@may(Action.LOOK)
def show(mailing_id: int) -> Response:
    """Go to where this mailing is: still being written, or on its way."""
    mailing = find_mailing(mailing_id)
    return go("content" if is_draft(mailing) else "follow", mailing)


@dataclass(frozen=True)
class AtAGlance:
    """The letters of one mailing, in the few numbers of the list."""

    to_send: int = 0
    accepted: int = 0
    done: int = 0
    uncertain: int = 0
    failed: int = 0


def _glances(session: Session, mailing_ids: list[int]) -> dict[int, AtAGlance]:
    """Return mailing id → how its letters stand, in one question for the whole page."""
    rows = session.execute(
        select(
            Delivery.mailing_id,
            func.count(Delivery.id),
            *(
                func.count(case((Delivery.state.in_(states), Delivery.id)))
                for states in (ACCEPTED, DONE, DOUBT, FAILED)
            ),
        )
        .where(Delivery.mailing_id.in_(mailing_ids), Delivery.state != DeliveryState.SKIPPED)
        .group_by(Delivery.mailing_id)
    )
    return {mailing_id: AtAGlance(*amounts) for mailing_id, *amounts in map(list, rows)}


def _tabs(session: Session, here: str, sought: str) -> list[tuple[str, str, bool, int]]:
    counts: dict[MailingState, int] = {}
    for state, amount in session.execute(
        select(Mailing.state, func.count(Mailing.id)).where(*_fits(sought)).group_by(Mailing.state)
    ):
        counts[state] = amount
    words = {
        "alles": _("Alles"),
        "concepten": _("Concepten"),
        "ingepland": _("Ingepland"),
        "bezig": _("Bezig"),
        "verzonden": _("Verzonden"),
    }
    return [
        (
            words[tab],
            url_for("mailings.index", toon=None if tab == "alles" else tab, zoek=sought or None),
            tab == here,
            sum(counts.get(state, 0) for state in members),
        )
        for tab, members in TABS.items()
    ]


def _fits(sought: str) -> list[ColumnElement[bool]]:
    if not sought:
        return []
    piece = "%" + sought.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return [
        or_(
            func.lower(Mailing.title).like(piece, escape="\\"),
            func.lower(Mailing.subject).like(piece, escape="\\"),
        )
    ]
