"""What the screens of a mailing share: the blueprint, finding the mailing, the five steps, the kinds in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from mailer.foundation import clock
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.checks.checking import find_stops
from mailer.mailings.checks.reading import Finding
from mailer.mailings.drafts.taking_turns import whose_turn
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.staff.logbook import note
from mailer.staff.models import LogbookEntry
from mailer.subscriptions.models import Topic
from mailer.web import current
from mailer.web.office import states
from mailer.web.office.access import office_blueprint

screens = office_blueprint("mailings", __name__)

CHANGED = "mailing-changed"
CONTENT, RECIPIENTS, PROOF, CHECK, SEND = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Kind:
    """A kind of mailing in words."""

    value: str
    word: str
    hint: str
    icon: str


def kinds() -> list[Kind]:
    """Return the kinds of mailing, in the order in which the office offers them."""
    return [
        Kind("newsletter", _("Nieuwsbrief"), _("Nieuws, agenda en oproepen voor het hele netwerk."), "mailings"),
        Kind("invitation", _("Uitnodiging"), _("Voor één bijeenkomst, met knoppen om te reageren."), "events"),
        Kind("event_news", _("Bericht over een bijeenkomst"), _("Iets dat gasten of genodigden moeten weten."), "info"),
        Kind("call", _("Oproep"), _("Eén vraag aan het netwerk: hulp, ruimte, ideeën."), "call"),
    ]


def kind_of(kind: MailingKind) -> Kind:
    """Return a kind in words."""
    return next(one for one in kinds() if one.value == kind.value)


def find_mailing(mailing_id: int) -> Mailing:
    """Return the mailing with its blocks. Raises ``NotFound``."""
    question = (
        select(Mailing)
        .where(Mailing.id == mailing_id)
        .options(
            selectinload(Mailing.blocks),
            joinedload(Mailing.topic).joinedload(Topic.sender),
            joinedload(Mailing.event),
        )
    )
    mailing = current.session().scalars(question).one_or_none()
    if mailing is None:
        raise NotFound(_("Deze mailing bestaat niet (meer)."))
    return mailing


def is_draft(mailing: Mailing) -> bool:
    """Tell whether the mailing can still be changed."""
    return mailing.state is MailingState.DRAFT


def steps(mailing: Mailing, *, stops: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Return the five steps as (word, url, state), state "done" (✓), "care" (!) or empty."""
    stopped = {one.place for one in stops}
    return [
        (_("Inhoud"), url_of("content", mailing), _content_state(mailing, stopped)),
        (_("Ontvangers"), url_of("recipients", mailing), _audience_state(mailing, stopped)),
        (_("Bekijken en testen"), url_of("proof", mailing), _proof_state(mailing)),
        (_("Controle"), url_of("check", mailing), "care" if stops else "done"),
        (_("Verzenden"), url_of("send", mailing), "" if is_draft(mailing) else "done"),
    ]


def _content_state(mailing: Mailing, stopped: Collection[str]) -> str:
    parts = [bool(mailing.subject), mailing.topic_id is not None, bool(mailing.blocks), "blocks" not in stopped]
    return "done" if all(parts) else "care" if mailing.subject or mailing.blocks else ""


def _audience_state(mailing: Mailing, stopped: Collection[str]) -> str:
    if not mailing.audience:
        return ""
    return "care" if "audience" in stopped else "done"


def _proof_state(mailing: Mailing) -> str:
    if mailing.proofed_at is None:
        return ""
    return "done" if mailing.proofed_at >= mailing.changed_at else "care"


def saved_at(moment: datetime) -> str:
    """Return "Opgeslagen om 14.32 uur", with the day when that was another one."""
    if clock.today(moment) == clock.today(current.now()):
        return _("Opgeslagen om %(time)s uur", time=clock.say_time(moment))
    return _("Opgeslagen op %(moment)s", moment=clock.say_moment(moment))


def wants_moment() -> bool:
    """Tell whether the script asks, that saves while somebody types."""
    return request.accept_mimetypes.best == "application/json"


def step_page(
    template: str, mailing: Mailing, here: int, *, stops: Sequence[Finding] | None = None, **values: Any
) -> str:
    """Render the page of one step, with what every step shows."""
    return render_template(
        f"office/mailings/{template}",
        mailing=mailing,
        kind=kind_of(mailing.kind),
        steps=steps(mailing, stops=_stops(mailing) if stops is None else stops),
        here_step=here,
        saved=saved_at(mailing.changed_at),
        state=states.mailing_state(mailing.state),
        draft=is_draft(mailing),
        writing=_somebody_else(mailing),
        **values,
    )


def _stops(mailing: Mailing) -> Sequence[Finding]:
    """What keeps a draft from leaving; a mailing that was planned passed the check."""
    return find_stops(current.session(), mailing, now=current.now()) if is_draft(mailing) else []


def _somebody_else(mailing: Mailing) -> str:
    """The name of who else is writing in this draft at this moment."""
    writing = whose_turn(current.session(), mailing, now=current.now()) if is_draft(mailing) else None
    return writing.shown_name if writing is not None and writing.id != current.operator().id else ""


def note_change(mailing: Mailing) -> None:
    """Write in the logbook that somebody worked on this mailing: a line an hour, not a line a word."""
    session, now, operator = current.session(), current.now(), current.operator()
    written = select(LogbookEntry.id).where(
        LogbookEntry.subject_kind == Mailing.__tablename__,
        LogbookEntry.subject_id == mailing.id,
        LogbookEntry.action == CHANGED,
        LogbookEntry.operator_id == operator.id,
        LogbookEntry.at > now - timedelta(hours=1),
    )
    if session.scalars(written.limit(1)).first() is None:
        note(session, operator, CHANGED, mailing, now=now)


def url_of(endpoint: str, mailing: Mailing, **values: Any) -> str:
    """Return the address of a screen of this mailing."""
    return url_for(f"mailings.{endpoint}", mailing_id=mailing.id, **values)


def go(endpoint: str, mailing: Mailing, **values: Any) -> Response:
    """Go on to a screen of this mailing (303: a reload does not send the form again)."""
    return redirect(url_of(endpoint, mailing, **values), 303)
