"""A new mailing, a copy of an old one, a draft thrown away."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mailer.events.models import Event
from mailer.events.queries import ahead
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.drafts import composing
from mailer.mailings.drafts.beginning import Values, first_blocks, programme
from mailer.mailings.drafts.inviting import draft_invitation
from mailer.mailings.drafts.keeping import templates
from mailer.mailings.models import Mailing, MailingKind
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.subscriptions.queries import all_topics
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, go, kinds, screens

# Which topic fits a kind, when the installation has one of that name.
TOPIC_OF = {
    MailingKind.NEWSLETTER: "nieuwsbrief",
    MailingKind.INVITATION: "uitnodigingen",
    MailingKind.EVENT_NEWS: "uitnodigingen",
    MailingKind.CALL: "oproepen",
}
ABOUT_A_MEETING = (MailingKind.INVITATION, MailingKind.EVENT_NEWS)


@screens.get("/mailings/nieuw")
@may(Action.COMPOSE)
def new() -> str:
    """Ask what it will be."""
    return _form(Filled.of({"kind": request.args.get("soort"), "event": request.args.get("bijeenkomst")}))


@screens.post("/mailings/nieuw")
@may(Action.COMPOSE)
def create() -> Response | tuple[str, int]:
    """Make a draft with a beginning in it, so that nobody starts on an empty page."""
    session, now = current.session(), current.now()
    filled = Filled(request.form)
    kind = filled.one_of("kind", [one.value for one in kinds()], needed=_("Kies wat je wilt maken."))
    event = None
    if kind in ABOUT_A_MEETING:
        allowed = [str(one.id) for one in ahead(session, now=now)]
        chosen = filled.one_of("event", allowed, needed=_("Kies over welke bijeenkomst het gaat."))
        event = session.get(Event, int(chosen)) if chosen else None
    if kind is None or filled.errors:
        return _form(filled), 422
    # Letters are Dutch, whatever language the person at the screen reads.
    with speaking("nl"):
        mailing = begin(session, MailingKind(kind), event=event, now=now)
    note(session, current.operator(), "mailing-begun", mailing, now=now)
    return go("content", mailing)


@screens.post("/mailings/<int:mailing_id>/kopie")
@may(Action.COMPOSE)
def copy(mailing_id: int) -> Response:
    """Begin a new draft with what this one says."""
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    fresh = composing.copy_mailing(session, mailing, now=now, by=current.operator())
    note(session, current.operator(), "mailing-copied", fresh, now=now, note=str(mailing.id))
    flash(_("Dit is een kopie. Het origineel blijft zoals het is."), "good")
    return go("content", fresh)


@screens.post("/mailings/<int:mailing_id>/weggooien")
@may(Action.COMPOSE)
def throw_away(mailing_id: int) -> Response:
    """Throw a draft away."""
    session = current.session()
    mailing = find_mailing(mailing_id)
    note(session, current.operator(), "mailing-thrown-away", mailing, now=current.now())
    composing.delete_draft(session, mailing)
    flash(_("Het concept is weggegooid."), "good")
    return redirect(url_for("mailings.index"), 303)


def begin(session: Session, kind: MailingKind, *, event: Event | None, now: datetime) -> Mailing:
    """Make a draft of this kind with its topic and first blocks."""
    if kind is MailingKind.INVITATION and event is not None:
        mailing = draft_invitation(session, event, {}, by=current.operator(), now=now)
        return _with_blocks(session, mailing, programme(), now=now)
    mailing = composing.start_mailing(session, kind=kind, now=now, by=current.operator())
    composing.change_mailing(
        session,
        mailing,
        now=now,
        topic=_topic_for(session, kind),
        event=event.id if event else None,
        subject=event.title if event else "",
    )
    return _with_blocks(session, mailing, first_blocks(kind, event, now=now), now=now)


def _with_blocks(session: Session, mailing: Mailing, blocks: list[Values], *, now: datetime) -> Mailing:
    for block in blocks:
        composing.add_block(session, mailing, block, now=now)
    return mailing


def _topic_for(session: Session, kind: MailingKind) -> str | None:
    slugs = [topic.slug for topic in all_topics(session)]
    wanted = TOPIC_OF[kind]
    return wanted if wanted in slugs else next(iter(slugs), None)


def _form(filled: Filled) -> str:
    session, now = current.session(), current.now()
    events = [(event.id, f"{event.title}, {clock.say_day_month(event.starts_at)}") for event in ahead(session, now=now)]
    last = session.scalars(select(Mailing).order_by(Mailing.id.desc()).limit(5)).all()
    return render_template(
        "office/mailings/new.html", filled=filled, kinds=kinds(), events=events, last=last, kept=templates(session)
    )
