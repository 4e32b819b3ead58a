"""Whom to invite: a saved selection, or a few simple choices; then the draft of the letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.audiences.models import Reach
from mailer.audiences.purpose import Purpose
from mailer.audiences.queries import segments
from mailer.audiences.rules.saying import audience_sentence
from mailer.audiences.showing.counting import AudienceCount, count
from mailer.directory.models import Neighbourhood, Network, Theme
from mailer.directory.queries import words
from mailer.events.inviting import Parties, invite, parties_in
from mailer.events.models import Event
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.drafts.inviting import draft_invitation, draft_reminder, invitation_topic
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.events.room import screens, the_event, url_of

REACHES = (Reach.ONE_PER_ORGANISATION, Reach.CONTACTS, Reach.EVERYONE)


@screens.get("/bijeenkomsten/<int:event_id>/uitnodigen")
@may(Action.PLAN_EVENTS)
def choose(event_id: int) -> str:
    """Show the choices, and once something was chosen who that is."""
    event = the_event(event_id)
    if not request.args:
        return _form(event, Filled.of({"reach": REACHES[0].value}), None)
    filled = Filled(request.args)
    return _form(event, filled, audience_of(filled))


@screens.post("/bijeenkomsten/<int:event_id>/uitnodigen")
@may(Action.PLAN_EVENTS)
def invite_them(event_id: int) -> Response | tuple[str, int]:
    """Invite whoever was chosen, and go on to the draft of the letter."""
    session, event, filled = current.session(), the_event(event_id), Filled(request.form)
    audience, by, now = audience_of(filled), current.operator(), current.now()
    group = next((group for group in event.groups if str(group.id) == filled.value("group")), None)
    purpose = Purpose(topic=invitation_topic(session))
    try:
        invited = invite(session, event, audience, by=by, now=now, purpose=purpose, group=group)
    except BadInput as problem:
        filled.wrong("", problem.sentence)
        return _form(event, filled, None), 422
    mailing = draft_invitation(session, event, audience, by=by, now=now)
    flash(
        ngettext(
            "%(n)s uitnodiging staat klaar. Lees de mail na en verzend hem.",
            "%(n)s uitnodigingen staan klaar. Lees de mail na en verzend hem.",
            invited.invitations,
        ),
        "good",
    )
    return redirect(url_for("mailings.show", mailing_id=mailing.id), 303)


@screens.post("/bijeenkomsten/<int:event_id>/herinnering")
@may(Action.COMPOSE)
def remind(event_id: int) -> Response:
    """Make the draft of a reminder to whoever has not answered."""
    event = the_event(event_id)
    if not event.takes_answers(current.now()):
        flash(_("Aanmelden kan niet meer. Een herinnering heeft geen zin."), "care")
        return redirect(url_of(event), 303)
    mailing = draft_reminder(current.session(), event, by=current.operator(), now=current.now())
    flash(_("De herinnering staat klaar. Wie al reageerde, krijgt hem niet."), "good")
    return redirect(url_for("mailings.show", mailing_id=mailing.id), 303)


def audience_of(filled: Filled) -> dict[str, Any]:
    """Return the audience that was chosen: all of the choices hold, any value of each."""
    parts: list[dict[str, Any]] = []
    if filled.value("segment"):
        parts.append({"segment": filled.value("segment")})
    if filled.value("network"):
        parts.append({"network": filled.value("network")})
    parts += [{kind: filled.several(kind)} for kind in ("theme", "neighbourhood") if filled.several(kind)]
    known = [reach.value for reach in REACHES]
    reach = filled.value("reach") if filled.value("reach") in known else known[0]
    return {"rule": {"all": parts}, "reach": reach}


def _form(event: Event, filled: Filled, audience: Mapping[str, Any] | None) -> str:
    session = current.session()
    seen = _look(audience, filled) if audience else None
    return render_template(
        "office/events/invite.html",
        event=event,
        filled=filled,
        seen=seen,
        segments=[(segment.slug, segment.name) for segment in segments(session)],
        networks=[(word.slug, word.name) for word in words(session, Network)],
        themes=[(word.slug, word.name) for word in words(session, Theme)],
        neighbourhoods=[(word.slug, word.name) for word in words(session, Neighbourhood)],
        reaches=_reach_words(),
        groups=[(group.id, group.name) for group in event.groups],
    )


@dataclass(frozen=True)
class _Seen:
    """Who would be invited: in a sentence, counted in letters, and in parties."""

    sentence: str
    counted: AudienceCount
    parties: Parties


def _look(audience: Mapping[str, Any], filled: Filled) -> _Seen | None:
    session = current.session()
    purpose = Purpose(topic=invitation_topic(session))
    try:
        counted = count(session, audience, now=current.now(), purpose=purpose)
        parties = parties_in(session, audience, now=current.now(), purpose=purpose)
        return _Seen(audience_sentence(session, audience), counted, parties)
    except BadInput as problem:
        filled.wrong("", problem.sentence)
        return None


def _reach_words() -> list[tuple[str, str, str]]:
    return [
        (
            Reach.ONE_PER_ORGANISATION.value,
            _("Eén mail per organisatie"),
            _("Naar het postvak van de organisatie, anders naar een contactpersoon."),
        ),
        (Reach.CONTACTS.value, _("De contactpersonen"), _("Wie geen contactpersoon heeft, krijgt hem in het postvak.")),
        (Reach.EVERYONE.value, _("Iedereen"), _("Alle mensen van deze organisaties. Eén mail per postvak.")),
    ]
